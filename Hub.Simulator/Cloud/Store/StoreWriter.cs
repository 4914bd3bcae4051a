using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>
/// The one task that writes. Whatever waits becomes one transaction, so that a hundred events cost one sync of the disk. A write that somebody
/// waits for is on the disk when it completes (synchronous=FULL); a batch without one survives a killed process, and a power cut
/// loses it at most (NORMAL). Thread: any.
/// </summary>
internal sealed class StoreWriter
{
    private const int QueueLimit = 4096;
    private const int BatchLimit = 256;

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });
    private readonly StoreConnection _connection;
    private readonly SemaphoreSlim? _gate;
    private readonly StoreState _state;
    private readonly Task _run;
    private bool _isDurable;

    /// <param name="connection">Its own from now on.</param>
    /// <param name="gate">Taken while it writes; null where readers have connections of their own.</param>
    /// <param name="state">Learns of every outcome.</param>
    public StoreWriter(StoreConnection connection, SemaphoreSlim? gate, StoreState state)
    {
        _connection = connection;
        _gate = gate;
        _state = state;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Writes; completes when it is on the disk. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public Task<T> WriteAsync<T>(Func<StoreConnection, T> act) => WriteAsync(act, true);

    /// <summary>Writes; completes when it survives a killed process. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public Task<T> WriteQuicklyAsync<T>(Func<StoreConnection, T> act) => WriteAsync(act, false);

    /// <summary>Writes soon, without anybody waiting for it. False when too much waits already: it is dropped.</summary>
    public bool Post(Action<StoreConnection> act) => _queue.Writer.TryWrite(new Write(act, false, null));

    /// <summary>Writes what waits, and ends.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _run.ConfigureAwait(false);
    }

    private async Task<T> WriteAsync<T>(Func<StoreConnection, T> act, bool isDurable)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        T result = default!;
        Write write = new(c => result = act(c), isDurable, e =>
        {
            if (e == null)
            {
                done.SetResult(result);
            }
            else
            {
                done.SetException(e);
            }
        });
        try
        {
            await _queue.Writer.WriteAsync(write).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new HubException(ErrorCode.StorageFailed, "the cloud is stopping: nothing is stored any more");
        }

        return await done.Task.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        List<Write> batch = [];
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < BatchLimit && _queue.Reader.TryRead(out Write? write))
            {
                batch.Add(write);
            }

            if (_gate != null)
            {
                await _gate.WaitAsync().ConfigureAwait(false);
            }

            try
            {
                Commit(batch);
            }
            finally
            {
                _gate?.Release();
            }
        }
    }

    private void Commit(List<Write> batch)
    {
        Exception? error = TryCommit(batch);
        if (error == null || batch.Count == 1)
        {
            End(batch, error);
            return;
        }

        // One that cannot be written must not take the others with it.
        foreach (Write write in batch)
        {
            List<Write> alone = [write];
            End(alone, TryCommit(alone));
        }
    }

    private void End(List<Write> batch, Exception? error)
    {
        _state.Wrote(error);
        Exception? shown = error == null ? null : _state.Shown(error);
        foreach (Write write in batch)
        {
            write.Ended?.Invoke(shown);
        }
    }

    private Exception? TryCommit(List<Write> batch)
    {
        try
        {
            SetDurable(batch.Exists(w => w.IsDurable));
            _connection.Run("BEGIN IMMEDIATE");
            foreach (Write write in batch)
            {
                write.Act(_connection);
            }

            _connection.Run("COMMIT");
            return null;
        }
        catch (Exception e)
        {
            RollBack();
            return e;
        }
    }

    private void SetDurable(bool isDurable)
    {
        if (_isDurable != isDurable)
        {
            _connection.Script(isDurable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            _isDurable = isDurable;
        }
    }

    private void RollBack()
    {
        try
        {
            _connection.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself.
        }
    }

    private sealed record Write(Action<StoreConnection> Act, bool IsDurable, Action<Exception?>? Ended);
}
