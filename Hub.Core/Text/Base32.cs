namespace Hub.Core.Text;

/// <summary>Codes that people read and type, in the alphabet of RFC 4648 section 6. Thread: any.</summary>
internal static class Base32
{
    private const int SymbolMask = 31;

    private static readonly char[] s_symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".ToCharArray();

    /// <summary>A code with one symbol, 5 bits, for each byte.</summary>
    /// <param name="random">Bytes of entropy; stay the caller's.</param>
    internal static string CodeOf(byte[] random)
    {
        char[] code = new char[random.Length];
        for (int i = 0; i < code.Length; i++)
        {
            code[i] = s_symbols[random[i] & SymbolMask];
        }

        return new string(code);
    }
}
