using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The whole way through the manager, over real sockets and TLS, to one virtual Bambu.</summary>
public abstract class BambuVirtualBase
{
    /// <summary>Heats 40 s and prints 30 minutes in 4.6 s.</summary>
    private const double Speed = 400;

    private Fleet? _fleet;
    private ManagerOnSockets? _hub;

    internal TestLog Log { get; } = new();

    public TestContext TestContext { get; set; } = null!;

    protected CancellationToken StopToken => TestContext.CancellationToken;

    internal IHal Hal => _hub!.Hal;

    internal PrinterManager Manager => _hub!.Manager;

    internal PrinterConfig Config { get; private set; } = null!;

    internal VirtualBambu Printer => (VirtualBambu)_fleet!.Printers[0];

    /// <summary>Starts the printer, and the hub unless <paramref name="change"/> has other plans.</summary>
    /// <param name="model">The printer's model.</param>
    /// <param name="change">Changes the configuration, or the printer, before the hub connects.</param>
    /// <param name="clockSpeed">How fast the hub's clock runs: its own time limits pass so much sooner.</param>
    /// <param name="printSpeed">How fast the printer heats and prints.</param>
    /// <param name="wrap">Makes the hub's HAL of the desktop's.</param>
    internal async Task StartAsync(string model = "P1S", Action<PrinterConfig>? change = null, int clockSpeed = 1, double printSpeed = Speed, Func<IHal, IHal>? wrap = null)
    {
        _hub = new ManagerOnSockets(Log, clockSpeed, wrap);
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuModel = model, BambuFirstNumber = ClassSerials.Of(this), BambuReportMs = BambuContract.ReportMs, Speed = printSpeed });
        Config = Printer.ToConfig();
        change?.Invoke(Config);
        Manager.Register(Config);
    }

    /// <summary>A hub on the same machine; the test disposes it.</summary>
    internal PrinterManager NewManager() => _hub!.NewManager();

    [TestCleanup]
    public async Task Stop()
    {
        _hub?.Manager.Dispose();
        if (_fleet != null)
        {
            await _fleet.DisposeAsync();
        }

        _hub?.Dispose();
    }

    internal PrinterStatus Status() => StatusOf(Manager);

    internal PrinterStatus StatusOf(PrinterManager manager) => ManagerOnSockets.Status(manager, Config.Id);

    internal PrinterStatus WaitFor(PrinterState state) => WaitFor(s => s.IsConnected && s.State == state, PrinterStates.Name(state));

    internal PrinterStatus WaitFor(Predicate<PrinterStatus> isMet, string what) => _hub!.WaitFor(Config.Id, isMet, what);

    internal PrinterCommand Ask(PrinterVerb verb, Action<PrinterCommand>? fill = null, int timeoutMs = ManagerOnSockets.WaitMs) =>
        _hub!.Ask(Config.Id, verb, fill, timeoutMs);

    internal void Done(PrinterVerb verb, Action<PrinterCommand>? fill = null)
    {
        HubException? error = Ask(verb, fill).Error;
        Assert.IsNull(error, error?.Message + "\n" + Log);
    }

    /// <summary>Starts plate 2 of a stored project.</summary>
    internal void Print(string stored) => Done(PrinterVerb.Start, c =>
    {
        c.StoredPath = stored;
        c.Options = new StartOptions { Plate = 2 };
    });

    internal string Upload(string name, int length = 0)
    {
        Transfer transfer = Begin(name, length);
        Patience.Ended(transfer, Log.ToString);
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        return transfer.StoredPath!;
    }

    /// <summary>Uploads in vain and gives the reason.</summary>
    internal HubException UploadError(string name, int length = 0)
    {
        Transfer transfer = Begin(name, length);
        Patience.Ended(transfer, Log.ToString);
        Assert.IsNotNull(transfer.Error);
        Assert.DoesNotContain("\n", transfer.Error.Message);
        return transfer.Error;
    }

    internal Transfer Begin(string name, int length)
    {
        Transfer transfer = new(name, new BytesSource(BambuProject.Make(plate: 2, length)));
        Manager.Submit(Config.Id, transfer);
        return transfer;
    }

    /// <summary>The length of a file on the card; -1 when it is not there.</summary>
    internal long OnCard(string name)
    {
        FileInfo file = new(Path.Combine(Printer.Storage.Root, name));
        return file.Exists ? file.Length : -1;
    }
}
