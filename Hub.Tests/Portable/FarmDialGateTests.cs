using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The gate of TLS handshakes with real threads.</summary>
[TestClass]
public class FarmDialGateTests
{
    private const int PatienceMs = 60000;

    private readonly TickClock _clock = new TickClock();
    private readonly TlsDialGate _gate;
    private string _order = "";

    public FarmDialGateTests()
    {
        _gate = new TlsDialGate(_clock);
    }

    [TestMethod]
    public void Enter_ThreeWait_GoThroughInOrder()
    {
        _gate.Enter(1000, CancellationToken.None);
        Thread[] threads = new Thread[3];
        for (int i = 0; i < threads.Length; i++)
        {
            string name = i.ToString();
            threads[i] = new Thread(() =>
            {
                _gate.Enter(PatienceMs, CancellationToken.None);
                _order += name;
                _gate.Leave();
            });
            threads[i].Start();
            WaitForWaiting(i + 1);
        }

        Assert.AreEqual("", _order);
        _gate.Leave();
        for (int i = 0; i < threads.Length; i++)
        {
            Assert.IsTrue(threads[i].Join(PatienceMs), "thread " + i.ToString() + " waits for ever");
        }

        Assert.AreEqual("012", _order);
        _gate.Enter(0, CancellationToken.None);
    }

    [TestMethod]
    public void Enter_NobodyLeaves_EndsWithTimeoutAndLeavesTheLine()
    {
        _gate.Enter(1000, CancellationToken.None);
        Assert.AreEqual((int)ErrorCode.Timeout, (int)ErrorOf(120, CancellationToken.None));
        Assert.AreEqual(0, _gate.Waiting);
        _gate.Leave();
        _gate.Enter(0, CancellationToken.None);
    }

    [TestMethod]
    public void Enter_Cancelled_EndsSoon()
    {
        _gate.Enter(1000, CancellationToken.None);
        CancellationTokenSource cancel = new CancellationTokenSource();
        Thread canceller = new Thread(() =>
        {
            WaitForWaiting(1);
            cancel.Cancel();
        });
        canceller.Start();
        long begin = _clock.NowMs;
        Assert.AreEqual((int)ErrorCode.Cancelled, (int)ErrorOf(10 * PatienceMs, cancel.Token));
        Assert.IsTrue(_clock.NowMs - begin < PatienceMs, "slow");
        Assert.AreEqual(0, _gate.Waiting);
        canceller.Join();
    }

    private ErrorCode ErrorOf(int timeoutMs, CancellationToken cancel)
    {
        try
        {
            _gate.Enter(timeoutMs, cancel);
        }
        catch (HubException e)
        {
            return e.Code;
        }

        return ErrorCode.None;
    }

    private void WaitForWaiting(int count)
    {
        long untilMs = _clock.NowMs + PatienceMs;
        while (_gate.Waiting != count)
        {
            Assert.IsTrue(_clock.NowMs < untilMs, "nobody came into the line");
            Thread.Sleep(1);
        }
    }
}
