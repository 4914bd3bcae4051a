using System;
using System.IO;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Turns file errors into one line for the user.</summary>
internal static class StorageErrors
{
    private const int LinuxDiskFull = 28;
    private const int LinuxReadOnly = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsStorageError(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>True when a file cannot be opened because it is open elsewhere: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK of flock on Linux and macOS.</summary>
    public static bool IsHeldByAnother(IOException error) => (error.HResult & 0xFFFF) is 32 or 11 or 35;

    public static HubException Wrap(Exception error, string verb, string path) =>
        new HubException(ErrorCode.StorageFailed, $"cannot {verb} '{path}': {Reason(error)}", error);

    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access denied; check the owner and the permissions of the data folder",
        DirectoryNotFoundException => "the folder does not exist",
        PathTooLongException => "the path is too long",
        IOException { HResult: LinuxDiskFull or WindowsDiskFull } => "the disk is full",
        IOException { HResult: LinuxReadOnly } => "the file system is read-only",
        _ => error.Message.Replace('\n', ' ').Replace('\r', ' '),
    };
}
