using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The card in the printer: FAT names, a size, one transfer at a time. Files are written in place, as by vsftpd, so
/// a broken upload leaves a partial file. Thread: any.
/// </summary>
internal sealed class BambuCard
{
    public const long CapacityBytes = 32L * 1024 * 1024 * 1024;

    private const string IllegalInNames = "<>:\"\\|?*";

    private readonly VirtualBambu _printer;
    private readonly VirtualStorage _storage;
    private int _transfers;

    public BambuCard(VirtualBambu printer, VirtualStorage storage)
    {
        _printer = printer;
        _storage = storage;
        foreach (string folder in new[] { "cache", "model", "timelapse", "image", "ipcam", "logger" })
        {
            storage.CreateFolder(folder);
        }
    }

    public bool IsPresent => !_printer.Faults.NoCard;

    public VirtualStorage Storage => _storage;

    public long FreeBytes => _printer.Faults.CardFull
        ? 0
        : CapacityBytes - new DirectoryInfo(_storage.Root).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    /// <summary>The path below the root for an FTP path; null when it leaves the card.</summary>
    public static string? Resolve(string folder, string path)
    {
        string[] parts = (path.StartsWith('/') ? path : folder + "/" + path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("..") ? null : string.Join('/', parts.Where(p => p != "."));
    }

    /// <summary>True for a name that FAT allows.</summary>
    public static bool IsLegalName(string path) =>
        path.Length > 0 && path.Length <= 255 && !path.Any(c => char.IsControl(c) || IllegalInNames.Contains(c)) && !path.Split('/').Any(p => p.EndsWith('.') || p.EndsWith(' '));

    /// <summary>The full path of an existing file, otherwise null.</summary>
    public string? FindFile(string path) => IsPresent && IsLegalName(path) && _storage.Find(path) is { } full && File.Exists(full) ? full : null;

    /// <summary>The full path of an existing folder, otherwise null.</summary>
    public string? FindFolder(string path) => !IsPresent ? null : path.Length == 0 ? _storage.Root : IsLegalName(path) && _storage.Find(path) is { } full && Directory.Exists(full) ? full : null;

    /// <summary>Registers a transfer; false while another one runs.</summary>
    public bool TryBeginTransfer()
    {
        if (Interlocked.Increment(ref _transfers) == 1)
        {
            return true;
        }

        Interlocked.Decrement(ref _transfers);
        return false;
    }

    public void EndTransfer() => Interlocked.Decrement(ref _transfers);
}
