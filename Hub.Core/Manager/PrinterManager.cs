using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Core.Text;

namespace Hub.Core.Manager;

/// <summary>
/// Keeps the printers: one worker each, commands routed by id, transfers beside them, the status of
/// all. Thread: any member from any thread; none waits for a printer.
/// </summary>
public sealed class PrinterManager : IDisposable
{
    /// <summary>Uploads that run at once; each needs a socket and a window of its own.</summary>
    private const int MaxTransfers = 2;

    /// <summary>The same where sockets are plenty.</summary>
    private const int MaxTransfersOfMany = 4;

    /// <summary>How long stopping waits for the workers; they give up their I/O within 100 ms.</summary>
    private const int StopTimeoutMs = 2000;

    /// <summary>How long stopping then waits at least until the listeners know.</summary>
    private const int NotifyTimeoutMs = 500;

    /// <summary>A try whose begin was not seen counts as over after this time, in ms.</summary>
    private const int TryStartMs = 500;

    private readonly IHal _hal;
    private readonly IClock _clock;
    private readonly Log _log;
    private readonly IPrinterClientFactory _clients;
    private readonly PrinterList _printers = new PrinterList();
    private readonly object _apply = new object();
    private readonly TransferPool _transfers;
    private readonly Supervisor _supervisor;
    private readonly GeneratedIds _ids;
    private readonly Subscriptions _subscriptions = new Subscriptions();
    private bool _isDisposed;

    /// <summary>Makes an empty manager that runs two uploads at once, four where there are 64 sockets or more.</summary>
    public PrinterManager(IHal hal, Log log, IPrinterClientFactory clients)
        : this(hal, log, clients, hal.Sockets.MaxSockets >= SocketBudget.Plenty ? MaxTransfersOfMany : MaxTransfers)
    {
    }

    /// <summary>Makes an empty manager that runs up to <paramref name="maxTransfers"/> uploads at once; one printer gets one at a time.</summary>
    public PrinterManager(IHal hal, Log log, IPrinterClientFactory clients, int maxTransfers)
    {
        _hal = hal;
        _clock = hal.Clock;
        _log = log;
        _clients = clients;
        Jobs = new JobStore(hal, log, hal.Sockets.MaxSockets >= SocketBudget.Plenty ? JobLogSize.Laptop : JobLogSize.Board);
        Sockets = new SocketBudget(hal.Sockets.MaxSockets);
        Polls = new PollBudget(hal.System.CpuCostFactor, log);
        _supervisor = new Supervisor(_clock, log);
        _ids = new GeneratedIds(hal);
        _transfers = new TransferPool(log, maxTransfers, Sockets);
    }

    /// <summary>What is recorded of all printers' jobs and starts.</summary>
    public JobStore Jobs { get; }

    /// <summary>Who may open a connection: the printers' workers ask it, and so does everything else before a dial.</summary>
    public SocketBudget Sockets { get; }

    /// <summary>How often polled printers may be asked.</summary>
    public PollBudget Polls { get; }

    /// <summary>
    /// Makes the printers exactly these, in this order: those that are not among them are removed, new ones are added, and of
    /// the others only those with another configuration are touched. A printer that cannot run stays in the list with its
    /// <see cref="PrinterSnapshot.Refusal"/>, and is tried again when its configuration changes. Waits for no printer.
    /// </summary>
    public void Apply(PrinterConfig[] printers)
    {
        lock (_apply)
        {
            // Former ones go first: what replaces them may need their sockets.
            PrinterEntry[] before = Entries();
            for (int i = 0; i < before.Length; i++)
            {
                if (!Has(printers, before[i].Id) && Deregister(before[i].Id))
                {
                    _log.Info(before[i].Id, "removed");
                }
            }

            for (int i = 0; i < printers.Length; i++)
            {
                PrinterEntry? former = Locked(printers[i].Id);
                if (former == null || !former.Config.IsSame(printers[i]))
                {
                    UpdateOrRefuse(printers[i]);
                }
            }

            lock (_printers)
            {
                _printers.SortAs(printers);
            }
        }
    }

    /// <summary>
    /// Adds a printer, or replaces the one of the same id, and starts its worker. A disabled one is
    /// listed as offline. Errors: <see cref="ErrorCode.NotSupported"/> for a type this build lacks,
    /// <see cref="ErrorCode.ConfigInvalid"/>, <see cref="ErrorCode.Internal"/> when no thread is left; an earlier printer of
    /// that id then stays.
    /// </summary>
    public void Register(PrinterConfig config)
    {
        _log.Mask(config.ApiKey);
        _log.Mask(config.User, config.Password);
        _log.Mask(config.AccessCode);
        PrinterWorker worker = new PrinterWorker(_hal, _log, config, _clients.Create(config), this);
        PrinterWorker? former = null;
        Exception? failure = null;
        lock (_printers)
        {
            if (_isDisposed)
            {
                failure = new ObjectDisposedException("PrinterManager");
            }
            else
            {
                failure = TryReplace(worker, out former);
            }
        }

        if (failure != null)
        {
            worker.Client.Dispose();
            throw failure;
        }

        StopWorker(former);
        Changed(config.Id);
    }

    /// <summary>
    /// Brings a printer's configuration up to date: one that leaves the link as it is takes effect at once, without a
    /// reconnect, and nothing that runs or waits ends; any other does as <see cref="Register"/>, errors included. An equal one
    /// changes nothing.
    /// </summary>
    public void Update(PrinterConfig config)
    {
        bool isApplied = false;
        bool isSame = false;
        lock (_printers)
        {
            PrinterWorker? worker = WorkerOf(config.Id);
            isSame = worker != null && worker.Config.IsSame(config);
            if (worker != null && !isSame && PrinterSystems.HaveSameLink(worker.Config, config))
            {
                worker.Config = config;
                isApplied = true;
            }
        }

        if (isApplied)
        {
            Changed(config.Id);
        }
        else if (!isSame)
        {
            Register(config);
        }
    }

    /// <summary>Tries a refused or waiting printer again at once (a wait that the printer itself asked for is kept). False when there is none.</summary>
    public bool Retry(string id)
    {
        PrinterWorker? worker = Locked(id)?.Worker;
        worker?.Retry();
        return worker != null;
    }

    /// <summary>As <see cref="Retry"/>, and waits for the outcome; returns at once for a printer that is online or being tried.</summary>
    /// <param name="id">The printer.</param>
    /// <param name="timeoutMs">Longest wait, in ms.</param>
    /// <param name="cancel">Ends the wait at once; the try itself goes on.</param>
    /// <returns>True when the printer is online.</returns>
    public bool TryNow(string id, int timeoutMs, CancellationToken cancel)
    {
        PrinterSnapshot? printer = Snapshot(id);
        if (printer == null)
        {
            return false;
        }

        if (printer.Link != LinkState.Waiting && printer.Link != LinkState.Refused)
        {
            return printer.Link == LinkState.Online;
        }

        using ChangeQueue changes = WatchOne(id);
        Retry(id);
        long startMs = _clock.NowMs;
        int triesBefore = printer.Tries;
        bool isTried = false;
        while (Refresh(printer) && printer.Link != LinkState.Online)
        {
            // A try may be over between two checks, or wait for something else first. Another worker counts its tries anew.
            long waitedMs = _clock.NowMs - startMs;
            isTried |= printer.Tries != triesBefore || waitedMs >= TryStartMs;
            if ((isTried && printer.Link != LinkState.Connecting) || waitedMs >= timeoutMs || cancel.IsCancellationRequested)
            {
                return false;
            }

            changes.Take((int)((isTried || timeoutMs < TryStartMs ? timeoutMs : TryStartMs) - waitedMs), cancel);
        }

        return printer.Link == LinkState.Online;
    }

    /// <summary>
    /// Removes a printer; its commands and its transfer fail. False when there is none. Returns at once: its thread closes
    /// the link by itself.
    /// </summary>
    public bool Deregister(string id)
    {
        PrinterEntry? entry;
        lock (_printers)
        {
            entry = _printers.Find(id);
            if (entry == null)
            {
                return false;
            }

            _printers.Remove(entry);
        }

        StopWorker(entry.Worker);
        Changed(id);
        if (entry.Worker != null && entry.Worker.HasPendingStart)
        {
            _supervisor.Watch(new AbandonedStartsCheck(Jobs, _hal, _log));
        }

        return true;
    }

    /// <summary>Looks later for starts that an earlier run of the hub left pending on printers that are gone. Waits for the storage.</summary>
    internal void CheckAbandonedStarts()
    {
        try
        {
            if (AbandonedStarts.HasAny(Jobs))
            {
                _supervisor.Watch(new AbandonedStartsCheck(Jobs, _hal, _log));
            }
        }
        catch (HubException e)
        {
            _log.Warning("jobs", "the hub does not know whether starts are pending: " + e.Message);
        }
    }

    /// <summary>All printers in their order, refused ones too, each with what is known of it at this moment. Waits for no printer.</summary>
    public PrinterSnapshot[] Snapshot()
    {
        PrinterEntry[] entries = Entries();
        PrinterSnapshot[] snapshots = new PrinterSnapshot[entries.Length];
        long nowMs = _clock.NowMs;
        for (int i = 0; i < entries.Length; i++)
        {
            snapshots[i] = new PrinterSnapshot(entries[i].Config, LinkState.Waiting);
            entries[i].CopyTo(snapshots[i], nowMs);
        }

        return snapshots;
    }

    /// <summary>One printer, with what is known of it at this moment; null when there is none. Waits for no printer.</summary>
    public PrinterSnapshot? Snapshot(string id)
    {
        PrinterEntry? entry = Locked(id);
        if (entry == null)
        {
            return null;
        }

        PrinterSnapshot snapshot = new PrinterSnapshot(entry.Config, LinkState.Waiting);
        entry.CopyTo(snapshot, _clock.NowMs);
        return snapshot;
    }

    /// <summary>Brings a snapshot up to date, and allocates nothing for it; false, and nothing is changed, when its printer is gone.</summary>
    public bool Refresh(PrinterSnapshot snapshot)
    {
        PrinterEntry? entry = Locked(snapshot.Config.Id);
        entry?.CopyTo(snapshot, _clock.NowMs);
        return entry != null;
    }

    /// <summary>Subscribes to changes: every printer that is there counts as changed at first.</summary>
    public ChangeQueue Watch() => WatchInto(null);

    /// <summary>The same, for an owner that waits for more than changes: <paramref name="arrived"/> is set when one comes to an empty queue.</summary>
    internal ChangeQueue WatchInto(AutoResetEvent? arrived)
    {
        ChangeQueue queue = new ChangeQueue(this, _clock, null, arrived);
        _subscriptions.Add(queue);
        PrinterEntry[] entries = Entries();
        for (int i = 0; i < entries.Length; i++)
        {
            queue.Mark(entries[i].Id);
        }

        return queue;
    }

    /// <summary>
    /// Hands a command to the printer's worker; an emergency stop goes out beside it, at once. Refusals (unknown printer,
    /// verb it lacks, read-only, which counts for an emergency stop too, queue full) finish the command at once.
    /// </summary>
    public void Submit(string id, PrinterCommand command)
    {
        command.Begin(_clock);
        command.Submitted(id, _ids, _supervisor);
        PrinterEntry? entry = Locked(id);
        HubException? refusal = CommandChecks.Refusal(id, entry, command.Rule.Needs) ?? CommandChecks.BadArguments(command) ?? entry!.Worker!.Put(command);

        if (refusal != null)
        {
            command.Finish(command.Verb == PrinterVerb.EmergencyStop ? EmergencyStopper.Refused(refusal) : refusal);
        }
    }

    /// <summary>
    /// Accepts a request to print before its transfer, and remembers it until its outcome is known, over a restart too. Null, or why it
    /// is refused: another one is pending there, its time limit has passed, the printer cannot start prints. Waits for the hub's storage.
    /// </summary>
    public HubException? Accept(string id, PrintRequest request)
    {
        if (request.Id.Length == 0)
        {
            request.Id = _ids.Next();
        }

        PrinterEntry? entry = Locked(id);
        return CommandChecks.Refusal(id, entry, PrinterCapabilities.Start) ?? entry!.Worker!.Accept(request);
    }

    /// <summary>Queues an upload; one per printer at a time, refusals finish it at once.</summary>
    public void Submit(string id, Transfer transfer)
    {
        HubException? refusal;
        transfer.Submitted(id, _ids, _clock, _supervisor);
        lock (_printers)
        {
            PrinterEntry? entry = _printers.Find(id);
            PrinterWorker? worker = entry?.Worker;
            refusal = CommandChecks.Refusal(id, entry, PrinterCapabilities.Upload);
            if (refusal == null && worker!.Transfer is { IsFinished: false })
            {
                refusal = new HubException(ErrorCode.TransferBusy, "another upload to this printer is in progress: wait for it");
            }

            if (refusal == null)
            {
                if (_transfers.TryRun(worker!.Client, transfer))
                {
                    worker.Transfer = transfer;
                }
                else
                {
                    refusal = new HubException(ErrorCode.QueueFull, "too many uploads wait: try again later");
                }
            }
        }

        if (refusal != null)
        {
            transfer.Finish(null, refusal);
        }
        else
        {
            Changed(id);
        }
    }

    /// <summary>
    /// A person reports that a printer's bed is clear. False when it was known already. Errors: <see cref="ErrorCode.UnknownPrinter"/>;
    /// <see cref="ErrorCode.WrongState"/> while a job runs; <see cref="ErrorCode.StorageFailed"/>.
    /// </summary>
    public bool ClearBed(string id)
    {
        PrinterEntry entry = Locked(id) ?? throw new HubException(ErrorCode.UnknownPrinter, "no printer has the id '" + id + "'");
        bool isNews = false;
        JobChange clear = (record, events) => isNews = BedRule.Clear(record, events);
        if (entry.Worker != null)
        {
            entry.Worker.Jobs.Change(clear);
        }
        else
        {
            Jobs.Change(Jobs.PlaceOf(entry.Config), clear);
        }

        Changed(id);
        return isNews;
    }

    /// <summary>
    /// Stops all workers and transfers; what runs fails, connections are closed. Waits up to 2.5 s for the workers, and for the
    /// listeners to hear of all ends.
    /// </summary>
    public void Dispose()
    {
        PrinterEntry[] entries;
        lock (_printers)
        {
            _isDisposed = true;
            entries = _printers.ToArray();
            _printers.Clear();
        }

        for (int i = 0; i < entries.Length; i++)
        {
            StopWorker(entries[i].Worker);
        }

        long deadlineMs = _clock.NowMs + StopTimeoutMs;
        for (int i = 0; i < entries.Length; i++)
        {
            long leftMs = deadlineMs - _clock.NowMs;
            entries[i].Worker?.Join(leftMs > 0 ? (int)leftMs : 0);
        }

        long notifyMs = deadlineMs - _clock.NowMs;
        _supervisor.Stop(notifyMs > NotifyTimeoutMs ? (int)notifyMs : NotifyTimeoutMs);
    }

    /// <summary>As <see cref="Watch"/>, for the changes of one printer.</summary>
    internal ChangeQueue WatchOne(string id)
    {
        ChangeQueue queue = new ChangeQueue(this, _clock, id, null);
        _subscriptions.Add(queue);
        return queue;
    }

    /// <summary>How many workers run: one for each printer that this build can run.</summary>
    public int Workers
    {
        get
        {
            PrinterEntry[] entries = Entries();
            int count = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                count += entries[i].Worker == null ? 0 : 1;
            }

            return count;
        }
    }

    /// <summary>How many threads of the manager's own wait on the clock besides the workers.</summary>
    internal int OwnThreads => _supervisor.IsRunning ? 1 : 0;

    internal void Unwatch(ChangeQueue queue) => _subscriptions.Remove(queue);

    /// <summary>A printer's published status changed, or it came or went. Thread: any.</summary>
    internal void Changed(string id) => _subscriptions.Mark(id);

    /// <summary>Marks the printers that time alone has changed: a worker that hangs in its printer's connection cannot. Thread: any.</summary>
    internal void MarkAged(long nowMs)
    {
        PrinterEntry[] entries = Entries();
        for (int i = 0; i < entries.Length; i++)
        {
            PrinterWorker? worker = entries[i].Worker;
            if (worker != null && worker.HasAged(nowMs))
            {
                Changed(worker.Id);
            }
        }
    }

    private static void StopWorker(PrinterWorker? worker)
    {
        worker?.Transfer?.CancelAsGone();
        worker?.Stop();
    }

    private static bool Has(PrinterConfig[] printers, string id)
    {
        for (int i = 0; i < printers.Length; i++)
        {
            if (printers[i].Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private void UpdateOrRefuse(PrinterConfig config)
    {
        try
        {
            Update(config);
        }
        catch (HubException e)
        {
            Refuse(config, e);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            Refuse(config, new HubException(ErrorCode.Internal, "it could not be started by a fault of the hub: " + OneLine.Of(e.Message), e));
        }
    }

    /// <summary>What ran before under this id is not what is configured, so it ends.</summary>
    private void Refuse(PrinterConfig config, HubException error)
    {
        PrinterWorker? former;
        lock (_printers)
        {
            if (_isDisposed)
            {
                return;
            }

            former = WorkerOf(config.Id);
            _printers.Put(new PrinterEntry(config, _log.Masked(error)));
        }

        StopWorker(former);
        _log.Error(config.Id, error.Message);
        Changed(config.Id);
    }

    /// <summary>Starts a worker in the place of the one of the same id, or as a new one. Nothing changes when it cannot be started.</summary>
    private HubException? TryReplace(PrinterWorker worker, out PrinterWorker? former)
    {
        former = WorkerOf(worker.Id);
        try
        {
            // The new one may read the record at once: the former one must not write over it.
            former?.Jobs.Close();
            worker.Start();
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // The board has memory for a few threads only.
            return new HubException(ErrorCode.Internal, "the hub has no thread left for one more printer (" + e.Message + ")", e);
        }

        _printers.Put(new PrinterEntry(worker));
        return null;
    }

    private PrinterEntry[] Entries()
    {
        lock (_printers)
        {
            return _printers.ToArray();
        }
    }

    private PrinterEntry? Locked(string id)
    {
        lock (_printers)
        {
            return _printers.Find(id);
        }
    }

    /// <summary>The worker of this id, or null. Under the lock.</summary>
    private PrinterWorker? WorkerOf(string id) => _printers.Find(id)?.Worker;
}
