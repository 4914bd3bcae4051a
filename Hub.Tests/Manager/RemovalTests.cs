using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>
/// Removing a printer whose server hangs, over real sockets: the caller is not held up, an open connection is given up
/// within a second, and another printer's reports go on meanwhile. A dial or handshake under way cannot be cancelled
/// (<see cref="Core.Hal.ISocketFactory.ConnectTls"/>): its socket closes when it ends or times out.
/// </summary>
[TestClass]
public sealed class RemovalTests
{
    private const int LimitMs = 1000;

    /// <summary>A connection over loopback that takes longer is held up: the system completes others within the call.</summary>
    private const int ConnectMs = 1000;

    private static readonly byte[] s_half = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"a\":");

    private readonly TestLog _log = new TestLog();
    private Fleet _fleet = null!;
    private ManagerOnSockets _hub = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public async Task StartNeighbour()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        _hub = new ManagerOnSockets(_log);
        PrinterConfig config = _fleet.Printers[0].ToConfig();
        config.Id = "neighbour";
        config.PollMs = 500;
        _hub.Manager.Register(config);
        WaitFor(() => Neighbour().IsConnected, "the neighbour");
    }

    [TestCleanup]
    public async Task Stop()
    {
        _hub.Manager.Dispose();
        await _fleet.DisposeAsync();
        _hub.Dispose();
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint)]
    [DataRow(PrinterTypes.Bambu)]
    public void Deregister_ServerTakesNoConnection_IsQuick(string type)
    {
        // The system completes connections up to the backlog; further ones stay half open.
        using Socket server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(0);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        List<Socket> fillers = new List<Socket>();
        try
        {
            bool isFull = false;
            for (int i = 0; i < 8 && !isFull; i++)
            {
                Socket filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                fillers.Add(filler);
                isFull = !filler.ConnectAsync(IPAddress.Loopback, port).Wait(ConnectMs);
            }

            Assert.IsTrue(isFull, "this system completes every connection: the test cannot hold one up");
            Remove(Config(type, port, false), () => _hub.Manager.Link("hung") == LinkState.Connecting, 200, Close);
        }
        finally
        {
            Close();
        }

        void Close()
        {
            server.Dispose();
            fillers.ForEach(f => f.Dispose());
        }
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint)]
    [DataRow(PrinterTypes.PrusaLink)]
    [DataRow(PrinterTypes.Moonraker)]
    [DataRow(PrinterTypes.Bambu)]
    public void Deregister_TlsHandshakeHangs_IsQuick(string type)
    {
        using LoopbackServer server = LoopbackServer.Silent();
        Remove(Config(type, server.Port, true), () => server.Accepted > 0, 100, server.Dispose);
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint)]
    [DataRow(PrinterTypes.PrusaLink)]
    [DataRow(PrinterTypes.Moonraker)]
    public void Deregister_AnswerBreaksOffInTheMiddle_IsQuick(string type)
    {
        int answers = 0;
        using LoopbackServer server = new LoopbackServer(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(s_half);
            Interlocked.Increment(ref answers);
            await Task.Delay(-1);
        });
        Remove(Config(type, server.Port, false), () => Volatile.Read(ref answers) > 0, 100);
    }

    [TestMethod]
    public async Task Deregister_ServerTakesNoMoreOfAnUpload_IsQuick()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        int target = fleet.Printers[0].Port;
        int uploads = 0;
        using LoopbackServer server = new LoopbackServer(async socket =>
        {
            byte[] first = new byte[4096];
            int count = await socket.ReceiveAsync(first);
            if (Encoding.ASCII.GetString(first, 0, count).StartsWith("POST /api/files", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref uploads);
                await Task.Delay(-1);
            }

            using TcpClient behind = new TcpClient();
            await behind.ConnectAsync(IPAddress.Loopback, target);
            using NetworkStream here = new NetworkStream(socket);
            using NetworkStream there = behind.GetStream();
            await there.WriteAsync(first.AsMemory(0, count));
            await Task.WhenAny(LoopbackServer.CopyAsync(here, there), LoopbackServer.CopyAsync(there, here));
        });
        PrinterConfig config = fleet.Printers[0].ToConfig();
        config.Id = "hung";
        config.Url = "http://127.0.0.1:" + server.Port;
        Transfer transfer = new Transfer("a.gcode", new PatternSource(200_000_000));
        bool isSubmitted = false;
        Remove(
            config,
            () =>
            {
                if (!isSubmitted && _hub.Manager.Link("hung") == LinkState.Online)
                {
                    isSubmitted = true;
                    _hub.Manager.Submit("hung", transfer);
                }

                return Volatile.Read(ref uploads) > 0;
            },
            300);
        Patience.Ended(transfer, _log.ToString);
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
    }

    private static PrinterConfig Config(string type, int port, bool isTls) => new PrinterConfig
    {
        Id = "hung",
        Type = type,
        Url = (isTls ? "https" : "http") + "://127.0.0.1:" + port,
        Host = "127.0.0.1",
        MqttPort = port,
        Serial = "01P00A000000001",
        ApiKey = new Secret("obviously-fake-key"),
        AccessCode = new Secret("00000000"),
        User = "fake",
        Password = new Secret("obviously-fake-password"),
        Tls = new Core.Hal.TlsOptions { Insecure = true },
    };

    /// <summary>Registers it, waits until it hangs, removes it, and measures. A server that must end first for the socket to close is released.</summary>
    private void Remove(PrinterConfig config, Func<bool> hangs, int hangMs, Action? release = null)
    {
        _hub.Manager.Register(config);
        WaitFor(hangs, "the hanging server");
        Thread.Sleep(hangMs);
        WaitFor(() => _hub.OpenSockets > 1, "its connection");
        int open = _hub.OpenSockets;
        long reportMs = Neighbour().LastReportMs;
        FairWatch watch = FairWatch.StartNew();
        Assert.IsTrue(_hub.Manager.Deregister("hung"));
        long callMs = watch.ElapsedMilliseconds;
        release?.Invoke();
        WaitFor(() => _hub.OpenSockets <= 1, "its sockets to be closed");
        long closedMs = watch.ElapsedMilliseconds;
        TestContext.WriteLine("removed in " + callMs + " ms, sockets closed after " + closedMs + " ms (open while it hung: " + open + ")");
        Assert.IsTrue(open > 1, "nothing was open: it did not hang");
        Assert.IsTrue(callMs < LimitMs && (closedMs < LimitMs || release != null), "removed in " + callMs + " ms, closed after " + closedMs + " ms");
        WaitFor(() => Neighbour().LastReportMs > reportMs, "the neighbour's next report");
        Assert.IsTrue(Neighbour().IsConnected);
    }

    private PrinterStatus Neighbour() => _hub.Status("neighbour");

    private void WaitFor(Func<bool> condition, string what) => _hub.WaitFor("neighbour", condition, what);
}
