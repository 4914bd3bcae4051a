using System;
using Hub.Core.Errors;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>SQLite's errors in a user's words: what happened and what to do.</summary>
internal static class StoreErrors
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    /// <summary>The disk is full.</summary>
    public const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>True when the content of the file is wrong.</summary>
    public static bool IsDamage(Exception error) => error is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>The error to show.</summary>
    /// <param name="error">What SQLite or the system threw.</param>
    /// <param name="file">The database; null for one in memory.</param>
    public static HubException Of(Exception error, string? file)
    {
        string name = file == null ? "the cloud's database" : "the cloud's database '" + file + "'";
        if (error is not SqliteException sqlite)
        {
            return new HubException(ErrorCode.StorageFailed, $"cannot use {name}: {error.Message}", error);
        }

        string message = sqlite.SqliteErrorCode switch
        {
            Busy or Locked => $"{name} is locked by another program: close it",
            ReadOnly => $"{name} cannot be written: allow this user to write the file and its folder",
            IoError => $"{name} cannot be read or written ({sqlite.Message}): check the disk and its free space",
            Corrupt or NotADatabase => $"{name} is damaged: restart the cloud, which puts the file aside and keeps what can be read",
            Full => $"the disk with {name} is full: free some space",
            CannotOpen => $"{name} cannot be opened: check that its folder exists and that this user may write there",
            _ => $"cannot use {name}: {sqlite.Message}",
        };
        return new HubException(ErrorCode.StorageFailed, message, error);
    }
}
