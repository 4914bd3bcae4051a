using Hub.Core.Http;

namespace Hub.Core.Ftp;

/// <summary>Reads the answer to PASV: <c>227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)</c>. Thread: any.</summary>
public static class FtpPassive
{
    private const int Numbers = 6;

    /// <summary>Servers hand out none of the ports that belong to the system; one that does means to misuse the hub.</summary>
    private const int MinPort = 1024;

    /// <summary>
    /// The port. The address is only looked at for its form: data goes to the host of the control connection, since
    /// printers behind a bridge quote another one, and a hostile server could quote anybody's. The text around
    /// the numbers is free (RFC 1123 section 4.1.2.6).
    /// </summary>
    /// <returns>1024 to 65535, or 0 when the text holds no sound answer.</returns>
    public static int Port(string text)
    {
        char[] characters = text.ToCharArray();
        int index = 0;
        while (index < characters.Length && !HttpText.IsDigit(characters[index]))
        {
            index++;
        }

        int port = 0;
        for (int number = 0; number < Numbers; number++)
        {
            int value = Number(characters, ref index);
            if (value < 0 || (number < Numbers - 1 && !SkipComma(characters, ref index)))
            {
                return 0;
            }

            port = ((port << 8) | value) & 0xFFFF;
        }

        return port >= MinPort ? port : 0;
    }

    /// <returns>0 to 255, or -1.</returns>
    private static int Number(char[] characters, ref int index)
    {
        int value = 0;
        int start = index;
        while (index < characters.Length && HttpText.IsDigit(characters[index]) && value <= 255)
        {
            value = (value * 10) + (characters[index] - '0');
            index++;
        }

        return index > start && value <= 255 ? value : -1;
    }

    private static bool SkipComma(char[] characters, ref int index)
    {
        bool isComma = index < characters.Length && characters[index] == ',';
        index++;
        return isComma;
    }
}
