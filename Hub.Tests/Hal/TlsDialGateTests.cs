using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
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
                    _gate.Enter(5000, CancellationToken.None);
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
        Stopwatch watch = Stopwatch.StartNew();
        HubException error = Assert.ThrowsExactly<HubException>(() => _gate.Enter(60_000, cancel.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code);
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        Assert.AreEqual(0, _gate.Waiting);
    }

    [TestMethod]
    public async Task ConnectTls_SilentServerBeforeAnother_TheWaitIsNotTheSecondOnesTimeLimit()
    {
        DesktopSockets sockets = new(16, _gate);
        TestCertificates certificates = new();
        using LoopbackServer silent = LoopbackServer.Silent();
        using LoopbackServer server = TlsServer.Echo(certificates.Leaf("FAKESERIAL0001"));
        TlsOptions any = new() { Insecure = true };
        Task first = Task.Factory.StartNew(
            () =>
            {
                HubException error = Assert.ThrowsExactly<HubException>(() => sockets.ConnectTls("127.0.0.1", silent.Port, any, 900));
                Assert.AreEqual(ErrorCode.Timeout, error.Code);
            },
            TaskCreationOptions.LongRunning);
        SpinWait.SpinUntil(() => sockets.OpenSockets == 1, 2000);
        await Task.Delay(100);

        // 600 ms would be over before the silent one is given up.
        Stopwatch watch = Stopwatch.StartNew();
        using (IByteStream stream = sockets.ConnectTls("127.0.0.1", server.Port, any, 600))
        {
            Assert.IsNotNull(stream.Peer);
            Assert.IsGreaterThan(400, watch.ElapsedMilliseconds, "it waited for the one before");
        }

        await first;
        SpinWait.SpinUntil(() => sockets.OpenSockets == 0, 2000);
        Assert.AreEqual(0, sockets.OpenSockets);
    }

    private void WaitForWaiting(int count)
    {
        Assert.IsTrue(SpinWait.SpinUntil(() => _gate.Waiting == count, 3000), "not in the line");
    }
}
