using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Requests;

namespace Hub.Core.Tunnel;

/// <summary>
/// Carries out the cloud's commands. Each command_id is acknowledged once, when its outcome is known and before the cloud gives up (30 s); one
/// that comes again gets the same answer. Thread: the tunnel's for <see cref="Handle"/>, the manager's for <see cref="Ended"/>.
/// </summary>
internal sealed class CloudCommands : ICloudCommands, ICommandListener
{
    /// <summary>Longest time for a printer's command, in ms; its ack then comes within 25 s.</summary>
    public const int TimeoutMs = 24 * 1000;

    private const string HubNameKey = "hub_name";

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly ConfigManager _config;
    private readonly PrinterManager _manager;
    private readonly CommandBook _book;
    private readonly TunnelOutbox _outbox;
    private readonly CloudPrinters _printers;
    private readonly PrinterSearch _search;
    private readonly TunnelRequests _requests;
    private readonly FormerFiles _former;
    private DiscoveredPrinter[]? _reported;
    private bool _hasAnsweredCut;

    public CloudCommands(IHal hal, Log log, ConfigManager config, PrinterManager manager, CommandBook book, TunnelOutbox outbox, HubRequests requests)
    {
        _hal = hal;
        _log = log;
        _config = config;
        _manager = manager;
        _book = book;
        _outbox = outbox;
        _former = new FormerFiles(hal.Clock, log, book, manager.Jobs, outbox);
        _printers = new CloudPrinters(config);
        _search = requests.Search;
        _requests = new TunnelRequests(requests, outbox);
    }

    /// <summary>The connection that a command may end; set once.</summary>
    public TunnelClient? Client { get; set; }

    /// <summary>The cloud's files; set once.</summary>
    public CloudFiles? Files { get; set; }

    /// <inheritdoc/>
    public void Connected(bool isPrivate) => Files!.Connected(isPrivate);

    /// <inheritdoc/>
    public void Welcomed(bool knowsExtensions, CloudFeatures features)
    {
        Files!.Welcomed(knowsExtensions, features);
        if (knowsExtensions && !_hasAnsweredCut)
        {
            // Whoever asked may still wait for the answer. The base cloud does not send such a command again, and waits for nothing.
            _hasAnsweredCut = true;
            ArrayList cut = _book.TakeCut();
            for (int i = 0; i < cut.Count; i++)
            {
                Repeat((CommandEntry)cut[i]!);
            }
        }
    }

    /// <inheritdoc/>
    public void Tick()
    {
        _former.Tick(Files!.TellsStarts);
        Files.Tick();
    }

    /// <inheritdoc/>
    public void Handle(CloudMessage message)
    {
        string id = message.CommandId!;
        bool hasFile = HasFile(message) && message.JobId != null && message.PrinterId != null;
        bool isPrint = message.Type == CloudMessageType.PrintCommand || message.MustStart == TriState.Yes;
        CommandEntry entry = hasFile
            ? _book.Begin(id, message.JobId, message.PrinterId, isPrint, out bool isNew)
            : _book.Begin(id, out isNew);
        if (!isNew)
        {
            if (entry.IsEnded)
            {
                Repeat(entry);
            }

            return;
        }

        HubException? failure = null;
        bool isRunning = false;
        try
        {
            isRunning = message.Fault == null ? Begin(message, id) : throw Faulty(message);
        }
        catch (HubException e)
        {
            failure = e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(TunnelClient.LogArea, e);
            failure = new HubException(ErrorCode.Internal, "a fault of the hub itself ended the command");
        }

        if (!isRunning)
        {
            if (failure != null && message.Type == CloudMessageType.FileBegin)
            {
                // The ack says all; a refusal by the manager is reported as well.
                _book.Told(id);
            }

            End(id, failure);
        }
    }

    /// <inheritdoc/>
    public void Request(CloudMessage message) => _requests.Handle(message);

    /// <summary>A printer's command has ended.</summary>
    public void Ended(PrinterCommand command) => End(command.Id, command.Error);

    /// <summary>The outcome of a command is known: it is acknowledged, once.</summary>
    internal void End(string id, HubException? error)
    {
        string? words = error == null ? null : _log.Shown(error.Message);
        if (_book.End(id, words))
        {
            _outbox.Put(new AckAnswer(id, words));
        }
    }

    private HubException Faulty(CloudMessage message)
    {
        if (message.Type == CloudMessageType.PrintCommand)
        {
            FailPrint(message, message.Fault!.Message);
        }

        return message.Fault!;
    }

    /// <summary>Does what a message asks for. True when it ends later.</summary>
    private bool Begin(CloudMessage message, string id)
    {
        switch (message.Type)
        {
            case CloudMessageType.ConfigurePrinter:
                _log.Mask(message.Printer?.AccessCode);
                _printers.Configure(message.Action, message.Printer);
                return false;
            case CloudMessageType.PrinterCommand:
                return BeginPrinterCommand(message, id);
            case CloudMessageType.JobCancel:
                return BeginJobCancel(message, id);
            case CloudMessageType.Gcode:
                return BeginGcode(message, id);
            case CloudMessageType.DiscoverPrinters:
                _search.Begin(id, SearchEnded);
                return true;
            case CloudMessageType.HubCommand:
                HubCommand(message);
                return false;
            case CloudMessageType.HubConfig:
                Rename(message.HubName);
                return false;
            case CloudMessageType.PrintCommand:
                return BeginPrint(message);
            case CloudMessageType.FileBegin:
                Files!.BeginStream(message, Find(message.PrinterId));
                return false;
            default:
                throw new HubException(ErrorCode.NotSupported, "this hub does not know '" + message.TypeName + "'");
        }
    }

    private bool BeginPrinterCommand(CloudMessage message, string id)
    {
        string printerId = Find(message.PrinterId).Id;
        PrinterCommand command;
        switch (message.Action)
        {
            case "pause":
                command = new PrinterCommand(PrinterVerb.Pause, TimeoutMs);
                break;
            case "resume":
                command = new PrinterCommand(PrinterVerb.Resume, TimeoutMs);
                break;
            case "stop":
                command = new PrinterCommand(PrinterVerb.Cancel, TimeoutMs);
                break;
            case "light_on":
                command = new PrinterCommand(PrinterVerb.Light, TimeoutMs) { Level = 1 };
                break;
            case "light_off":
                command = new PrinterCommand(PrinterVerb.Light, TimeoutMs);
                break;
            case "clear_bed":
                _manager.ClearBed(printerId);
                return false;
            default:
                throw new HubException(ErrorCode.NotSupported, "action must be pause, resume, stop, clear_bed, light_on or light_off");
        }

        Submit(printerId, command, id);
        return true;
    }

    private bool BeginGcode(CloudMessage message, string id)
    {
        string printerId = Find(message.PrinterId).Id;
        if (message.Lines == null || message.Lines.Length == 0)
        {
            throw CloudFileChecks.Missing("lines");
        }

        Submit(printerId, new PrinterCommand(PrinterVerb.Gcode, TimeoutMs) { Lines = message.Lines }, id);
        return true;
    }

    /// <summary>A file on its way is ended at once. What prints is cancelled only if it is this job's.</summary>
    private bool BeginJobCancel(CloudMessage message, string id)
    {
        string jobId = message.JobId ?? throw CloudFileChecks.Missing("job_id");
        if (Files!.TryCancel(jobId, new HubException(ErrorCode.Cancelled, "the cloud cancelled the job")))
        {
            return false;
        }

        CommandEntry job = _book.FindJob(jobId) ?? throw new HubException(ErrorCode.NotFound, "this hub knows no job '" + jobId + "'");
        PrinterConfig printer = Find(job.PrinterId);
        JobRecord record = _manager.Jobs.Read(_manager.Jobs.PlaceOf(printer));
        if (record.PendingStart?.CommandId == job.Id)
        {
            throw new HubException(ErrorCode.WrongState, "the job's start was sent and the printer has not shown it yet: cancel it in some seconds");
        }

        if (!record.HasJob || record.JobCommandId != job.Id)
        {
            throw new HubException(ErrorCode.WrongState, "the job does not run (any more): nothing was cancelled");
        }

        Submit(printer.Id, new PrinterCommand(PrinterVerb.Cancel, TimeoutMs), id);
        return true;
    }

    private void Submit(string printerId, PrinterCommand command, string id)
    {
        command.Id = id;
        command.Listener = this;
        _manager.Submit(printerId, command);
    }

    private void HubCommand(CloudMessage message)
    {
        switch (message.Action)
        {
            case "disconnect":
                Client!.Rest();
                break;
            case "gpio_set":
                SetPin(message.GpioPin, message.GpioState);
                break;
            default:
                throw new HubException(ErrorCode.NotSupported, "action must be disconnect or gpio_set");
        }
    }

    private void SetPin(long pin, TriState state)
    {
        if (pin < 0 || pin > int.MaxValue || !_hal.Gpio.IsAllowed((int)pin))
        {
            throw new HubException(ErrorCode.NotSupported, "gpio_pin is not a free output of this hub");
        }

        if (state == TriState.Unknown)
        {
            throw new HubException(ErrorCode.BadResponse, "gpio_state is missing");
        }

        _hal.Gpio.Write((int)pin, state == TriState.Yes);
    }

    /// <summary>The name is stored where cloud.json exists; the cloud sends it with every welcome anyway.</summary>
    private void Rename(string? name)
    {
        CloudConfig? cloud = _config.Cloud;
        if (cloud != null && name != null && cloud.HubName != name)
        {
            Hashtable changes = new Hashtable();
            changes[HubNameKey] = name;
            _config.SetCloud(changes);
        }
    }

    /// <summary>True: a print is acknowledged once it is on its way, or refused.</summary>
    private bool BeginPrint(CloudMessage message)
    {
        HubException failure;
        try
        {
            Files!.BeginDownload(message, Find(message.PrinterId));
            return true;
        }
        catch (HubException e)
        {
            failure = e;
        }

        FailPrint(message, failure.Message);
        throw failure;
    }

    /// <summary>A refused print fails its job too: the base cloud does not wait for the ack.</summary>
    private void FailPrint(CloudMessage message, string error)
    {
        if (message.PrinterId != null && message.JobId != null)
        {
            FileProgressAnswer failed = new FileProgressAnswer(message.PrinterId, message.JobId, FileProgressAnswer.Failed, 0) { Error = _log.Shown(error) };
            failed.MarkLast(_book, message.CommandId!);
            _outbox.PutLast(message.JobId, failed);
        }
    }

    /// <summary>
    /// Answers a command that came before: as then, or by what the job log says of a print that was on its way when the hub stopped, whose
    /// progress <see cref="FormerFiles"/> reports.
    /// </summary>
    private void Repeat(CommandEntry entry)
    {
        string? error = entry.Error;
        if (error == CommandBook.RestartedError && entry.IsPrint)
        {
            error = Files!.OutcomeOf(entry.Id, error);
        }

        _outbox.Put(new AckAnswer(entry.Id, error));
    }

    private static bool HasFile(CloudMessage message) => message.Type == CloudMessageType.PrintCommand || message.Type == CloudMessageType.FileBegin;

    private PrinterConfig Find(string? wireId)
    {
        if (wireId == null)
        {
            throw new HubException(ErrorCode.BadResponse, "printer_id is missing");
        }

        return WireIds.Find(_config.Printers, wireId) ?? throw new HubException(ErrorCode.UnknownPrinter, "this hub has no printer '" + wireId + "'");
    }

    /// <summary>One report is enough for all who shared the search.</summary>
    private void SearchEnded(object commandId, DiscoveredPrinter[]? found, HubException? error)
    {
        if (found != null && found != _reported)
        {
            _reported = found;
            _outbox.Put(new DiscoveredAnswer(found, _config.Printers));
        }

        End((string)commandId, error);
    }
}
