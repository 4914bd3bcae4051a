using System.Text;
using Hub.Core.Errors;

namespace Hub.Core.Ftp;

/// <summary>What the protocol and a memory card require of a path. Thread: any.</summary>
public static class FtpPath
{
    private const int MaxBytes = 255;
    private const string FatIllegal = "<>:\"|?*\\";

    /// <summary>
    /// Errors: <see cref="ErrorCode.BadFileName"/> for an empty or long path, or one with a line break or another control
    /// character, which would end the command early.
    /// </summary>
    public static void Check(string path)
    {
        int length = Encoding.UTF8.GetBytes(path).Length;
        if (length == 0 || length > MaxBytes)
        {
            throw new HubException(ErrorCode.BadFileName, "a path on the printer has 1 to " + MaxBytes.ToString() + " bytes");
        }

        char[] characters = path.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            if (characters[i] < ' ' || characters[i] == 0x7F)
            {
                throw new HubException(ErrorCode.BadFileName, "the file's name holds a control character: rename it");
            }
        }
    }

    /// <summary>
    /// False when a FAT file system, which printers' cards have, allows no file of this path: <c>&lt;&gt;:"|?*\</c> in it, or a
    /// part that ends with a dot or a space. Slashes separate folders.
    /// </summary>
    public static bool IsFatLegal(string path)
    {
        char[] characters = path.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            bool isLast = i + 1 == characters.Length || characters[i + 1] == '/';
            if (FatIllegal.IndexOf(characters[i]) >= 0 || (isLast && (characters[i] == '.' || characters[i] == ' ')))
            {
                return false;
            }
        }

        return true;
    }
}
