using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>What the hub itself asks of a file's name, before any printer's own rules. Thread: any.</summary>
public static class UploadNames
{
    private const int MaxLength = 200;

    /// <summary>The name in a path, without its folders.</summary>
    public static string OfPath(string path) => path.Substring(path.LastIndexOf('/') + 1);

    /// <summary>Errors: <see cref="ErrorCode.BadFileName"/> for an empty or long name, folders, or control characters.</summary>
    public static void Check(string name)
    {
        char[] characters = name.ToCharArray();
        if (characters.Length == 0 || characters.Length > MaxLength || name == "." || name == "..")
        {
            throw new HubException(ErrorCode.BadFileName, "a file name has 1 to " + MaxLength.ToString() + " characters");
        }

        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if (c < ' ' || c == 0x7F || c == '/' || c == '\\')
            {
                throw new HubException(ErrorCode.BadFileName, "the file's name holds a slash or a control character: rename it");
            }
        }
    }
}
