using System;
using System.IO;
using Hub.Core.Errors;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The database file: one cloud at a time holds it, and only its user can read it, since it has the hubs' secrets.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly string _path;
    private readonly StoreOptions _options;
    private readonly FileStream _lock;

    private StoreFile(string path, StoreOptions options, FileStream held)
    {
        _path = path;
        _options = options;
        _lock = held;
    }

    /// <summary>Locks the file for this process. Errors: storage_failed.</summary>
    public static StoreFile Hold(string path, StoreOptions options)
    {
        string lockPath = path + ".lock";
        try
        {
            return new StoreFile(path, options, new FileStream(lockPath, Private(FileMode.OpenOrCreate)));
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is 32 or 11 or 35)
        {
            // ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK on Linux and macOS.
            throw new HubException(ErrorCode.StorageFailed, $"another cloud uses '{path}': stop it first, or use --data with another folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(ErrorCode.StorageFailed, $"cannot use the cloud's database '{path}': {e.Message}", e);
        }
    }

    /// <summary>Opens the writer's connection.</summary>
    public StoreConnection OpenWriter(StoreState state, TimeProvider clock)
    {
        if (!File.Exists(_path))
        {
            new FileStream(_path, Private(FileMode.CreateNew)).Dispose();
        }

        return new StoreConnection(ConnectionString(SqliteOpenMode.ReadWrite), Busy, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA fullfsync=ON");
    }

    /// <summary>Opens a reader's connection.</summary>
    public StoreConnection OpenReader() => new(ConnectionString(SqliteOpenMode.ReadOnly), Busy);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string Busy => $"PRAGMA busy_timeout={(int)_options.LockWait.TotalMilliseconds}";

    // Microsoft.Data.Sqlite tries a locked database again itself, for DefaultTimeout seconds after the busy_timeout.
    private string ConnectionString(SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = _path, Mode = mode, Pooling = false, DefaultTimeout = 1 }.ToString();

    private static FileStreamOptions Private(FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
