using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Hub.Hal.Desktop;

/// <summary>
/// Who owns a file or folder, according to the system. .NET shows neither owner nor inode, hence libc. On Windows nothing is
/// checked: there a folder's access list protects it. Thread: any.
/// </summary>
public static class FileOwner
{
    // statx(2): its struct is the same on every architecture of Linux.
    private const int AtCurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int StatBytes = 256;
    private const int LinuxOwnerAt = 20;
    private const int LinuxModeAt = 28;
    private const int LinuxInodeAt = 32;

    // stat(2) of macOS with 64-bit inodes. Not tested on a Mac.
    private const int MacModeAt = 4;
    private const int MacInodeAt = 8;
    private const int MacOwnerAt = 16;

    private const int TypeMask = 0xF000;
    private const int LinkType = 0xA000;
    private const int PipeType = 0x1000;
    private const int CharacterDeviceType = 0x2000;
    private const int BlockDeviceType = 0x6000;
    private const uint Root = 0;

    /// <summary>
    /// Why the hub must not keep secrets at a path: its data folder, or something in it, belongs to another user or is a link. Another
    /// user could read them there, or make the hub overwrite files of its own user. Null when the path is safe.
    /// </summary>
    /// <param name="folder">The data folder. It may be a link that this user or root made.</param>
    /// <param name="path">The folder or a path below it; it need not exist yet.</param>
    public static string? Objection(string folder, string path)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Look(root, false) is not Facts top)
        {
            return null;
        }

        if (!IsTrusted(top) || (top.IsLink && Look(root, true) is Facts target && !IsTrusted(target)))
        {
            return Foreign(root);
        }

        string at = root;
        foreach (string part in Path.GetRelativePath(root, Path.GetFullPath(path)).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = part == "." ? at : Path.Combine(at, part);
            if (part == "." || Look(at, false) is not Facts facts)
            {
                continue;
            }

            if (facts.IsLink)
            {
                return $"'{at}' is a link, which the hub does not follow in its data folder: remove it";
            }

            if (facts.IsPipeOrDevice)
            {
                return $"'{at}' is a pipe or a device, not one of the hub's files: remove it";
            }

            if (!IsTrusted(facts))
            {
                return Foreign(at);
            }
        }

        return null;
    }

    /// <summary>True while the path names the open file: it was not deleted, moved or replaced. Also true where the system does not show it.</summary>
    public static bool IsStillAt(FileStream file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        ulong? open = LookAt(file);
        return open == null || Look(path, true)?.Inode == open;
    }

    private static string Foreign(string path) =>
        $"'{path}' belongs to another user, who could read the hub's secrets: give --data a folder of your own, or change the owner";

    /// <summary>Files of root are as safe as the machine.</summary>
    private static bool IsTrusted(Facts facts) => facts.Owner == Root || facts.Owner == geteuid();

    private static Facts? Look(string path, bool isFollowing)
    {
        byte[] stat = new byte[StatBytes];
        if (OperatingSystem.IsLinux())
        {
            return Call(() => statx(AtCurrentFolder, path, isFollowing ? 0 : NoFollow, BasicStats, stat)) ? OfLinux(stat) : null;
        }

        if (!OperatingSystem.IsMacOS())
        {
            return null;
        }

        return Call(() => isFollowing ? MacStat(path, stat) : MacLinkStat(path, stat))
            ? new Facts(BitConverter.ToUInt32(stat, MacOwnerAt), BitConverter.ToUInt16(stat, MacModeAt), BitConverter.ToUInt64(stat, MacInodeAt))
            : null;
    }

    private static ulong? LookAt(FileStream file)
    {
        byte[] stat = new byte[StatBytes];
        return OperatingSystem.IsLinux() && Call(() => statx((int)file.SafeFileHandle.DangerousGetHandle(), "", EmptyPath, BasicStats, stat)) ? OfLinux(stat).Inode : null;
    }

    /// <summary>False on an error, and where libc has no such function (before glibc 2.28).</summary>
    private static bool Call(Func<int> call)
    {
        try
        {
            return call() == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static Facts OfLinux(byte[] stat) =>
        new(BitConverter.ToUInt32(stat, LinuxOwnerAt), BitConverter.ToUInt16(stat, LinuxModeAt), BitConverter.ToUInt64(stat, LinuxInodeAt));

    private static int MacStat(string path, byte[] stat) => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? stat_x64(path, stat) : stat_arm64(path, stat);

    private static int MacLinkStat(string path, byte[] stat) => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? lstat_x64(path, stat) : lstat_arm64(path, stat);

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] stat);

    [DllImport("libc", EntryPoint = "stat$INODE64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int stat_x64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] stat);

    [DllImport("libc", EntryPoint = "stat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int stat_arm64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] stat);

    [DllImport("libc", EntryPoint = "lstat$INODE64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat_x64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] stat);

    [DllImport("libc", EntryPoint = "lstat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat_arm64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] stat);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    private sealed record Facts(uint Owner, ushort Mode, ulong Inode)
    {
        public bool IsLink => (Mode & TypeMask) == LinkType;

        /// <summary>Opening one may block for ever, and reading one may never end.</summary>
        public bool IsPipeOrDevice => (Mode & TypeMask) is PipeType or CharacterDeviceType or BlockDeviceType;
    }
}
