using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hub.Simulator.Control;

/// <summary>The user at the other end of a Unix domain socket, as reported by the operating system.</summary>
internal static class PeerUser
{
    // SOL_SOCKET and SO_PEERCRED of Linux: struct ucred { pid, uid, gid }, unix(7).
    private const int LinuxLevel = 1;
    private const int LinuxName = 17;
    private const int LinuxBytes = 12;

    // SOL_LOCAL and LOCAL_PEERCRED of macOS: struct xucred { version, uid, ... }, unix(4). Not tested on macOS.
    private const int MacLevel = 0;
    private const int MacName = 1;
    private const int MacBytes = 76;

    /// <summary>True when the peer is this user. Windows does not report it: there only the folder's access list protects the socket.</summary>
    public static bool IsThisUser(Socket socket) =>
        OperatingSystem.IsLinux() ? Field(socket, LinuxLevel, LinuxName, LinuxBytes, 1) == geteuid()
        : !OperatingSystem.IsMacOS() || Field(socket, MacLevel, MacName, MacBytes, 1) == geteuid();

    /// <summary>The peer's process; 0 when the system does not report it.</summary>
    public static int ProcessId(Socket socket) => OperatingSystem.IsLinux() ? (int)Field(socket, LinuxLevel, LinuxName, LinuxBytes, 0) : 0;

    private static uint Field(Socket socket, int level, int name, int bytes, int index)
    {
        Span<byte> credentials = stackalloc byte[bytes];
        int length = socket.GetRawSocketOption(level, name, credentials);
        return length >= (index + 1) * sizeof(uint) ? MemoryMarshal.Read<uint>(credentials[(index * sizeof(uint))..]) : uint.MaxValue;
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}
