using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using SQLitePCL;

namespace Hub.Simulator.Cloud.Store;

/// <summary>
/// Reads beside the writer, on a few connections of their own; in memory there is one connection, which readers and the writer take in turn.
/// Thread: any.
/// </summary>
internal sealed class StoreReaders : IDisposable
{
    private const int MostReaders = 4;

    private readonly ConcurrentBag<StoreConnection> _idle = [];
    private readonly Func<StoreConnection> _open;
    private readonly SemaphoreSlim _turns;
    private readonly StoreState _state;
    private readonly StoreConnection? _shared;

    /// <summary>Readers with connections of their own.</summary>
    public StoreReaders(Func<StoreConnection> open, StoreState state)
    {
        _open = open;
        _state = state;
        _turns = new SemaphoreSlim(MostReaders, MostReaders);
    }

    /// <summary>Readers of the writer's connection.</summary>
    public StoreReaders(StoreConnection shared, SemaphoreSlim gate, StoreState state)
    {
        _open = () => shared;
        _shared = shared;
        _state = state;
        _turns = gate;
    }

    /// <summary>Reads on a pool thread. A cancellation interrupts it. Errors: storage_failed.</summary>
    public async Task<T> ReadAsync<T>(Func<StoreConnection, T> read, CancellationToken cancel)
    {
        await _turns.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(read, cancel), cancel).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out StoreConnection? connection))
        {
            connection.Dispose();
        }
    }

    private T Read<T>(Func<StoreConnection, T> read, CancellationToken cancel)
    {
        StoreConnection? connection = null;
        try
        {
            connection = _idle.TryTake(out StoreConnection? idle) ? idle : _open();
            StoreConnection used = connection;
            using CancellationTokenRegistration registration = cancel.Register(() => raw.sqlite3_interrupt(used.Connection.Handle));
            return read(connection);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw _state.Shown(e);
        }
        finally
        {
            if (connection != null && connection != _shared)
            {
                _idle.Add(connection);
            }
        }
    }
}
