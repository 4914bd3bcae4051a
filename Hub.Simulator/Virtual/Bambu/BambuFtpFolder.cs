using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The current folder of an FTP session, and the commands for files and folders that need no data connection. Thread: the session's.</summary>
internal sealed class BambuFtpFolder(VirtualBambu printer)
{
    private string _folder = "";
    private string? _renamed;

    /// <summary>A path on the card; null when it leads out of it.</summary>
    public string? Resolve(string argument) => BambuCard.Resolve(_folder, argument);

    /// <summary>Answers PWD.</summary>
    public string Show() => $"257 \"/{_folder.Replace("\"", "\"\"", StringComparison.Ordinal)}\" is the current directory";

    /// <summary>Answers CWD.</summary>
    public string Enter(string path)
    {
        string? folder = Resolve(path);
        if (folder == null || printer.Card.FindFolder(folder) == null)
        {
            return "550 Failed to change directory.";
        }

        _folder = folder;
        return "250 Directory successfully changed.";
    }

    /// <summary>Answers CDUP.</summary>
    public string EnterParent() => Enter(_folder.Contains('/') ? "/" + _folder[.._folder.LastIndexOf('/')] : "/");

    /// <summary>Answers the other commands.</summary>
    public string Run(string verb, string argument)
    {
        string? path = Resolve(argument);
        string? file = path == null ? null : printer.Card.FindFile(path);
        switch (verb)
        {
            case "SIZE" when printer.Faults.NoSize:
                return "500 Unknown command.";
            case "MDTM":
                return file == null ? "550 Could not get file modification time." : "213 " + File.GetLastWriteTimeUtc(file).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
            case "SIZE" when file != null && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < TimeSpan.FromMilliseconds(printer.Faults.SizeDelayMs):
                return "213 0";
            case "SIZE":
                return file == null ? "550 Could not get file size." : "213 " + new FileInfo(file).Length;
            case "DELE":
                if (file == null)
                {
                    return "550 Delete operation failed.";
                }

                File.Delete(file);
                return "250 Delete operation successful.";
            case "RNFR":
                _renamed = file;
                return file == null ? "550 RNFR command failed." : "350 Ready for RNTO.";
            case "RNTO":
                if (_renamed == null || string.IsNullOrEmpty(path) || !BambuCard.IsLegalName(path))
                {
                    return _renamed == null ? "503 RNFR required first." : "550 Rename failed.";
                }

                printer.Storage.Place(_renamed, path);
                _renamed = null;
                return "250 Rename successful.";
            case "MKD":
                if (string.IsNullOrEmpty(path) || !printer.Card.IsPresent || !BambuCard.IsLegalName(path) || printer.Card.FindFolder(path) != null)
                {
                    return "550 Create directory operation failed.";
                }

                printer.Storage.CreateFolder(path);
                return $"257 \"/{path}\" created";
            case "RMD":
                if (string.IsNullOrEmpty(path) || printer.Card.FindFolder(path) is not { } folder || Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    return "550 Remove directory operation failed.";
                }

                Directory.Delete(folder);
                return "250 Remove directory operation successful.";
            default:
                return "500 Unknown command.";
        }
    }

    /// <summary>The lines of LIST or NLST.</summary>
    public string List(bool isLong, string argument)
    {
        string? path = Resolve(argument.StartsWith('-') ? "" : argument);
        StringBuilder lines = new();
        if (path != null && printer.Card.FindFolder(path) is { } folder)
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                lines.Append(isLong
                    ? $"{(entry is FileInfo ? "-rw-rw-rw-" : "drwxrwxrwx")}    1 0        0        {(entry is FileInfo file ? file.Length : 4096),12} {entry.LastWriteTimeUtc:MMM dd HH:mm} {entry.Name}\r\n"
                    : entry.Name + "\r\n");
            }
        }

        return lines.ToString();
    }
}
