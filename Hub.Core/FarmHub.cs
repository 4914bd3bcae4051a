using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.ConnectionTest;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Network;
using Hub.Core.Printers;
using Hub.Core.Provisioning;
using Hub.Core.Requests;
using Hub.Core.Systems;
using Hub.Core.Tunnel;

namespace Hub.Core;

/// <summary>
/// The whole hub on one HAL: log, configuration, printers and the search for moved printers. Programs, tests and benchmarks make
/// a hub with this class and nothing else.
/// Order: the constructor only composes; <see cref="Load"/> reads the configuration; <see cref="Start(FarmHubOptions)"/> runs all
/// configured printers and follows changes, or <see cref="Start(PrinterConfig[])"/> runs some; <see cref="Dispose"/> stops all of it.
/// Thread: any for commands, snapshots and subscriptions; the owner's for the rest.
/// Ownership: the HAL stays the caller's; dispose the hub first.
/// </summary>
public sealed class FarmHub : IDisposable
{
    /// <summary>
    /// How often a wait for first answers looks again although no printer has changed, in ms: one that leaves the configuration before
    /// it runs changes none.
    /// </summary>
    private const int RecheckMs = 1000;

    private readonly ConfiguredPrinters _configured;
    private readonly PrinterTester _tester;
    private AddressFollower? _follower;
    private WifiKeeper? _network;
    private Provisioner? _provisioner;
    private bool _isLoaded;

    /// <summary>Composes a hub of all printer systems that this build has.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="sink">Where log lines go.</param>
    /// <param name="minimum">Least level that is logged.</param>
    public FarmHub(IHal hal, ILogSink sink, LogLevel minimum)
        : this(hal, new Log(sink, hal.Clock, minimum))
    {
    }

    /// <summary>The same with a log that is there already.</summary>
    public FarmHub(IHal hal, Log log)
        : this(hal, log, new PrinterClientFactory(hal, log))
    {
    }

    /// <summary>The same with other printer clients.</summary>
    public FarmHub(IHal hal, Log log, IPrinterClientFactory clients)
        : this(hal, log, clients, new DiscoveryOptions())
    {
    }

    /// <summary>The same with other options for the searches that requests and the cloud ask for.</summary>
    internal FarmHub(IHal hal, Log log, IPrinterClientFactory clients, DiscoveryOptions search)
    {
        Hal = hal;
        Log = log;
        Config = new ConfigManager(hal.Nvs, hal.JsonDocuments, log);
        Manager = new PrinterManager(hal, log, clients);
        _configured = new ConfiguredPrinters(Config, Manager);
        _tester = new PrinterTester(hal, log, Manager, _configured);
        Health = new HubHealth(hal, log, Manager);
        Requests = new HubRequests(hal, log, Config, Manager, _tester, Health, search);
    }

    /// <summary>The platform.</summary>
    public IHal Hal { get; }

    /// <summary>The log of all parts.</summary>
    public Log Log { get; }

    /// <summary>The stored configuration; nothing is read before <see cref="Load"/>.</summary>
    public ConfigManager Config { get; }

    /// <summary>Who may open a connection; asked before each dial that is not a printer's own.</summary>
    public SocketBudget Sockets => Manager.Sockets;

    /// <summary>What is recorded of all printers' jobs; also without a running printer.</summary>
    public JobStore Jobs => Manager.Jobs;

    /// <summary>The connection to the cloud; null before <see cref="StartCloud"/>.</summary>
    public CloudTunnel? Cloud { get; private set; }

    /// <summary>How the hub itself fares.</summary>
    public HubHealth Health { get; }

    /// <summary>Answers the requests of docs/requests.md, wherever they come from.</summary>
    public HubRequests Requests { get; }

    /// <summary>The printers.</summary>
    internal PrinterManager Manager { get; }

    /// <summary>Reads the configuration. Errors: those of <see cref="ConfigManager.Load"/>.</summary>
    public void Load()
    {
        Config.Load();
        _isLoaded = true;
    }

    /// <summary>Joins the Wi-Fi of wifi.json and stays in it: for a machine whose Wi-Fi the hub manages. Waits for nothing.</summary>
    public void StartNetwork()
    {
        WifiKeeper network = new WifiKeeper(Hal, Log, Config);
        _network = network;
        Requests.Network = network;
        network.Start();
    }

    /// <summary>
    /// Lets people in reach set the hub up over Bluetooth (docs/provisioning.md); after <see cref="StartNetwork"/>. Waits for nothing. Errors:
    /// <see cref="ErrorCode.NotSupported"/> where the machine has no Bluetooth.
    /// </summary>
    /// <param name="pageUrl">Address of the provisioning page, for Improv's clients; empty for none.</param>
    /// <returns>The pairing code, such as ABCD-EFGH-IJKL, for the console and a label; never for the log.</returns>
    public string StartProvisioning(string pageUrl)
    {
        Provisioner provisioner = new Provisioner(Hal, Log, Config, Requests, _network, pageUrl);
        provisioner.Start();
        _provisioner = provisioner;
        return provisioner.ShownCode;
    }

    /// <summary>
    /// Starts all configured printers and follows changes of the configuration and, if asked to, of the printers' addresses.
    /// Errors: those of <see cref="Load"/>, which is called when it was not yet. Waits for no printer.
    /// </summary>
    public void Start(FarmHubOptions options)
    {
        if (!_isLoaded)
        {
            Load();
        }

        _configured.Start();
        Manager.CheckAbandonedStarts();
        if (options.FollowAddresses)
        {
            TrustStore trust = new TrustStore(Hal.Nvs, Hal.Hash);
            _follower = new AddressFollower(Hal, Log, Config, trust, LinkOf, options.InterfaceAddress, options.AnnouncementPort);
            _follower.Start();
        }
    }

    /// <summary>Starts these printers alone and follows nothing: for one command to one printer. Waits for no printer.</summary>
    public void Start(PrinterConfig[] printers) => Manager.Apply(printers);

    /// <summary>
    /// Connects to the cloud of cloud.json, now and whenever one is set there, and carries out its commands. Waits for nothing. Errors:
    /// <see cref="ErrorCode.ConfigInvalid"/> for an address that cannot be used.
    /// </summary>
    /// <param name="url">An address (ws or wss) that is used instead of the configured one; null for that one.</param>
    public void StartCloud(string? url)
    {
        CloudTunnel cloud = new CloudTunnel(Hal, Log, Config, Manager, Requests, Health, url);
        Cloud = cloud;
        Requests.Cloud = cloud;
        cloud.Start();
    }

    /// <summary>
    /// Makes a new one-time code by which a person claims this hub in its cloud: <see cref="CloudTunnel.BeginClaim"/>. Errors: those, and
    /// <see cref="ErrorCode.ConfigInvalid"/> for a hub that runs without a cloud.
    /// </summary>
    public string BeginCloudClaim() => (Cloud ?? throw new HubException(ErrorCode.ConfigInvalid, "this hub runs without a cloud")).BeginClaim();

    /// <summary>Leaves the printers as they are whatever becomes of the configuration, and follows no addresses: before clearing up.</summary>
    public void StopFollowing()
    {
        _follower?.Dispose();
        _follower = null;
        _configured.Dispose();
    }

    /// <summary>
    /// All printers in the order of the configuration, those that this build cannot run too, each with what is known of it at
    /// this moment. Waits for no printer.
    /// </summary>
    public PrinterSnapshot[] Snapshot() => Manager.Snapshot();

    /// <summary>One printer, with what is known of it at this moment; null when there is none. Waits for no printer.</summary>
    public PrinterSnapshot? Snapshot(string id) => Manager.Snapshot(id);

    /// <summary>Brings a snapshot up to date, and allocates nothing for it; false, and nothing is changed, when its printer is gone.</summary>
    public bool Refresh(PrinterSnapshot snapshot) => Manager.Refresh(snapshot);

    /// <summary>Subscribes to changed printers, configuration included; every printer that is there counts as changed at first. The caller disposes it.</summary>
    public ChangeQueue Watch() => Manager.Watch();

    /// <summary>Hands a command to a printer; its <see cref="PrinterCommand.Listener"/> hears of its end, and <see cref="PrinterCommand.Wait(int)"/> waits for it. Refusals finish it at once.</summary>
    public void Submit(string id, PrinterCommand command) => Manager.Submit(id, command);

    /// <summary>
    /// Accepts a request to print before its transfer, which then names it (<see cref="Transfer.Print"/>), as does the start
    /// (<see cref="PrinterCommand.Print"/>). Null, or why it is refused. Waits for the storage. The caller disposes of the request.
    /// </summary>
    public HubException? Accept(string id, PrintRequest request) => Manager.Accept(id, request);

    /// <summary>Queues an upload to a printer, one at a time; its <see cref="Transfer.Listener"/> hears of its end, and <see cref="Transfer.Wait(int)"/> waits for it. Refusals finish it at once.</summary>
    public void Submit(string id, Transfer transfer) => Manager.Submit(id, transfer);

    /// <summary>The newest jobs, the newest first; also without a running printer. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    /// <param name="printerId">One printer's, or null for all.</param>
    /// <param name="limit">Most jobs.</param>
    public JobEntry[] History(string? printerId, int limit) => JobHistory.Read(Jobs, printerId, limit);

    /// <summary>A person reports that a printer's bed is clear: <see cref="PrinterManager.ClearBed"/>.</summary>
    public bool ClearBed(string id) => Manager.ClearBed(id);

    /// <summary>
    /// Has a printer that waits for its next try, or was given up, tried at once (a wait that the printer itself asked for is
    /// kept). Returns at once; false when there is no such printer.
    /// </summary>
    public bool TryNow(string id) => Manager.Retry(id);

    /// <summary>
    /// The same, and waits for the outcome, so that a command does not fail for a reason that was true a minute ago. Returns at
    /// once for a printer that is online or being tried.
    /// </summary>
    /// <param name="id">The printer.</param>
    /// <param name="timeoutMs">Longest wait, in ms.</param>
    /// <param name="cancel">Ends the wait at once; the try itself goes on.</param>
    /// <returns>True when the printer is online.</returns>
    public bool TryNow(string id, int timeoutMs, CancellationToken cancel) => Manager.TryNow(id, timeoutMs, cancel);

    /// <summary>
    /// Checks step by step whether a printer can be used. One that this hub runs is asked over the hub's own link; another one
    /// is run for the time of the test. Blocks. Errors: <see cref="ErrorCode.Cancelled"/> between two steps.
    /// </summary>
    /// <param name="printer">The printer, configured or not.</param>
    /// <param name="timeoutMs">For all steps together, in ms.</param>
    /// <param name="listener">Hears of each step as it ends, the failed one included.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>True when all steps passed.</returns>
    public bool Test(PrinterConfig printer, int timeoutMs, ITestListener listener, CancellationToken cancel) =>
        _tester.Test(printer, timeoutMs, listener, cancel);

    /// <summary>
    /// A search of the networks for printers, not begun yet: the caller runs it, on a thread of its own. Where sockets are few it
    /// asks one by one (<see cref="PrinterDiscovery.IsOneByOne"/>); lease them from <see cref="Sockets"/> then.
    /// </summary>
    public PrinterDiscovery Search(DiscoveryOptions options) => new PrinterDiscovery(Hal, options, Log);

    /// <summary>
    /// Waits until each of these printers has answered, is known not to answer soon (<see cref="PrinterSnapshot.HasFirstAnswer"/>)
    /// or has been removed.
    /// </summary>
    /// <param name="ids">The printers.</param>
    /// <param name="timeoutMs">Longest wait, in ms.</param>
    /// <param name="cancel">Ends the wait at once.</param>
    /// <returns>False when the time is over, or the wait cancelled, before the last one.</returns>
    public bool WaitForFirstAnswers(string[] ids, int timeoutMs, CancellationToken cancel)
    {
        long untilMs = Hal.Clock.NowMs + timeoutMs;
        using ChangeQueue changes = ids.Length == 1 ? Manager.WatchOne(ids[0]) : Watch();
        while (!HaveAnswered(ids))
        {
            long leftMs = untilMs - Hal.Clock.NowMs;
            if (leftMs <= 0 || cancel.IsCancellationRequested)
            {
                return false;
            }

            changes.Take(leftMs < RecheckMs ? (int)leftMs : RecheckMs, cancel);
            while (changes.Take(0, cancel) != null)
            {
                // All that changed by now is checked at once.
            }
        }

        return true;
    }

    /// <summary>Stops following and the connection to the cloud, then all printers and transfers; what runs fails, connections are closed. Waits up to 2 s for the printers.</summary>
    public void Dispose()
    {
        StopFollowing();
        _provisioner?.Dispose();
        Requests.Dispose();
        Cloud?.Dispose();
        Manager.Dispose();
        _network?.Dispose();
    }

    private LinkState LinkOf(string id)
    {
        PrinterSnapshot? printer = Snapshot(id);
        return printer == null ? LinkState.Disabled : printer.Link;
    }

    private bool HaveAnswered(string[] ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            PrinterSnapshot? printer = Snapshot(ids[i]);
            bool isAwaited = printer == null ? Config.Find(ids[i]) != null : !printer.HasFirstAnswer;
            if (isAwaited)
            {
                return false;
            }
        }

        return true;
    }
}
