using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Kills;

/// <summary>One process of a hub with one printer, whose worker the test's thread runs turn by turn until it is killed.</summary>
internal sealed class HubProcess : ILogSink
{
    /// <summary>Turns without time passing that mean that the worker never rests.</summary>
    private const int MostTurns = 200;

    private static readonly IPrinterClientFactory s_factory = Mock.Of<IPrinterClientFactory>();
    private static readonly IUploadSource s_source = Mock.Of<IUploadSource>(s => s.Length == 1);

    private readonly StepTime _time;
    private readonly StepHal _hal;
    private readonly PrinterWorker _worker;
    private long _turnedMs;
    private int _turns;
    private PrinterCommand? _command;

    public HubProcess(SharedDisk disk, StepTime time, ModelPrinter printer, Random random, PrinterConfig config)
    {
        _time = time;
        Nvs = new DyingNvs(disk);
        _hal = new StepHal(Nvs, time);
        Client = new ModelClient(printer, random, Nvs, time);
        Log log = new(this, _hal, LogLevel.Error);
        PrinterManager manager = new(_hal, log, s_factory);
        _worker = new PrinterWorker(_hal, log, config, Client, manager);
    }

    public DyingNvs Nvs { get; }

    public ModelClient Client { get; }

    public bool IsAlive => !Nvs.IsDead;

    /// <summary>When it has something to do.</summary>
    public long WakeMs => _hal.WakeMs;

    public bool IsUtcSynced
    {
        set => _hal.IsUtcSynced = value;
    }

    /// <summary>True while a start command is under way.</summary>
    public bool IsStarting => _command is { IsFinished: false };

    public void Write(long timeMs, LogLevel level, string area, string message) => Assert.IsFalse(IsAlive, "logged: " + message);

    /// <summary>Runs its worker until it sleeps; a kill ends it.</summary>
    public void Turn() => Try(() =>
    {
        do
        {
            _turns = _turnedMs == _time.NowMs ? _turns + 1 : 0;
            _turnedMs = _time.NowMs;
            Assert.IsLessThan(MostTurns, _turns, "the worker never rests");
            _worker.Turn();
        }
        while (_hal.WakeMs <= _time.NowMs);
    });

    /// <summary>Accepts a request. False when it is refused or the process dies.</summary>
    public bool Accept(PrintRequest request)
    {
        HubException? refusal = null;
        return Try(() => refusal = _worker.Accept(request)) && refusal == null;
    }

    /// <summary>Begins the transfer; null when it must not begin or the process dies.</summary>
    public Transfer? BeginTransfer(PrintRequest request)
    {
        Transfer transfer = new(request.File, s_source) { Print = request };
        HubException? refusal = null;
        bool isAlive = Try(() =>
        {
            refusal = transfer.TryStart() ? transfer.Refusal() : null;
            if (refusal != null)
            {
                transfer.Finish(null, refusal);
            }
        });
        return isAlive && refusal == null ? transfer : null;
    }

    public void EndTransfer(Transfer transfer, HubException? error) => Try(() => transfer.Finish(error == null ? transfer.Name : null, error));

    public void Start(PrintRequest request, int timeoutMs) => Try(() =>
    {
        request.IsHandedOver = true;
        _command = new PrinterCommand(PrinterVerb.Start, timeoutMs) { StoredPath = request.File, Print = request, Id = request.Id };
        _command.Begin(_hal);
        HubException? refusal = _worker.Put(_command);
        if (refusal != null)
        {
            _command.Finish(refusal);
        }
    });

    /// <summary>A person clears the bed and says so.</summary>
    public void ClearBed(ModelPrinter printer) => Try(() =>
    {
        try
        {
            printer.IsBedOccupied &= PrinterStates.HasJob(printer.State);
            _worker.Jobs.Change(BedRule.Clear);
        }
        catch (HubException e)
        {
            Assert.AreEqual(ErrorCode.WrongState, e.Code);
        }
    });

    public void GiveUp(PrintRequest request) => Try(request.Dispose);

    /// <summary>The printer is removed, or the process ends as it should.</summary>
    public void End()
    {
        Try(() =>
        {
            _worker.Stop();
            _worker.Shut();
        });
        Nvs.Die();
    }

    private bool Try(Action act)
    {
        try
        {
            Nvs.CheckAlive();
            act();

            // What caught the power cut as a fault is dead, too.
            return IsAlive;
        }
        catch (PowerCut)
        {
            return false;
        }
    }
}
