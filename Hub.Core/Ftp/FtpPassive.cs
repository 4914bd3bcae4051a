using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>Reads the answers to PASV, <c>227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)</c>, and EPSV, <c>229 … (|||port|)</c>. Thread: any.</summary>
public static class FtpPassive
{
    private const int Numbers = 6;

    /// <summary>Servers assign no system ports; one that does tries to misuse the hub.</summary>
    private const int MinPort = 1024;

    private const int MaxPort = 65535;

    /// <summary>
    /// The port. Only the form of the address is checked: data goes to the host of the control connection, since
    /// printers behind a bridge quote another address, and a hostile server could quote any. The text around
    /// the numbers is free (RFC 1123 section 4.1.2.6).
    /// </summary>
    /// <returns>1024 to 65535, or 0 when the text holds no valid answer.</returns>
    public static int Port(string text)
    {
        char[] characters = text.ToCharArray();
        for (int start = 0; start < characters.Length; start++)
        {
            bool isBeginning = Ascii.IsDigit(characters[start]) && (start == 0 || !Ascii.IsDigit(characters[start - 1]));
            int port = isBeginning ? PortAt(characters, start) : -1;
            if (port >= 0)
            {
                return port >= MinPort ? port : 0;
            }
        }

        return 0;
    }

    /// <summary>The port of EPSV's answer (RFC 2428 section 3): the last of four fields between any one delimiter.</summary>
    /// <returns>1024 to 65535, or 0 when the text holds no valid answer.</returns>
    public static int ExtendedPort(string text)
    {
        char[] characters = text.ToCharArray();
        int index = text.IndexOf('(') + 1;
        if (index == 0 || index + 3 >= characters.Length)
        {
            return 0;
        }

        char delimiter = characters[index];
        if (Ascii.IsDigit(delimiter) || characters[index + 1] != delimiter || characters[index + 2] != delimiter)
        {
            return 0;
        }

        index += 3;
        int port = 0;
        int start = index;
        while (index < characters.Length && Ascii.IsDigit(characters[index]) && port <= MaxPort)
        {
            port = (port * 10) + (characters[index] - '0');
            index++;
        }

        bool isWhole = index > start && index < characters.Length && characters[index] == delimiter;
        return isWhole && port >= MinPort && port <= MaxPort ? port : 0;
    }

    /// <returns>The port in six numbers with commas between them, or -1 when there are none here.</returns>
    private static int PortAt(char[] characters, int index)
    {
        int port = 0;
        for (int number = 0; number < Numbers; number++)
        {
            int value = Number(characters, ref index);
            if (value < 0 || (number < Numbers - 1 && !SkipComma(characters, ref index)))
            {
                return -1;
            }

            port = ((port << 8) | value) & MaxPort;
        }

        return port;
    }

    /// <returns>0 to 255, or -1.</returns>
    private static int Number(char[] characters, ref int index)
    {
        int value = 0;
        int start = index;
        while (index < characters.Length && Ascii.IsDigit(characters[index]) && value <= 255)
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
        while (index < characters.Length && characters[index] == ' ')
        {
            index++;
        }

        return isComma;
    }
}
