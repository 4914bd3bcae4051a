using System.Text;

namespace Hub.Core.Discovery;

/// <summary>Names of mDNS as text, see <see cref="MdnsReader"/>. Thread: any.</summary>
public static class MdnsNames
{
    /// <summary>One label as part of a name: dots and backslashes escaped.</summary>
    /// <param name="label">Such as an instance name for people: <c>OctoPrint instance "Mk3 left"</c>.</param>
    public static string Escape(string label)
    {
        char[] characters = label.ToCharArray();
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < characters.Length; i++)
        {
            if (characters[i] == '.' || characters[i] == '\\')
            {
                name.Append('\\');
            }

            name.Append(characters[i]);
        }

        return name.ToString();
    }

    /// <summary>The first label of a name, without escapes.</summary>
    public static string FirstLabel(string name)
    {
        char[] characters = name.ToCharArray();
        int length = 0;
        for (int i = 0; i < characters.Length && characters[i] != '.'; i++)
        {
            if (characters[i] == '\\' && i + 1 < characters.Length)
            {
                i++;
            }

            characters[length++] = characters[i];
        }

        return new string(characters, 0, length);
    }

    /// <summary>The name for comparing: ASCII letters do not differ by case (RFC 6762 §16), no dot at the end.</summary>
    public static string Key(string name)
    {
        char[] characters = name.ToCharArray();
        int length = characters.Length;
        for (int i = 0; i < length; i++)
        {
            if (characters[i] >= 'A' && characters[i] <= 'Z')
            {
                characters[i] = (char)(characters[i] + ('a' - 'A'));
            }
        }

        if (length > 1 && characters[length - 1] == '.' && characters[length - 2] != '\\')
        {
            length--;
        }

        return new string(characters, 0, length);
    }

    /// <summary>
    /// Writes a name as it is on the wire (RFC 1035 §3.1), without compression.
    /// </summary>
    /// <returns>Bytes written, or 0 when it is no name: an empty label, one above 63 bytes, or more than 255 bytes in all.</returns>
    internal static int Encode(string name, byte[] target)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        int end = text.Length;
        int start = 0;
        int at = 1;
        for (int i = 0; i < end; i++)
        {
            byte c = text[i];
            if (c == '.')
            {
                if (!CloseLabel(target, start, at))
                {
                    return 0;
                }

                start = at;
                at++;
                continue;
            }

            if (c == '\\' && i + 1 < end)
            {
                c = text[++i];
            }

            // One byte stays for the end of the name.
            if (at >= 254)
            {
                return 0;
            }

            target[at++] = c;
        }

        // A dot at the end is allowed.
        if (at - start > 1)
        {
            if (!CloseLabel(target, start, at))
            {
                return 0;
            }

            start = at;
        }

        target[start] = 0;
        return start == 0 ? 0 : start + 1;
    }

    private static bool CloseLabel(byte[] target, int start, int at)
    {
        int size = at - start - 1;
        target[start] = (byte)size;
        return size >= 1 && size <= 63 && at < 255;
    }
}
