using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>
/// A hub on a data folder: HAL, log, configuration and, once started, the printers. Or a verb's part in the hub that runs:
/// that one's printers are there already, and stay.
/// </summary>
internal sealed class HubSession : IDisposable
{
    private const int LookMs = 25;
    private const int TryStartMs = 500;

    private readonly HubSession? _running;
    private readonly Dictionary<string, HubException> _refused = [];
    private PrinterManager? _manager;
    private ConfiguredPrinters? _configured;
    private IReadOnlyList<PrinterConfig> _printers = [];
    private int _waitedMs;

    public HubSession(string folder, ILogSink sink, LogLevel minimum, DesktopHalOptions? options = null)
    {
        Hal = new DesktopHal(folder, options);
        try
        {
            Log = new Log(sink, Hal.Clock, minimum);
            Config = new ConfigManager(Hal.Nvs, Hal.JsonDocuments, Log);
            Config.Load();
        }
        catch
        {
            Hal.Dispose();
            throw;
        }
    }

    private HubSession(HubSession running)
    {
        _running = running;
        Hal = running.Hal;
        Log = running.Log;
        Config = running.Config;
        _manager = running.Manager;
        _configured = running._configured;
    }

    public DesktopHal Hal { get; }

    public Log Log { get; }

    public ConfigManager Config { get; }

    /// <summary>True for a verb's part in the hub that runs.</summary>
    public bool IsHosted => _running != null;

    /// <summary>The printers that were started, in their order; of a running hub those that it has now.</summary>
    public IReadOnlyList<PrinterConfig> Printers => _running == null && _configured != null ? _configured.Printers : _printers;

    public PrinterManager Manager => _manager ?? throw new InvalidOperationException("the printers were not started");

    /// <summary>A verb's part in the hub that runs; nothing of that ends with it.</summary>
    public static HubSession Of(HubSession running) => new(running);

    /// <summary>Starts all printers of the configuration, and follows its changes.</summary>
    public void StartAll()
    {
        _manager = new PrinterManager(Hal, Log, new PrinterClientFactory(Hal, Log));
        _configured = new ConfiguredPrinters(Config, _manager, Log);
        _configured.Start();
    }

    /// <summary>
    /// Starts these printers; in a running hub they run already. One whose system this build lacks is shown with that as its error.
    /// </summary>
    public void Start(IReadOnlyList<PrinterConfig> printers)
    {
        _printers = printers;
        if (_running != null)
        {
            return;
        }

        _manager = new PrinterManager(Hal, Log, new PrinterClientFactory(Hal, Log));
        foreach (PrinterConfig printer in printers)
        {
            try
            {
                _manager.Register(printer);
            }
            catch (HubException e) when (e.Code == ErrorCode.NotSupported)
            {
                _refused[printer.Id] = e;
            }
        }
    }

    /// <summary>The state of all printers at one moment, those that this build does not support included.</summary>
    public PrinterSnapshot[] Snapshot()
    {
        List<PrinterSnapshot> snapshots = [];
        foreach (PrinterConfig printer in Printers)
        {
            LinkState link = Refusal(printer.Id) == null ? Manager.Link(printer.Id) : LinkState.Refused;
            PrinterSnapshot snapshot = new(printer, link, Manager.HasFirstAnswer(printer.Id), Manager.LastTransfer(printer.Id));
            GetStatus(printer.Id, snapshot.Status);
            snapshots.Add(snapshot);
        }

        return [.. snapshots];
    }

    /// <summary>Why a started printer cannot be talked to at all, or null.</summary>
    public HubException? Refusal(string id) => _configured != null ? _configured.Refusal(id) : _refused.GetValueOrDefault(id);

    /// <summary>Leaves the printers as they are, whatever becomes of the configuration: before clearing up, of which nobody needs to hear.</summary>
    public void Unfollow() => _configured?.Dispose();

    /// <summary>What is known of a started printer.</summary>
    public void GetStatus(string id, PrinterStatus into)
    {
        if (Refusal(id) is HubException refusal)
        {
            into.CopyFrom(new PrinterStatus { State = PrinterState.Offline, ErrorCode = ErrorCodes.Name(refusal.Code), ErrorMessage = refusal.Message });
        }
        else if (!Manager.TryGetStatus(id, into))
        {
            into.CopyFrom(new PrinterStatus());
        }
        else if (_waitedMs > 0 && !Manager.HasFirstAnswer(id))
        {
            into.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
            into.ErrorMessage = $"no answer within {_waitedMs / 1000} s";
        }
    }

    /// <summary>
    /// In a running hub: has a printer that waits for its next try, or was given up, tried at once, and waits for the outcome,
    /// so that a verb does not fail for what was so a minute ago.
    /// </summary>
    public void RetryNow(string id, int timeoutMs, CancellationToken cancel)
    {
        if (!IsHosted || Manager.SnapshotOf(id) is not { Link: LinkState.Waiting or LinkState.Refused })
        {
            return;
        }

        Manager.Retry(id);
        long startMs = Hal.Clock.NowMs;
        bool isTried = false;
        while (Manager.SnapshotOf(id) is { Link: not LinkState.Online } printer)
        {
            // A try may be over between two looks, or wait for something else first.
            isTried |= printer.Link == LinkState.Connecting || Hal.Clock.NowMs - startMs > TryStartMs;
            if ((isTried && printer.Link != LinkState.Connecting) || Hal.Clock.NowMs - startMs > timeoutMs)
            {
                return;
            }

            if (cancel.WaitHandle.WaitOne(LookMs))
            {
                throw VerbException.Stopped();
            }
        }
    }

    /// <summary>Waits until each printer answered or is known not to; false when some still have not.</summary>
    public bool WaitForFirstAnswers(int timeoutMs, CancellationToken cancel)
    {
        long deadlineMs = Hal.Clock.NowMs + timeoutMs;
        while (!Printers.All(p => Refusal(p.Id) != null || Manager.HasFirstAnswer(p.Id) || (IsHosted && Config.Find(p.Id) == null)))
        {
            if (Hal.Clock.NowMs >= deadlineMs)
            {
                _waitedMs = timeoutMs;
                return false;
            }

            if (cancel.WaitHandle.WaitOne(LookMs))
            {
                throw VerbException.Stopped();
            }
        }

        return true;
    }

    public void Dispose()
    {
        if (_running != null)
        {
            return;
        }

        _configured?.Dispose();
        _manager?.Dispose();
        Hal.Dispose();
    }
}
