using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Cli;

/// <summary>A hub on a data folder: HAL, log, configuration and, once started, the printers.</summary>
internal sealed class HubSession : IDisposable
{
    private const int LookMs = 25;

    private readonly Dictionary<string, HubException> _refused = [];
    private PrinterManager? _manager;
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

    public DesktopHal Hal { get; }

    public Log Log { get; }

    public ConfigManager Config { get; }

    /// <summary>The printers that were started, in their order.</summary>
    public IReadOnlyList<PrinterConfig> Printers { get; private set; } = [];

    public PrinterManager Manager => _manager ?? throw new InvalidOperationException("the printers were not started");

    /// <summary>Starts these printers. One whose system this build lacks is shown with that as its error.</summary>
    public void Start(IReadOnlyList<PrinterConfig> printers)
    {
        _manager = new PrinterManager(Hal, Log, new PrinterClientFactory(Hal, Log));
        Printers = printers;
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

    /// <summary>Why a started printer cannot be talked to at all, or null.</summary>
    public HubException? Refusal(string id) => _refused.GetValueOrDefault(id);

    /// <summary>What is known of a started printer.</summary>
    public void GetStatus(string id, PrinterStatus into)
    {
        if (_refused.TryGetValue(id, out HubException? refusal))
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

    /// <summary>Waits until each printer answered or is known not to; false when some still have not.</summary>
    public bool WaitForFirstAnswers(int timeoutMs, CancellationToken cancel)
    {
        long deadlineMs = Hal.Clock.NowMs + timeoutMs;
        while (!Printers.All(p => _refused.ContainsKey(p.Id) || Manager.HasFirstAnswer(p.Id)))
        {
            if (Hal.Clock.NowMs >= deadlineMs)
            {
                _waitedMs = timeoutMs;
                return false;
            }

            if (cancel.WaitHandle.WaitOne(LookMs))
            {
                throw CliException.Stopped();
            }
        }

        return true;
    }

    public void Dispose()
    {
        _manager?.Dispose();
        Hal.Dispose();
    }
}
