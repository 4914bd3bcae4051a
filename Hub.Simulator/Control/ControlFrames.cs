using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Control;

/// <summary>The kind of a frame on the control socket.</summary>
internal enum FrameKind : byte
{
    /// <summary>Client: the verb and its environment, a <see cref="ControlRequest"/>. Always first.</summary>
    Request = 1,

    /// <summary>Client: Ctrl+C.</summary>
    Stop = 2,

    /// <summary>Client: the answer to <see cref="AskInput"/> or <see cref="AskSecret"/>; empty at the end of stdin.</summary>
    Input = 3,

    /// <summary>Client: the acceptance arrived in time, so the hub is to run the verb. A client that gave up waiting never sends it.</summary>
    Go = 4,

    /// <summary>Hub: it can run the verb, and does so once the client has sent <see cref="Go"/>.</summary>
    Accepted = 16,

    /// <summary>Hub: the verb is refused, and why.</summary>
    Refused = 17,

    /// <summary>Hub: for stdout.</summary>
    Out = 18,

    /// <summary>Hub: for stderr.</summary>
    Error = 19,

    /// <summary>Hub: the verb reads stdin.</summary>
    AskInput = 20,

    /// <summary>Hub: the verb asks for a secret; the text is the question. The input must not be echoed.</summary>
    AskSecret = 21,

    /// <summary>Hub: the verb's exit code. Always last.</summary>
    Exit = 22,
}

/// <summary>
/// Frames of the control socket: kind (one byte), bytes of text (four, big endian), text in UTF-8. Bounded: a longer one is
/// an error before any of it is stored.
/// </summary>
internal static class ControlFrames
{
    public const int HeaderBytes = 5;

    /// <summary>Most bytes of text: enough for a request with many G-code lines.</summary>
    public const int MaxTextBytes = 256 * 1024;

    /// <summary>Longer text is sent in parts of this many characters, so that Ctrl+C never waits for a long one.</summary>
    public const int MaxPartChars = 8192;

    // Half a surrogate pair becomes U+FFFD; no text of a printer or a user causes an exception here.
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Bytes of a frame. Errors: <see cref="InvalidDataException"/> when the text is too long.</summary>
    public static byte[] Encode(FrameKind kind, ReadOnlySpan<char> text)
    {
        int length = s_utf8.GetByteCount(text);
        if (length > MaxTextBytes)
        {
            throw new InvalidDataException($"a text of {length} bytes is too long for the control socket: at most {MaxTextBytes} bytes are allowed");
        }

        byte[] frame = new byte[HeaderBytes + length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        s_utf8.GetBytes(text, frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>The next frame. Errors: <see cref="EndOfStreamException"/> at the end, <see cref="InvalidDataException"/> for anything else than a frame, <see cref="IOException"/>.</summary>
    public static (FrameKind Kind, string Text) Read(Stream stream)
    {
        byte[] header = new byte[HeaderBytes];
        stream.ReadExactly(header);
        byte[] text = new byte[LengthIn(header)];
        stream.ReadExactly(text);
        return ((FrameKind)header[0], s_utf8.GetString(text));
    }

    /// <summary>As <see cref="Read"/>, without blocking a thread.</summary>
    public static async Task<(FrameKind Kind, string Text)> ReadAsync(Stream stream, CancellationToken cancel)
    {
        byte[] header = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(header, cancel).ConfigureAwait(false);
        byte[] text = new byte[LengthIn(header)];
        await stream.ReadExactlyAsync(text, cancel).ConfigureAwait(false);
        return ((FrameKind)header[0], s_utf8.GetString(text));
    }

    private static int LengthIn(byte[] header)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
        return Enum.IsDefined((FrameKind)header[0]) && length is >= 0 and <= MaxTextBytes
            ? length
            : throw new InvalidDataException("the data on the control socket is not a valid frame");
    }
}
