using System;
using System.IO;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>The hub's data folder and its locks.</summary>
internal static class DataFolder
{
    private const string Name = "print-farm-hub";
    /// <summary>The running hub's control socket.</summary>
    public const string SocketFile = "hub.sock";

    private const string RunLock = "hub.lock";
    private const string EditLock = "edit.lock";
    private const int EditWaitMs = 5000;
    private const int CheckMs = 100;
    private const int RetryMs = 20;

    /// <summary>The platform's folder for application data.</summary>
    public static string Default()
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Application Support", Name);
        }

        // The XDG base directory specification: a relative path there is to be ignored.
        string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        return Path.IsPathRooted(data) ? Path.Combine(data, Name) : Path.Combine(home, ".local", "share", Name);
    }

    /// <summary>The lock of the only hub that runs on a folder, held until it is disposed.</summary>
    public static HeldFolder LockForRun(string folder)
    {
        for (int waitedMs = 0; ; waitedMs += RetryMs)
        {
            FileStream? held = TryLock(folder, RunLock);
            if (held != null)
            {
                return new HeldFolder(folder, held);
            }

            // A process that only checks the lock holds it for a moment.
            if (waitedMs >= CheckMs)
            {
                throw new VerbException(
                    ExitCodes.Failed, "already_running", $"another hub runs on '{folder}': stop it first, or use --data with another folder");
            }

            Thread.Sleep(RetryMs);
        }
    }

    /// <summary>Held while the configuration is read, changed and written, so that no edit overwrites another.</summary>
    public static IDisposable LockForEdit(string folder)
    {
        for (int waitedMs = 0; ; waitedMs += RetryMs)
        {
            IDisposable? held = TryLock(folder, EditLock);
            if (held != null)
            {
                return held;
            }

            if (waitedMs >= EditWaitMs)
            {
                throw VerbException.Of(ErrorCode.StorageFailed, $"another program has locked '{folder}': try again");
            }

            Thread.Sleep(RetryMs);
        }
    }

    /// <summary>Refuses a folder whose configuration belongs to another user or is a link. Errors: storage_failed.</summary>
    public static void CheckOwner(string folder)
    {
        string documents = Path.Combine(folder, "nvs", NvsNamespaces.Config + "_");
        CheckOwner(folder, documents);
    }

    private static void CheckOwner(string folder, string path)
    {
        if (FileOwner.Objection(folder, path) is string objection)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, "the data folder cannot be used: " + objection);
        }
    }

    /// <summary>True while a hub runs on the folder.</summary>
    public static bool IsRunning(string folder)
    {
        if (!File.Exists(Path.Combine(folder, RunLock)))
        {
            return false;
        }

        for (int waitedMs = 0; waitedMs < CheckMs; waitedMs += RetryMs)
        {
            using FileStream? held = TryLock(folder, RunLock);
            if (held != null)
            {
                return false;
            }

            // Another process that only checks the lock may hold it for a moment.
            Thread.Sleep(RetryMs);
        }

        return true;
    }

    private static FileStream? TryLock(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        CheckOwner(folder, path);
        try
        {
            // The folder contains API keys, so only its owner may enter it.
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, $"cannot use the data folder '{folder}': {e.Message}");
        }
    }

    // ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK on Linux and macOS.
    private static bool IsHeldByAnother(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;
}
