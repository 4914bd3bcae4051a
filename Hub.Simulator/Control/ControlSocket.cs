using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace Hub.Simulator.Control;

/// <summary>
/// The control socket of a data folder: the Unix domain socket <c>hub.sock</c> in the folder, for its owner only.
/// </summary>
internal static class ControlSocket
{
    private const string Name = "hub.sock";

    /// <summary>The socket is created in this private folder and moved to its place once its mode is set.</summary>
    private const string PrivateName = "hub.sock.new";
    private const string PrivateSocketName = "s";
    private const int Backlog = 64;

    /// <summary>sun_path holds 104 bytes on macOS, 108 on Linux and Windows, an end mark included.</summary>
    private const int MaxPathBytes = 103;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string PathIn(string folder) => Path.Combine(Path.GetFullPath(folder), Name);

    /// <summary>
    /// Listens in a folder. The caller holds the folder's run lock, so the socket of a killed hub is replaced.
    /// Errors: <see cref="IOException"/>, <see cref="SocketException"/>, <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public static Socket Listen(string folder)
    {
        string privateFolder = Path.Combine(Path.GetFullPath(folder), PrivateName);
        if (Directory.Exists(privateFolder))
        {
            Directory.Delete(privateFolder, recursive: true);
        }

        CreatePrivate(privateFolder);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            string path = Path.Combine(privateFolder, PrivateSocketName);
            WithShortPath(path, socket.Bind);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }

            socket.Listen(Backlog);
            File.Move(path, PathIn(folder), overwrite: true);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            Directory.Delete(privateFolder, recursive: true);
        }
    }

    /// <summary>Connects to the hub that listens in a folder; null when there is none. Errors: as <see cref="Listen"/>.</summary>
    public static Socket? TryConnect(string folder)
    {
        string path = PathIn(folder);
        if (!File.Exists(path))
        {
            return null;
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            WithShortPath(path, socket.Connect);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable || !File.Exists(path))
        {
            // Left by a killed hub, or the hub is ending.
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the socket of a hub that ends.</summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(PathIn(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next hub will replace it.
        }
    }

    /// <summary>
    /// A path that is too long for a socket's address is reached through a symbolic link to its folder. The link is in a new
    /// folder that only this user can enter, and is deleted afterwards: the socket itself never leaves its folder.
    /// </summary>
    private static void WithShortPath(string path, Action<UnixDomainSocketEndPoint> use)
    {
        if (Encoding.UTF8.GetByteCount(path) <= MaxPathBytes)
        {
            use(new UnixDomainSocketEndPoint(path));
            return;
        }

        DirectoryInfo temporary = Directory.CreateTempSubdirectory("hub-");
        try
        {
            string link = Path.Combine(temporary.FullName, "f");
            Directory.CreateSymbolicLink(link, Path.GetDirectoryName(path)!);
            use(new UnixDomainSocketEndPoint(Path.Combine(link, Path.GetFileName(path))));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new IOException("the temporary folder's path is too long for a socket", e);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
