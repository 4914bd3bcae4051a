using System;
using System.Collections.Generic;
using System.Globalization;
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

    private string Busy => $"PRAGMA busy_timeout={(int)_options.LockWait.TotalMilliseconds}";

    /// <summary>Locks the file for this process. Errors: storage_failed.</summary>
    public static StoreFile Hold(string path, StoreOptions options)
    {
        try
        {
            return new StoreFile(path, options, new FileStream(path + ".lock", Private(FileMode.OpenOrCreate)));
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

    /// <summary>
    /// Opens the writer's connection, with the newest tables. A damaged file is put aside, never deleted, and a new one begins with what can be
    /// read of it: a farm must go on at night, and its hubs must not need to be claimed again.
    /// </summary>
    public StoreConnection OpenWriter(StoreState state, DateTimeOffset now)
    {
        StoreConnection? connection = TryOpen(out string damage);
        if (connection != null)
        {
            return connection;
        }

        string aside = _path + ".damaged-" + now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        foreach (string part in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            if (File.Exists(_path + part))
            {
                File.Move(_path + part, aside + part);
            }
        }

        connection = TryOpen(out string failure) ?? throw new HubException(ErrorCode.StorageFailed, $"cannot make the cloud's database '{_path}': {failure}");
        try
        {
            state.Warn($"the cloud's database '{_path}' was damaged ({damage}): it is kept as '{aside}', and a new one {Salvage(aside, connection)}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a reader's connection.</summary>
    public StoreConnection OpenReader() => new(ConnectionString(_path, SqliteOpenMode.ReadOnly), Busy);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>Null when the file is damaged.</summary>
    private StoreConnection? TryOpen(out string damage)
    {
        damage = "";
        StoreConnection? connection = null;
        try
        {
            if (!File.Exists(_path))
            {
                new FileStream(_path, Private(FileMode.CreateNew)).Dispose();
            }

            connection = new StoreConnection(ConnectionString(_path, SqliteOpenMode.ReadWrite), Busy);
            StoreMigration.Check(connection, _path, StoreSchema.Steps.Count);
            if (StoreCheck.Damage(connection, _options.CheckTime) is string found)
            {
                damage = found;
                connection.Dispose();
                return null;
            }

            // fullfsync: without it, macOS leaves a synced file in the drive's own memory.
            connection.Script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA journal_size_limit=16777216");
            if (_options.MaxPages > 0)
            {
                connection.Script($"PRAGMA max_page_count={_options.MaxPages}");
            }

            StoreMigration.Run(connection, StoreSchema.Steps);
            return connection;
        }
        catch (SqliteException e) when (StoreErrors.IsDamage(e))
        {
            damage = e.Message;
            connection?.Dispose();
            return null;
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    private static string Salvage(string aside, StoreConnection connection)
    {
        try
        {
            using SqliteConnection damaged = new(ConnectionString(aside, SqliteOpenMode.ReadOnly));
            damaged.Open();
            Dictionary<string, int> rows = StoreSalvage.Run(damaged, connection);
            return $"has {rows["hubs"]} hubs, {rows["events"]} events and {rows["jobs"]} jobs of it";
        }
        catch (SqliteException e) when (e.SqliteErrorCode != StoreErrors.Full)
        {
            return "begins empty, as nothing of it can be read";
        }
    }

    // Microsoft.Data.Sqlite tries a locked database again itself, for DefaultTimeout seconds after the busy_timeout.
    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 1 }.ToString();

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
