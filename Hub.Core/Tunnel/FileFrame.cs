namespace Hub.Core.Tunnel;

/// <summary>A binary message of the cloud: 0x01, the stream's id (32 bits, big endian), and up to 16 KiB of its file. Pure. Thread: any.</summary>
internal static class FileFrame
{
    /// <summary>Bytes before the file's.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Most bytes of the file in one message.</summary>
    public const int MaxPayloadBytes = 16 * 1024;

    private const byte Kind = 1;

    /// <summary>The stream that a message belongs to; -1 when it is no such message.</summary>
    public static long StreamIdOf(byte[] message, int offset, int length) =>
        length < HeaderBytes || message[offset] != Kind
            ? -1
            : ((long)message[offset + 1] << 24) | ((long)message[offset + 2] << 16) | ((long)message[offset + 3] << 8) | message[offset + 4];
}
