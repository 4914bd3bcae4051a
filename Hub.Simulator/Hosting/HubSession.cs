using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>
/// A hub on a data folder: HAL, log, configuration and, once started, the printers. Or a verb's part in the hub that runs:
/// that one's printers are there already, and stay.
/// </summary>
internal sealed class HubSession : IDisposable
{
    private IReadOnlyList<PrinterConfig>? _printers;
    private int _waitedMs;

    public HubSession(string folder, ILogSink sink, LogLevel minimum, DesktopHalOptions? options = null)
    {
        Hal = new DesktopHal(folder, options);
        try
        {
            Hub = new FarmHub(Hal, sink, minimum);
            Hub.Load();
        }
        catch
        {
            Hal.Dispose();
            throw;
        }
    }

    private HubSession(HubSession running)
    {
        IsHosted = true;
        Hal = running.Hal;
        Hub = running.Hub;
    }

    public DesktopHal Hal { get; }

    public FarmHub Hub { get; }

    public Log Log => Hub.Log;

    public ConfigManager Config => Hub.Config;

    /// <summary>True for a verb's part in the hub that runs.</summary>
    public bool IsHosted { get; }

    /// <summary>The printers that were started, in their order; of a running hub those that the verb asked for.</summary>
    public IReadOnlyList<PrinterConfig> Printers => _printers ?? [.. Hub.Snapshot().Select(p => p.Config)];

    /// <summary>A verb's part in the hub that runs; nothing of that ends with it.</summary>
    public static HubSession Of(HubSession running) => new(running);

    /// <summary>Starts all printers of the configuration, and follows its changes.</summary>
    public void StartAll(FarmHubOptions options) => Hub.Start(options);

    /// <summary>
    /// Starts these printers; in a running hub they run already. One whose system this build lacks is shown with that as its error.
    /// </summary>
    public void Start(IReadOnlyList<PrinterConfig> printers)
    {
        _printers = printers;
        if (!IsHosted)
        {
            Hub.Start([.. printers]);
        }
    }

    /// <summary>The state of all printers at one moment, those that this build does not support included.</summary>
    public PrinterSnapshot[] Snapshot() => _printers == null ? Hub.Snapshot() : [.. _printers.Select(p => Snapshot(p.Id) ?? new PrinterSnapshot(p, LinkState.Disabled))];

    /// <summary>One printer; null when there is none.</summary>
    public PrinterSnapshot? Snapshot(string id)
    {
        PrinterSnapshot? printer = Hub.Snapshot(id);
        if (printer is { HasFirstAnswer: false } && _waitedMs > 0)
        {
            printer.Status.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
            printer.Status.ErrorMessage = $"no answer within {_waitedMs / 1000} s";
        }

        return printer;
    }

    /// <summary>Leaves the printers as they are, whatever becomes of the configuration: before clearing up, of which nobody needs to hear.</summary>
    public void Unfollow() => Hub.StopFollowing();

    /// <summary>
    /// In a running hub: has a printer that waits for its next try, or was given up, tried at once, and waits for the outcome,
    /// so that a verb does not fail for what was so a minute ago.
    /// </summary>
    public void RetryNow(string id, int timeoutMs, CancellationToken cancel)
    {
        if (IsHosted)
        {
            Hub.TryNow(id, timeoutMs, cancel);
        }

        if (cancel.IsCancellationRequested)
        {
            throw VerbException.Stopped();
        }
    }

    /// <summary>Waits until each printer answered or is known not to; false when some still have not.</summary>
    public bool WaitForFirstAnswers(int timeoutMs, CancellationToken cancel)
    {
        bool haveAnswered = Hub.WaitForFirstAnswers([.. Printers.Select(p => p.Id)], timeoutMs, cancel);
        _waitedMs = haveAnswered ? 0 : timeoutMs;
        return haveAnswered || !cancel.IsCancellationRequested ? haveAnswered : throw VerbException.Stopped();
    }

    public void Dispose()
    {
        if (IsHosted)
        {
            return;
        }

        Hub.Dispose();
        Hal.Dispose();
    }
}
