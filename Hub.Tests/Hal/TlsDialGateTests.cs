using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public class TlsDialGateTests
{
    private readonly TlsDialGate _gate = new TlsDialGate(new DesktopClock());

    [TestMethod]
    public async Task Enter_ThreeWait_GoThroughInOrder()
    {
        _gate.Enter(1000, CancellationToken.None);
        List<int> order = [];
        List<Task> tasks = [];
        for (int i = 0; i < 3; i++)
        {
            int number = i;
            tasks.Add(Task.Factory.StartNew(
                () =>
                {
                    _gate.Enter(Patience.LimitMs, CancellationToken.None);
                    order.Add(number);
                    _gate.Leave();
                },
                TaskCreationOptions.LongRunning));
            WaitForWaiting(i + 1);
        }

        Assert.AreEqual(0, order.Count);
        _gate.Leave();
        await Task.WhenAll(tasks);
        Assert.AreEqual("0 1 2", string.Join(' ', order));
        _gate.Enter(0, CancellationToken.None);
    }

    [TestMethod]
    public void Enter_NobodyLeaves_EndsWithTimeoutAndLeavesTheLine()
    {
        _gate.Enter(1000, CancellationToken.None);
        HubException error = Assert.ThrowsExactly<HubException>(() => _gate.Enter(120, CancellationToken.None));
        Assert.AreEqual(ErrorCode.Timeout, error.Code);
        Assert.AreEqual(0, _gate.Waiting);
        _gate.Leave();
        _gate.Enter(0, CancellationToken.None);
    }

    [TestMethod]
    public void Enter_Cancelled_EndsSoonAndTheNextGetsThrough()
    {
        _gate.Enter(1000, CancellationToken.None);
        using CancellationTokenSource cancel = new(30);
        FairWatch watch = FairWatch.StartNew();
        HubException error = Assert.ThrowsExactly<HubException>(() => _gate.Enter(60_000, cancel.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code);
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        Assert.AreEqual(0, _gate.Waiting);
    }

    [TestMethod]
    public async Task ConnectTls_GateIsTaken_TheWaitIsNoPartOfTheTimeLimit()
    {
        const int LimitMs = 4000;
        DesktopSockets sockets = new(16, _gate);
        TlsOptions any = new() { Insecure = true };
        using LoopbackServer server = TlsServer.Echo(new TestCertificates().Leaf("FAKESERIAL0001"));
        _gate.Enter(0, CancellationToken.None);
        Task<bool> dial = Task.Factory.StartNew(
            () =>
            {
                using IByteStream stream = sockets.ConnectTls("127.0.0.1", server.Port, any, LimitMs);
                return stream.Peer != null;
            },
            TaskCreationOptions.LongRunning);
        WaitForWaiting(1);
        Assert.AreEqual(1, sockets.OpenSockets, "a printer that does not answer at all is found out before the gate");
        await Task.Delay(LimitMs + 100);
        Assert.IsFalse(dial.IsCompleted);
        _gate.Leave();
        Assert.IsTrue(await dial);
        _gate.Enter(0, CancellationToken.None);
    }

    [TestMethod]
    public void StartTls_CancelledAtTheGate_ClosesTheConnection()
    {
        DesktopSockets sockets = new(16, _gate);
        using LoopbackServer server = LoopbackServer.Silent();
        _gate.Enter(0, CancellationToken.None);
        IByteStream tcp = sockets.ConnectTcp("127.0.0.1", server.Port, Patience.LimitMs);
        using CancellationTokenSource cancel = new(30);
        HubException error = Assert.ThrowsExactly<HubException>(() => sockets.StartTls(tcp, "127.0.0.1", new TlsOptions { Insecure = true }, 5000, cancel.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code);
        Assert.AreEqual(0, sockets.OpenSockets);
        Assert.AreEqual(0, _gate.Waiting);
    }

    [TestMethod]
    public async Task HoldTls_OnALaptop_HandshakesWaitAndThenRunAtOnce()
    {
        DesktopSockets sockets = new(16);
        TlsOptions any = new() { Insecure = true };
        using LoopbackServer server = TlsServer.Echo(new TestCertificates().Leaf("FAKESERIAL0001"));
        IDisposable hold = sockets.HoldTls();
        Task[] dials = new Task[3];
        for (int i = 0; i < dials.Length; i++)
        {
            dials[i] = Task.Factory.StartNew(() => sockets.ConnectTls("127.0.0.1", server.Port, any, Patience.LimitMs).Dispose(), TaskCreationOptions.LongRunning);
        }

        Patience.Until(() => server.Accepted == 3, "three TCP connections");
        await Task.Delay(300);
        Assert.IsFalse(Array.Exists(dials, d => d.IsCompleted));
        hold.Dispose();
        await Task.WhenAll(dials);
    }

    private void WaitForWaiting(int count)
    {
        Patience.Until(() => _gate.Waiting == count, "so many in the line: " + count);
    }
}
