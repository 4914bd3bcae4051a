using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;

namespace Hub.Simulator.Hosting;

/// <summary>Opens files that the user names. Errors: <see cref="ErrorCode.SourceFailed"/>.</summary>
internal static class UserFile
{
    /// <summary>Opens a regular file: no folder, pipe or device, and not an empty file.</summary>
    public static FileStream OpenRegular(string path, CancellationToken cancel)
    {
        FileStream file = Open(path, mustHaveLength: true, cancel);
        if (file.CanSeek && file.Length > 0)
        {
            return file;
        }

        file.Dispose();
        throw NotRegular(path);
    }

    /// <summary>Reads a small file, which may be a pipe.</summary>
    public static byte[] ReadAll(string path, int maxBytes, CancellationToken cancel)
    {
        using FileStream file = Open(path, mustHaveLength: false, cancel);
        if (file.CanSeek && file.Length > maxBytes)
        {
            throw Failed($"'{path}' has {file.Length} bytes; at most {maxBytes} are allowed");
        }

        // One byte more than allowed shows that the file is too long.
        byte[] buffer = new byte[maxBytes + 1];
        int length = Guarded(path, () => file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false), cancel);
        return length <= maxBytes ? buffer[..length] : throw Failed($"'{path}' has more than the {maxBytes} bytes that are allowed");
    }

    /// <summary>Runs work that may block forever (a pipe without a writer, a dead network drive, stdin), until Ctrl+C.</summary>
    /// <remarks>On a thread of its own: a hub may run many of these at once, and must not exhaust its thread pool.</remarks>
    public static T Await<T>(Func<T> work, CancellationToken cancel) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancel).GetAwaiter().GetResult();

    private static FileStream Open(string path, bool mustHaveLength, CancellationToken cancel)
    {
        if (path.Length == 0)
        {
            throw Failed("the file's name is empty");
        }

        if (Directory.Exists(path))
        {
            throw Failed($"'{path}' is a folder, not a file");
        }

        return Guarded(
            path,
            () =>
            {
                // Checked before opening, because opening a pipe waits for its writer. Pipes and devices have no length.
                if (mustHaveLength && LengthOf(path) == 0)
                {
                    throw NotRegular(path);
                }

                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            },
            cancel);
    }

    private static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : file.Length;
    }

    private static T Guarded<T>(string path, Func<T> work, CancellationToken cancel)
    {
        try
        {
            return Await(work, cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Failed($"there is no file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failed($"cannot read '{path}': {e.Message}");
        }
    }

    private static HubException NotRegular(string path) => Failed($"'{path}' is empty, or not a regular file");

    private static HubException Failed(string message) => new(ErrorCode.SourceFailed, message);
}
