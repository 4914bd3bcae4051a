using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Systems;

namespace Hub.Core.Tunnel;

/// <summary>The cloud's prints: what is checked before one is accepted, and those that are on their way. Thread: any.</summary>
internal sealed class CloudPrints : IDisposable
{
    /// <summary>Most prints whose files are on their way or wait for it.</summary>
    public const int MaxPrints = 64;

    private const int LookedBack = 64;

    private readonly ArrayList _prints = new ArrayList();
    private readonly bool _hasFewSockets;
    private string? _trustedHost;
    private TlsOptions? _tls;
    private bool _isDisposed;

    /// <summary>Makes it.</summary>
    /// <param name="hal">Clock and sockets.</param>
    /// <param name="log">Where faults are reported, and what masks the links.</param>
    /// <param name="manager">The printers.</param>
    /// <param name="outbox">What the cloud is to know.</param>
    /// <param name="acknowledge">Answers a print_command.</param>
    public CloudPrints(IHal hal, Log log, PrinterManager manager, TunnelOutbox outbox, Acknowledge acknowledge)
    {
        Hal = hal;
        Log = log;
        Manager = manager;
        Outbox = outbox;
        Acknowledged = acknowledge;
        // A download then takes one of the two sockets for uploads.
        _hasFewSockets = hal.Sockets.MaxSockets > 0 && hal.Sockets.MaxSockets < SocketBudget.Plenty;
    }

    /// <summary>Answers a command. Thread: the print's.</summary>
    /// <param name="commandId">The command.</param>
    /// <param name="error">Why it failed; null when it is done.</param>
    public delegate void Acknowledge(string commandId, HubException? error);

    /// <summary>
    /// True when the cloud says which extensions it has. One that does not clears beds in its own database and reports it to no hub: the bed rule
    /// then applies only to printers whose configuration asks for it.
    /// </summary>
    public bool KnowsExtensions { get; set; }

    /// <summary>Clock and sockets.</summary>
    internal IHal Hal { get; }

    /// <summary>Where faults are reported, and what masks the links.</summary>
    internal Log Log { get; }

    /// <summary>The printers.</summary>
    internal PrinterManager Manager { get; }

    /// <summary>What the cloud is to know.</summary>
    internal TunnelOutbox Outbox { get; }

    /// <summary>Answers a print_command.</summary>
    internal Acknowledge Acknowledged { get; }

    /// <summary>Whom to trust at a host, which is the cloud's own.</summary>
    public void Trust(string? host, TlsOptions? tls)
    {
        lock (_prints)
        {
            _trustedHost = host;
            _tls = tls;
        }
    }

    /// <summary>
    /// Accepts a print and begins it on a thread of its own, which acknowledges it. Waits for the hub's storage alone. Errors: why it is
    /// refused; nothing was begun then.
    /// </summary>
    public void Begin(CloudMessage message, PrinterConfig printer)
    {
        if (message.Action != null && message.Action != "start")
        {
            throw new HubException(ErrorCode.NotSupported, "action must be start");
        }

        string jobId = message.JobId ?? throw Missing("job_id");
        string file = message.FileName ?? throw Missing("file_name");
        DownloadUrl url = DownloadUrl.Parse(message.FileUrl ?? throw Missing("file_url"));
        UploadNames.Check(file);
        CheckType(printer, file);
        CheckState(printer.Id);
        PrintRequest request = new PrintRequest(file)
        {
            Id = message.CommandId!,
            ExpiresAtMs = ExpiryOf(message),
            NeedsClearBed = KnowsExtensions || printer.IsClearBedSet,
        };
        CloudPrint print = Add(request, message.PrinterId!, jobId, printer, url);
        HubException? refusal = Manager.Accept(printer.Id, request) ?? print.TryBegin();
        if (refusal != null)
        {
            print.GiveUp();
            throw refusal;
        }
    }

    /// <summary>What the job log says of a print that was on its way when the hub stopped.</summary>
    /// <param name="commandId">Its command.</param>
    /// <param name="otherwise">The answer where the log does not know it.</param>
    /// <returns>Why it failed; null when its job began.</returns>
    public string? OutcomeOf(string commandId, string? otherwise)
    {
        try
        {
            JobEntry[] jobs = JobHistory.Read(Manager.Jobs, null, LookedBack);
            for (int i = 0; i < jobs.Length; i++)
            {
                if (jobs[i].CommandId == commandId)
                {
                    return jobs[i].IsStarted ? null : jobs[i].Cause ?? otherwise;
                }
            }
        }
        catch (HubException e)
        {
            Log.Warning(TunnelClient.LogArea, "the outcome of a print cannot be read: " + e.Message);
        }

        return otherwise;
    }

    /// <summary>Ends what has not begun to send; what has is the manager's to end.</summary>
    public void Dispose()
    {
        CloudPrint[] prints;
        lock (_prints)
        {
            _isDisposed = true;
            prints = new CloudPrint[_prints.Count];
            _prints.CopyTo(prints);
        }

        for (int i = 0; i < prints.Length; i++)
        {
            prints[i].Stop();
        }
    }

    /// <summary>A print is over.</summary>
    internal void Remove(CloudPrint print)
    {
        lock (_prints)
        {
            _prints.Remove(print);
        }
    }

    private static HubException Missing(string key) => new HubException(ErrorCode.BadResponse, key + " is missing");

    /// <summary>0 for none; a limit of 0 passed long ago.</summary>
    private static long ExpiryOf(CloudMessage message)
    {
        if (message.ExpiresAtMs < 0)
        {
            return 0;
        }

        return message.ExpiresAtMs == 0 ? 1 : message.ExpiresAtMs;
    }

    private static void CheckType(PrinterConfig printer, string file)
    {
        string name = file.ToLower();
        string[] ends = PrinterSystems.Find(printer.Type)!.FileExtensions;
        bool isPrintable = false;
        string list = "";
        for (int i = 0; i < ends.Length; i++)
        {
            list += (i == 0 ? "" : ", ") + ends[i];
            isPrintable |= name.Length > ends[i].Length && name.Substring(name.Length - ends[i].Length) == ends[i];
        }

        if (!isPrintable)
        {
            throw new HubException(ErrorCode.BadFileType, "'" + file + "' is no file that " + printer.Type + " prints (" + list + "): slice the model for this printer");
        }

        if (printer.Type == PrinterTypes.Bambu)
        {
            BambuStartCheck.Check(printer, file, StartOptions.Default);
        }
    }

    /// <summary>A download that may take an hour is not begun for a printer that could not start it now.</summary>
    private void CheckState(string printerId)
    {
        PrinterSnapshot? printer = Manager.Snapshot(printerId);
        if (printer?.StartRefusal != null)
        {
            throw printer.StartRefusal;
        }

        if (printer == null || printer.Refusal != null || !printer.Config.Enabled || printer.Config.ReadOnly)
        {
            // The manager's own words, below.
            return;
        }

        PrinterStatus status = printer.Status;
        if (!printer.HasFirstAnswer || status.State == PrinterState.Offline || status.State == PrinterState.Unknown)
        {
            throw new HubException(ErrorCode.PrinterOffline, "the printer is offline: nothing was sent");
        }

        if (!PrinterStates.CanStart(status.State, status.ErrorCode))
        {
            throw new HubException(
                ErrorCode.WrongState,
                "the printer cannot start a print, its state is " + PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : " (" + status.ErrorMessage + ")"));
        }
    }

    private CloudPrint Add(PrintRequest request, string wireId, string jobId, PrinterConfig printer, DownloadUrl url)
    {
        lock (_prints)
        {
            if (_isDisposed)
            {
                throw new HubException(ErrorCode.HubStopped, "the hub stops");
            }

            if (_hasFewSockets && printer.Type == PrinterTypes.Bambu)
            {
                throw new HubException(ErrorCode.NotSupported, "a Bambu printer's upload needs both connections that this hub has for files: print from a hub with more sockets");
            }

            if (_prints.Count >= (_hasFewSockets ? 1 : MaxPrints))
            {
                throw new HubException(ErrorCode.QueueFull, "too many files are on their way to printers: try again later");
            }

            SocketLease? lease = _hasFewSockets ? Manager.Sockets.Lease(SocketUse.Transfer, 1, null) : null;
            CloudPrint print = new CloudPrint(this, request, wireId, jobId, printer.Id, lease);
            print.Open(url, _tls, _trustedHost);
            _prints.Add(print);
            return print;
        }
    }
}
