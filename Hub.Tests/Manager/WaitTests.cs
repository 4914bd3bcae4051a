using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>Waits for a printer end with what they wait for or with their cancellation. The clock stands still: a wait that polled would never end.</summary>
[TestClass]
public sealed class WaitTests : ManagerTestBase
{
    [TestMethod]
    public void TryNow_PrinterComesOnline_ReturnsAtOnce()
    {
        using ManualResetEvent gate = new(false);
        RegisterWaiting();
        Client.ConnectError = null;
        Client.ConnectGate = gate;
        bool isOnline = false;
        Thread waiting = new(() => isOnline = Manager.TryNow("octo-1", Patience.LimitMs, CancellationToken.None));
        waiting.Start();
        Patience.Until(() => Client.Count("connect") == 2, "the second try");
        gate.Set();
        Patience.Join(waiting, "the outcome of the try");
        Assert.IsTrue(isOnline);
    }

    [TestMethod]
    public void TryNow_TryFails_ReturnsAtOnce()
    {
        using ManualResetEvent gate = new(false);
        RegisterWaiting();
        Client.ConnectGate = gate;
        bool isOnline = true;
        Thread waiting = new(() => isOnline = Manager.TryNow("octo-1", Patience.LimitMs, CancellationToken.None));
        waiting.Start();
        Patience.Until(() => Client.Count("connect") == 2 && Clock.Waiting == 1, "the second try, which somebody waits for");
        gate.Set();
        Patience.Join(waiting, "the outcome of the try");
        Assert.IsFalse(isOnline);
    }

    [TestMethod]
    public void TryNow_Cancelled_ReturnsAtOnce()
    {
        using ManualResetEvent gate = new(false);
        using CancellationTokenSource cancel = new();
        RegisterWaiting();
        Client.ConnectGate = gate;
        Thread waiting = new(() => Manager.TryNow("octo-1", Patience.LimitMs, cancel.Token));
        waiting.Start();
        Patience.Until(() => Client.Count("connect") == 2 && Clock.Waiting == 1, "a wait for the second try");
        cancel.Cancel();
        Patience.Join(waiting, "the end of a cancelled wait");
        gate.Set();
    }

    [TestMethod]
    public void Take_Cancelled_ReturnsAtOnce()
    {
        using CancellationTokenSource cancel = new();
        using ChangeQueue changes = Manager.Watch();
        string? taken = "";
        Thread waiting = new(() => taken = changes.Take(Patience.LimitMs, cancel.Token));
        waiting.Start();
        Patience.Until(() => Clock.Waiting == 1, "a wait for changes");
        cancel.Cancel();
        Patience.Join(waiting, "the end of a cancelled wait");
        Assert.IsNull(taken);
    }

    [TestMethod]
    public void Wait_CommandOrUploadCancelled_ReturnsAndTheCommandGoesOn()
    {
        RegisterOnline(PrinterState.Printing);
        using CancellationTokenSource cancel = new();
        PrinterCommand command = new(PrinterVerb.Pause, 60_000);
        Manager.Submit("octo-1", command);
        bool isEnded = true;
        Thread waiting = new(() => isEnded = command.Wait(Timeout.Infinite, cancel.Token));
        waiting.Start();
        cancel.Cancel();
        Patience.Join(waiting, "the end of a cancelled wait");
        Assert.IsFalse(isEnded);
        Assert.IsFalse(command.IsFinished);
    }

    [TestMethod]
    public void WatchOne_OtherPrinterChanges_HearsNothing()
    {
        RegisterOnline(PrinterState.Printing);
        using ChangeQueue one = Manager.WatchOne("octo-2");
        using ChangeQueue other = Manager.WatchOne("octo-1");
        Manager.Deregister("octo-1");
        Assert.AreEqual("octo-1", other.Take(Patience.LimitMs));
        Assert.IsNull(one.Take(0));
    }

    /// <summary>A printer whose first try failed.</summary>
    private void RegisterWaiting()
    {
        Client.ConnectError = new HubException(ErrorCode.ConnectFailed, "no answer");
        Manager.Register(Config());
        Patience.Until(() => Manager.Snapshot("octo-1") is { Link: LinkState.Waiting, HasFirstAnswer: true }, "the first try");
        Clock.Settle();
    }
}
