using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Hub.Core;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Hal.Desktop;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Tunnel;

/// <summary>
/// A hub with scripted printers on real sockets and a clock that stands still until the test moves it, and a <see cref="FakeCloud"/>. What
/// goes over the network is waited for with <see cref="Patience"/>; time is moved only when nothing is on its way.
/// </summary>
public abstract class TunnelTestBase : IDisposable
{
    private const int StepMs = 250;

    private readonly TestHal _hal;
    private readonly Dictionary<string, ScriptedClient> _clients = [];

    internal TunnelTestBase()
    {
        Clock = new DrivenClock(() => Hub == null ? 0 : Hub.Manager.Ids().Length + Hub.Manager.OwnThreads + (Hub.Cloud == null ? 0 : 1));
        _hal = new TestHal(new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), Reboot = Reboots.Enqueue }), Clock);
        Hub = NewHub();
    }

    private protected DrivenClock Clock { get; }

    private protected TestLog Lines { get; } = new();

    private protected FakeCloud Cloud { get; } = new();

    private protected FarmHub Hub { get; private set; }

    private protected bool LacksRootStore
    {
        get => _hal.LacksRootStore;
        set => _hal.LacksRootStore = value;
    }

    private protected Mock<IGpio> Gpio => _hal.Pins;

    private protected Mock<IWifi> Wifi => _hal.Station;

    /// <summary>The reasons of restarts.</summary>
    private protected ConcurrentQueue<string> Reboots { get; } = new();

    public void Dispose()
    {
        Hub.Dispose();
        Cloud.Dispose();
        Assert.AreEqual(0, _hal.Desktop.Sockets.OpenSockets, "open sockets");
        Assert.AreEqual(0, _hal.Desktop.Buffers.Rented, "rented buffers");
        Lines.AssertNoErrors();
        Cloud.AssertNoViolations();
        _hal.Desktop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The client of a printer that runs.</summary>
    private protected ScriptedClient Client(string id)
    {
        lock (_clients)
        {
            return _clients[id];
        }
    }

    /// <summary>Adds an OctoPrint that is online at once.</summary>
    private protected void AddPrinter(string id) => Hub.Config.Add(Octo(id));

    private protected static PrinterConfig Octo(string id) => new() { Id = id, Name = id, Type = PrinterTypes.OctoPrint, Url = "http://127.0.0.1:1", PollMs = 500 };

    private protected static PrinterConfig Bambu(string id, string serial) =>
        new() { Id = id, Name = id, Type = PrinterTypes.Bambu, Host = "127.0.0.1", Serial = serial, AccessCode = new Secret("12345678"), PollMs = 500 };

    /// <summary>Starts the hub and waits until the cloud has welcomed it.</summary>
    private protected void Start()
    {
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Online();
    }

    /// <summary>Waits until the hub is online; no time passes.</summary>
    private protected void Online() =>
        Patience.Until(() => Hub.Cloud!.State.Phase == TunnelPhase.Online, "the welcome", () => Hub.Cloud!.State.Error + "\n" + Lines);

    /// <summary>Lets time pass until the hub has connected this often.</summary>
    private protected void Reconnected(int connections)
    {
        Clock.PassUntil(() => Cloud.Connections >= connections, "connection " + connections);
        Online();
    }

    /// <summary>
    /// Lets time pass, in small steps, until the cloud has what it waits for. (<see cref="DrivenClock.PassUntil"/> would run minutes ahead while a
    /// message is on its way, and the connection would count as dead.)
    /// </summary>
    private protected void PassSlowly(Func<bool> condition, string what) => Patience.Until(
        () =>
        {
            if (!condition())
            {
                Clock.PassThrough(StepMs);
            }

            return condition();
        },
        what,
        Lines.ToString);

    /// <summary>Lets time pass until a command is acknowledged.</summary>
    private protected void Acked(string commandId) => PassSlowly(() => Cloud.Acks(commandId).Length > 0, "the ack of " + commandId);

    /// <summary>Waits for a status of a printer.</summary>
    private protected void Status(string printerId, string word) =>
        Patience.Until(() => Cloud.StatusOf(printerId) is { } status && FakeCloud.Text(status, "status") == word, printerId + " " + word, Lines.ToString);

    /// <summary>Stops the hub and starts another one on the same storage.</summary>
    private protected void Restart()
    {
        RestartHub();
        Start();
    }

    /// <summary>The same without starting it.</summary>
    private protected void RestartHub()
    {
        Hub.Dispose();
        Hub = NewHub();
    }

    /// <summary>What a printer shows from a hub's first look at it on.</summary>
    private protected virtual void Prepare(string id, ScriptedClient client)
    {
    }

    /// <summary>The hub's machine.</summary>
    private protected IHal Hal => _hal;

    private FarmHub NewHub()
    {
        Mock<IPrinterClientFactory> factory = new();
        factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns((PrinterConfig printer) =>
        {
            lock (_clients)
            {
                ScriptedClient client = new();
                client.Status.IsConnected = true;
                Prepare(printer.Id, client);
                _clients[printer.Id] = client;
                return client;
            }
        });
        FarmHub hub = new(_hal, new Log(Lines, Clock, LogLevel.Debug), factory.Object);
        hub.Load();
        return hub;
    }

    private sealed class TestHal(DesktopHal desktop, IClock clock) : ForwardingHal(desktop)
    {
        private IRadio? _radio;

        public DesktopHal Desktop => desktop;

        public Mock<IGpio> Pins { get; } = new();

        public Mock<IWifi> Station { get; } = Connected();

        public override IClock Clock => clock;

        public override IRadio Radio => _radio ??= Mock.Of<IRadio>(r => r.Wifi == Station.Object);

        public override IGpio Gpio => Pins.Object;

        /// <summary>True for a machine without certificate authorities of its own.</summary>
        public bool LacksRootStore { get; set; }

        public override ISocketFactory Sockets => LacksRootStore ? new NoRootSockets(desktop.Sockets) : desktop.Sockets;

        private static Mock<IWifi> Connected()
        {
            Mock<IWifi> wifi = new();
            wifi.Setup(w => w.State).Returns(WifiState.Connected);
            return wifi;
        }
    }

    private sealed class NoRootSockets(ISocketFactory sockets) : ForwardingSockets(sockets)
    {
        public override bool HasRootStore => false;
    }
}
