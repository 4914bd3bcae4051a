using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
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

    /// <summary>From here on they are.</summary>
    private const int ManySockets = 64;

    /// <summary>How long stopping waits for the workers; they give up their I/O within 100 ms.</summary>
    private const int StopTimeoutMs = 2000;

    private readonly IHal _hal;
    private readonly IClock _clock;
    private readonly Log _log;
    private readonly IPrinterClientFactory _clients;
    private readonly ArrayList _workers = new ArrayList();
    private readonly TransferPool _transfers;
    private readonly ArrayList _watchers = new ArrayList();
    private readonly StartDoubts _doubts = new StartDoubts();
    private bool _isDisposed;

    /// <summary>Makes an empty manager that runs two uploads at once, four where there are 64 sockets or more.</summary>
    public PrinterManager(IHal hal, Log log, IPrinterClientFactory clients)
        : this(hal, log, clients, hal.Sockets.MaxSockets >= ManySockets ? MaxTransfersOfMany : MaxTransfers)
    {
    }

    /// <summary>Makes an empty manager that runs so many uploads at once; one printer gets one at a time.</summary>
    public PrinterManager(IHal hal, Log log, IPrinterClientFactory clients, int maxTransfers)
    {
        _hal = hal;
        _clock = hal.Clock;
        _log = log;
        _clients = clients;
        Starts = new OpenStarts(hal, log);
        Sockets = new SocketBudget(hal.Sockets.MaxSockets);
        _transfers = new TransferPool(log, maxTransfers, Sockets);
    }

    /// <summary>The starts that were sent and not seen yet.</summary>
    internal OpenStarts Starts { get; }

    /// <summary>Who may open a connection: the printers' workers ask it, and so does everybody else before a dial.</summary>
    public SocketBudget Sockets { get; }

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
        lock (_workers)
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
        bool isTaken = false;
        bool isSame = false;
        lock (_workers)
        {
            PrinterWorker? worker = Find(config.Id);
            isSame = worker != null && worker.Config.IsSame(config);
            if (worker != null && !isSame && PrinterSystems.HaveSameLink(worker.Config, config))
            {
                worker.Config = config;
                isTaken = true;
            }
        }

        if (isTaken)
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
        PrinterWorker? worker = Locked(id);
        worker?.Retry();
        return worker != null;
    }

    /// <summary>
    /// Removes a printer; its commands and its transfer fail. False when there is none. Returns at once: its thread closes
    /// the link by itself.
    /// </summary>
    public bool Deregister(string id)
    {
        PrinterWorker? worker;
        lock (_workers)
        {
            worker = Find(id);
            if (worker == null)
            {
                return false;
            }

            _workers.Remove(worker);
            _doubts.Keep(worker.Config, worker.StartDoubt, _clock.NowMs);
        }

        StopWorker(worker);
        Changed(id);
        return true;
    }

    /// <summary>Ids in the order of registration.</summary>
    public string[] Ids()
    {
        lock (_workers)
        {
            string[] ids = new string[_workers.Count];
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = ((PrinterWorker)_workers[i]!).Id;
            }

            return ids;
        }
    }

    /// <summary>The configuration of a printer, or null.</summary>
    public PrinterConfig? Config(string id) => Locked(id)?.Config;

    /// <summary>Copies what is known of a printer; false when there is none.</summary>
    public bool TryGetStatus(string id, PrinterStatus into)
    {
        PrinterWorker? worker = Locked(id);
        if (worker == null)
        {
            return false;
        }

        worker.CopyStatus(into);
        return true;
    }

    /// <summary>
    /// True when the first full report came, or when it is known that none will come soon (wrong key,
    /// disabled, a first failure to connect): the status is then worth showing.
    /// </summary>
    public bool HasFirstAnswer(string id)
    {
        PrinterWorker? worker = Locked(id);
        return worker != null && worker.HasFirstAnswer;
    }

    /// <summary>Why a start would be refused because of an earlier one that the printer has not shown yet; null when none is open. Thread: any.</summary>
    public HubException? RefuseStart(string id)
    {
        PrinterWorker? worker = Locked(id);
        return worker != null && worker.StartDoubt.IsOpen(_clock.NowMs) ? StartDoubt.Refusal() : null;
    }

    /// <summary>The transfer that runs or waits for a printer, or null.</summary>
    public Transfer? TransferOf(string id)
    {
        lock (_workers)
        {
            return Unfinished(Find(id)?.Transfer);
        }
    }

    /// <summary>The transfer a printer had last, ended or not, so that one that ended between two looks is seen; null when it had none.</summary>
    public Transfer? LastTransfer(string id)
    {
        lock (_workers)
        {
            return Find(id)?.Transfer;
        }
    }

    /// <summary>All printers in the order of registration, each with what is known of it at this moment. Waits for no printer.</summary>
    public PrinterSnapshot[] Snapshot()
    {
        object[] workers;
        PrinterSnapshot[] snapshots;
        lock (_workers)
        {
            workers = _workers.ToArray();
            snapshots = new PrinterSnapshot[workers.Length];
            for (int i = 0; i < workers.Length; i++)
            {
                PrinterWorker worker = (PrinterWorker)workers[i];
                snapshots[i] = new PrinterSnapshot(worker.Config, LinkState.Waiting, false, Unfinished(worker.Transfer));
            }
        }

        for (int i = 0; i < workers.Length; i++)
        {
            ((PrinterWorker)workers[i]).CopyTo(snapshots[i]);
        }

        return snapshots;
    }

    /// <summary>One printer, with what is known of it at this moment; null when there is none. Waits for no printer.</summary>
    public PrinterSnapshot? SnapshotOf(string id)
    {
        PrinterWorker? worker;
        PrinterSnapshot snapshot;
        lock (_workers)
        {
            worker = Find(id);
            if (worker == null)
            {
                return null;
            }

            snapshot = new PrinterSnapshot(worker.Config, LinkState.Waiting, false, Unfinished(worker.Transfer));
        }

        worker.CopyTo(snapshot);
        return snapshot;
    }

    /// <summary>Where a printer's link stands; <see cref="LinkState.Disabled"/> when there is none of this id.</summary>
    public LinkState Link(string id)
    {
        PrinterWorker? worker = Locked(id);
        return worker == null ? LinkState.Disabled : worker.Link;
    }

    /// <summary>Begins to tell of changes: every printer that is there counts as changed at first.</summary>
    public ChangeQueue Watch()
    {
        ChangeQueue queue = new ChangeQueue(this, _clock);
        lock (_watchers)
        {
            _watchers.Add(queue);
        }

        string[] ids = Ids();
        for (int i = 0; i < ids.Length; i++)
        {
            queue.Mark(ids[i]);
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
        PrinterWorker? worker = Locked(id);
        HubException? refusal = Refusal(id, worker, command.Needs) ?? BadArguments(command) ?? worker!.Put(command);

        if (refusal != null)
        {
            command.Finish(command.Verb == PrinterVerb.EmergencyStop ? EmergencyStopper.Refused(refusal) : refusal);
        }
    }

    /// <summary>Queues an upload; one per printer at a time, refusals finish it at once.</summary>
    public void Submit(string id, Transfer transfer)
    {
        HubException? refusal;
        lock (_workers)
        {
            PrinterWorker? worker = Find(id);
            refusal = Refusal(id, worker, PrinterCapabilities.Upload);
            if (refusal == null && worker!.Transfer is { IsFinished: false })
            {
                refusal = new HubException(ErrorCode.TransferBusy, "another upload to this printer runs: wait for it");
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
    }

    /// <summary>Stops all workers and transfers; what runs fails, connections are closed. Waits up to 2 s.</summary>
    public void Dispose()
    {
        object[] workers;
        lock (_workers)
        {
            _isDisposed = true;
            workers = _workers.ToArray();
            _workers.Clear();
        }

        for (int i = 0; i < workers.Length; i++)
        {
            StopWorker((PrinterWorker)workers[i]);
        }

        long deadlineMs = _clock.NowMs + StopTimeoutMs;
        for (int i = 0; i < workers.Length; i++)
        {
            long leftMs = deadlineMs - _clock.NowMs;
            ((PrinterWorker)workers[i]).Join(leftMs > 0 ? (int)leftMs : 0);
        }
    }

    internal void Unwatch(ChangeQueue queue)
    {
        lock (_watchers)
        {
            _watchers.Remove(queue);
        }
    }

    /// <summary>A printer's published status changed, or it came or went. Thread: any.</summary>
    internal void Changed(string id)
    {
        lock (_watchers)
        {
            for (int i = 0; i < _watchers.Count; i++)
            {
                ((ChangeQueue)_watchers[i]!).Mark(id);
            }
        }
    }

    /// <summary>Marks the printers that time alone has changed: a worker that hangs in its printer's connection cannot. Thread: any.</summary>
    internal void TellAged(long nowMs)
    {
        lock (_workers)
        {
            for (int i = 0; i < _workers.Count; i++)
            {
                PrinterWorker worker = (PrinterWorker)_workers[i]!;
                if (worker.HasAged(nowMs))
                {
                    Changed(worker.Id);
                }
            }
        }
    }

    private static Transfer? Unfinished(Transfer? transfer) => transfer == null || transfer.IsFinished ? null : transfer;

    private static void StopWorker(PrinterWorker? worker)
    {
        worker?.Transfer?.Cancel();
        worker?.Stop();
    }

    private static HubException? BadArguments(PrinterCommand command) => command.Verb switch
    {
        PrinterVerb.Gcode => BadLines(command),
        PrinterVerb.Light => command.Level == 0 || command.Level == 1 ? null : new HubException(ErrorCode.Refused, "a light is on (1) or off (0)"),
        PrinterVerb.Speed => command.Level >= 1 && command.Level <= 4 ? null : new HubException(ErrorCode.Refused, "a speed level is 1 to 4"),
        _ => null,
    };

    /// <summary>A line break would smuggle in a second command, an empty line says nothing.</summary>
    private static HubException? BadLines(PrinterCommand command)
    {
        string[] lines = command.Lines ?? new string[0];
        bool isGood = lines.Length > 0;
        for (int i = 0; i < lines.Length; i++)
        {
            isGood &= lines[i].Trim().Length > 0 && OneLine.Of(lines[i]) == lines[i];
        }

        return isGood ? null : new HubException(ErrorCode.Refused, "a G-code line is empty, too long or holds a control character");
    }

    private static HubException? Refusal(string id, PrinterWorker? worker, PrinterCapabilities needed)
    {
        if (worker == null)
        {
            return new HubException(ErrorCode.UnknownPrinter, "no printer has the id '" + id + "'");
        }

        if (!worker.Config.Enabled)
        {
            return new HubException(ErrorCode.Refused, "the printer is disabled in the configuration: enable it first");
        }

        if (worker.Config.ReadOnly)
        {
            return new HubException(ErrorCode.Refused, "the printer is read-only in the configuration");
        }

        return worker.RefuseUnlessCapable(needed);
    }

    /// <summary>Starts a worker in the place of the one of the same id, or as a new one. Nothing changes when it cannot be started.</summary>
    private HubException? TryReplace(PrinterWorker worker, out PrinterWorker? former)
    {
        int index = IndexOf(worker.Id);
        former = index < 0 ? null : (PrinterWorker)_workers[index]!;
        worker.Succeed(former == null ? _doubts.Find(worker.Config, _clock.NowMs) : former.StartDoubt);
        try
        {
            worker.Start();
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // The board has memory for a few threads only.
            return new HubException(ErrorCode.Internal, "the hub has no thread left for one more printer (" + e.Message + ")", e);
        }

        _doubts.Forget(worker.StartDoubt);
        if (index < 0)
        {
            _workers.Add(worker);
        }
        else
        {
            _workers[index] = worker;
        }

        return null;
    }

    private PrinterWorker? Locked(string id)
    {
        lock (_workers)
        {
            return Find(id);
        }
    }

    private PrinterWorker? Find(string id)
    {
        int index = IndexOf(id);
        return index < 0 ? null : (PrinterWorker)_workers[index]!;
    }

    private int IndexOf(string id)
    {
        for (int i = 0; i < _workers.Count; i++)
        {
            if (((PrinterWorker)_workers[i]!).Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
