using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>Compares a file's name with the name under which a printer shows a job. Pure. Thread: any.</summary>
internal static class JobNames
{
    /// <summary>A name of at least this length may be the beginning of a longer one (PrusaLink cuts names).</summary>
    private const int CutName = 24;

    private static readonly string[] s_endings = { ".gcode.3mf", ".3mf", ".gcode", ".bgcode", ".gco", ".bgc", ".g" };

    /// <summary>True when both are known and cannot be the same job's. Folders, endings and case do not count.</summary>
    public static bool AreDifferent(string? file, string? shown)
    {
        if (file == null || shown == null || file.Length == 0 || shown.Length == 0)
        {
            return false;
        }

        string ours = Stem(file);
        string name = Stem(shown);
        return name != ours && !(name.Length >= CutName && ours.StartsWith(name));
    }

    private static string Stem(string path)
    {
        string name = UploadNames.OfPath(path).ToLower();
        for (int i = 0; i < s_endings.Length; i++)
        {
            if (name.Length > s_endings[i].Length && name.EndsWith(s_endings[i]))
            {
                return name.Substring(0, name.Length - s_endings[i].Length);
            }
        }

        return name;
    }
}
