namespace Hub.Core.Hal;

/// <summary>CRC-32 as in zlib and Ethernet (reflected polynomial EDB88320). Thread: any.</summary>
public static class Crc32
{
    private static readonly uint[] s_table = MakeTable();

    /// <summary>The checksum of a part of a buffer.</summary>
    public static uint Compute(byte[] buffer, int offset, int count)
    {
        uint[] table = s_table;
        uint crc = 0xFFFFFFFF;
        int end = offset + count;
        for (int i = offset; i < end; i++)
        {
            crc = table[(int)((crc ^ buffer[i]) & 0xFF)] ^ (crc >> 8);
        }

        return crc ^ 0xFFFFFFFF;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (int i = 0; i < 256; i++)
        {
            uint value = (uint)i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
