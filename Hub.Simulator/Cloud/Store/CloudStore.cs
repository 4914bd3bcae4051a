using System;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Logging;

namespace Hub.Simulator.Cloud.Store;

/// <summary>
/// What the cloud keeps: hubs, job events and jobs, temperatures, idempotency keys, transfers, sessions; in an SQLite file, or in memory.
/// One task writes; readers have connections of their own. Thread: any. Disposing writes what waits.
/// </summary>
internal sealed class CloudStore : IAsyncDisposable
{
    private static readonly TimeSpan s_flushEvery = TimeSpan.FromSeconds(TemperatureTable.FineSeconds);

    private static readonly TimeSpan s_firstTrim = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_trimEvery = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly StoreFile? _file;
    private readonly StoreConnection _connection;
    private readonly StoreWriter _writer;
    private readonly StoreReaders _readers;
    private readonly StoreState _state;
    private readonly ITimer _flush;
    private readonly ITimer _trim;
    private readonly StoreRetention _retention;
    private bool _isDisposed;

    private CloudStore(StoreFile? file, StoreConnection connection, StoreState state, TimeProvider clock, StoreOptions options)
    {
        _file = file;
        _connection = connection;
        _state = state;
        if (file == null)
        {
            SemaphoreSlim gate = new(1, 1);
            _writer = new StoreWriter(connection, gate, state);
            _readers = new StoreReaders(connection, gate, state);
        }
        else
        {
            _writer = new StoreWriter(connection, null, state);
            _readers = new StoreReaders(file.OpenReader, state);
        }

        StoreBase store = new(_writer, _readers, clock, options);
        Hubs = new HubTable(store);
        Notices = new NoticeTable(store);
        Jobs = new JobTable(store, Notices, _stopping.Token);
        Temperatures = new TemperatureTable(store);
        Keys = new IdempotencyTable(store);
        Transfers = new TransferTable(store);
        Sessions = new SessionTable(store);
        Statistics = new StatisticsTable(store);
        _retention = new StoreRetention(store, state);
        _flush = clock.CreateTimer(_ => Temperatures.Flush(), null, s_flushEvery, s_flushEvery);
        _trim = clock.CreateTimer(_ => _retention.Begin(), null, s_firstTrim, s_trimEvery);
    }

    /// <summary>The hubs and their secrets.</summary>
    public HubTable Hubs { get; }

    /// <summary>Job events and jobs.</summary>
    public JobTable Jobs { get; }

    /// <summary>Temperatures of the last hours.</summary>
    public TemperatureTable Temperatures { get; }

    /// <summary>Idempotency keys.</summary>
    public IdempotencyTable Keys { get; }

    /// <summary>The last states of transfers.</summary>
    public TransferTable Transfers { get; }

    /// <summary>Settings and sessions.</summary>
    public SessionTable Sessions { get; }

    /// <summary>What webhooks are to report.</summary>
    public NoticeTable Notices { get; }

    /// <summary>Figures over jobs.</summary>
    public StatisticsTable Statistics { get; }

    /// <summary>Removes what is old or too much; runs by itself once an hour.</summary>
    public StoreRetention Retention => _retention;

    /// <summary>Why nothing is recorded now, as one line for a person; null while all is well. For <c>/healthz</c>.</summary>
    public string? Problem => _state.Problem;

    /// <summary>What a person should know although the cloud works, such as a damaged file that was put aside; null for nothing.</summary>
    public string? Notice => _state.Notice;

    /// <summary>Opens the store. May take seconds. Errors: storage_failed with one sentence (locked, full, damaged, newer version).</summary>
    /// <param name="file">The database, made when it is not there; its folder must exist. Null for one in memory, which is gone at the end.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Where failures of the storage are reported.</param>
    /// <param name="options">How much is kept; null for the defaults.</param>
    public static CloudStore Open(string? file, TimeProvider clock, Log log, StoreOptions? options = null)
    {
        options ??= new StoreOptions();
        StoreState state = new(log, file);
        StoreFile? held = null;
        StoreConnection? connection = null;
        try
        {
            held = file == null ? null : StoreFile.Hold(file, options);
            connection = held == null ? InMemory() : held.OpenWriter(state, clock.GetUtcNow());
            StoreRestart.Run(connection, clock.GetUtcNow().ToUnixTimeMilliseconds());
            return new CloudStore(held, connection, state, clock, options);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            held?.Dispose();
            throw e as HubException ?? StoreErrors.Of(e, file);
        }
    }

    /// <summary>Completes when all that was handed over before is written. Errors: storage_failed.</summary>
    public Task FlushAsync()
    {
        Temperatures.Flush();
        return _writer.WriteAsync(_ => true);
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _flush.DisposeAsync().ConfigureAwait(false);
        await _trim.DisposeAsync().ConfigureAwait(false);
        await _retention.DisposeAsync().ConfigureAwait(false);
        Temperatures.Flush();
        await _writer.StopAsync().ConfigureAwait(false);
        _readers.Dispose();
        _connection.Dispose();
        _file?.Dispose();
        _stopping.Dispose();
    }

    private static StoreConnection InMemory()
    {
        StoreConnection connection = new("Data Source=:memory:;Pooling=False");
        StoreMigration.Run(connection, StoreSchema.Steps);
        return connection;
    }
}
