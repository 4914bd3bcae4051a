using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>Whatever ends a command or an upload, its listener hears of it once, and nobody needs to wait for it.</summary>
[TestClass]
public sealed class EndListenerTests : ManagerTestBase
{
    private readonly Listener _listener = new();

    [TestMethod]
    public void Command_Done_IsTold()
    {
        RegisterOnline(PrinterState.Printing);
        Client.AfterCommand = [PrinterState.Paused];
        PrinterCommand command = Submit(PrinterVerb.Pause);
        PassUntil(() => _listener.Ends(command) == 1, "the end");
        Assert.IsNull(command.Error);
        AssertToldOnce(command);
    }

    [TestMethod]
    public void Command_RefusedAtOnce_IsTold()
    {
        PrinterCommand unknown = Submit(PrinterVerb.Pause);
        AssertTold(unknown, ErrorCode.UnknownPrinter);
        RegisterOnline(PrinterState.Printing);
        PrinterCommand empty = new(PrinterVerb.Gcode) { Listener = _listener };
        Manager.Submit("octo-1", empty);
        AssertTold(empty, ErrorCode.Refused);
    }

    [TestMethod]
    public void Command_QueueFull_IsTold()
    {
        RegisterHanging();
        List<PrinterCommand> commands = [];
        for (int i = 0; i < 20; i++)
        {
            commands.Add(Submit(PrinterVerb.Pause, 60_000));
        }

        Patience.Until(() => commands.Count(c => c.IsFinished) == 4, "four too many");
        Assert.IsTrue(commands.Where(c => c.IsFinished).All(c => c.Error!.Code == ErrorCode.QueueFull));
        Manager.Deregister("octo-1");
        Patience.Until(() => commands.All(c => _listener.Ends(c) == 1), "all ends");
        commands.ForEach(AssertToldOnce);
    }

    [TestMethod]
    public void Command_NotProven_EndsWithTheWorkersWords()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand command = Submit(PrinterVerb.Pause);
        PassUntil(() => _listener.Ends(command) == 1, "the end");
        StringAssert.Contains(command.Error!.Message, "still shows 'printing'");
        AssertToldOnce(command);
    }

    [TestMethod]
    [DataRow(PrinterVerb.Pause)]
    [DataRow(PrinterVerb.Start)]
    public void Command_WorkerHangsAndNobodyWaits_EndsAtItsDeadline(PrinterVerb verb)
    {
        RegisterHanging();
        PrinterCommand command = Submit(verb);
        Pass(3499);
        Assert.IsFalse(command.IsFinished);
        Pass(1);
        AssertTold(command, ErrorCode.Timeout);
        StringAssert.Contains(command.Error!.Message, "not sent");
    }

    [TestMethod]
    public void Command_WorkerHangsWhileItSends_EndsAtItsDeadline()
    {
        RegisterOnline(PrinterState.Idle);
        using ManualResetEvent gate = new(false);
        Client.CommandGate = gate;
        PrinterCommand command = Submit(PrinterVerb.Start);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Clock.Hanging = 1;
        Pass(3500);
        AssertTold(command, ErrorCode.StartNotShown);
        gate.Set();
        Manager.Dispose();
        AssertToldOnce(command);
    }

    [TestMethod]
    public void Command_GivenUpAsNotSent_IsNotSentAfterwards()
    {
        PrinterCommand command = new(PrinterVerb.Start, 1000);
        ((ISupervised)command).GiveUp(false);
        StringAssert.Contains(command.Error!.Message, "not sent");
        Assert.IsFalse(command.TrySend());

        PrinterCommand sent = new(PrinterVerb.Start, 1000);
        Assert.IsTrue(sent.TrySend());
        ((ISupervised)sent).GiveUp(false);
        Assert.AreEqual(ErrorCode.StartNotShown, sent.Error!.Code);
    }

    [TestMethod]
    public void Command_EarlierDeadlineComesSecond_EndsInTime()
    {
        RegisterHanging();
        PrinterCommand slow = Submit(PrinterVerb.Pause, 60_000);
        PrinterCommand quick = Submit(PrinterVerb.Pause, 1000);
        Pass(1500);
        AssertTold(quick, ErrorCode.Timeout);
        Assert.IsFalse(slow.IsFinished);
        Pass(59_000);
        AssertTold(slow, ErrorCode.Timeout);
    }

    [TestMethod]
    public void Command_HubStopsWhileTheWorkerHangs_IsTold()
    {
        RegisterOnline(PrinterState.Idle);
        using ManualResetEvent gate = new(false);
        Client.CommandGate = gate;
        PrinterCommand command = Submit(PrinterVerb.Start, 60_000);
        Patience.Until(() => Client.Count("start") == 1, "the start");
        Manager.Dispose();
        Assert.AreEqual(1, _listener.Ends(command), "before the stop returns");
        Assert.AreEqual(ErrorCode.StartNotShown, command.Error!.Code);
        gate.Set();
    }

    [TestMethod]
    public void Command_AfterTheHubHasStopped_IsRefusedAndTold()
    {
        Manager.Dispose();
        AssertTold(Submit(PrinterVerb.Pause), ErrorCode.UnknownPrinter);
        Patience.Until(() => Manager.OwnThreads == 0, "the end of the thread");
    }

    [TestMethod]
    public void EmergencyStop_IsTold()
    {
        RegisterOnline(PrinterState.Printing);
        PrinterCommand command = Submit(PrinterVerb.EmergencyStop);
        Patience.Until(() => _listener.Ends(command) == 1, "the end");
        Assert.IsNull(command.Error);
    }

    [TestMethod]
    public void Ended_RemovedPrinter_IsUnderNoLock()
    {
        RegisterHanging();
        bool isFree = false;
        _listener.OnEnd = () =>
        {
            // Another thread gets every lock of the manager while the listener waits for it.
            Thread other = new(() =>
            {
                Manager.Apply([Config("octo-2")]);
                Manager.Submit("octo-2", new Transfer("a.gcode", Mock.Of<IUploadSource>()));
                _ = Manager.Snapshot();
            });
            other.Start();
            isFree = other.Join(Patience.LimitMs);
        };
        PrinterCommand command = Submit(PrinterVerb.Pause, 60_000);
        Manager.Apply([]);
        Patience.Until(() => _listener.Ends(command) == 1, "the end");
        Assert.IsTrue(isFree);
    }

    [TestMethod]
    public void Ended_ListenerThrows_IsLoggedAndTheNextHearsAllTheSame()
    {
        _listener.OnEnd = () => throw new InvalidOperationException("a fault of the listener");
        PrinterCommand first = Submit(PrinterVerb.Pause);
        PrinterCommand second = Submit(PrinterVerb.Pause);
        Patience.Until(() => _listener.Ends(first) == 1 && _listener.Ends(second) == 1, "both ends");
        Patience.Until(() => Lines.Count(line => line.Contains("a fault of the listener", StringComparison.Ordinal)) == 2, "two lines of the log");
    }

    [TestMethod]
    public void Id_Given_IsKeptAndElseMade()
    {
        PrinterCommand given = new(PrinterVerb.Pause) { Id = "cloud-7" };
        PrinterCommand first = new(PrinterVerb.Pause);
        Transfer second = new("a.gcode", Mock.Of<IUploadSource>());
        Manager.Submit("octo-1", given);
        Manager.Submit("octo-1", first);
        Manager.Submit("octo-1", second);
        Assert.AreEqual("cloud-7", given.Id);
        Assert.AreEqual("octo-1", given.PrinterId);
        Assert.AreNotEqual("", first.Id);
        Assert.AreNotEqual(first.Id, second.Id);
    }

    [TestMethod]
    public void Transfer_DoneOrFailedOrRefused_IsTold()
    {
        RegisterOnline(PrinterState.Idle);
        Transfer done = Upload();
        AssertTold(done, ErrorCode.None);
        Client.UploadError = new HubException(ErrorCode.StorageFull, "no room");
        AssertTold(Upload(), ErrorCode.StorageFull);
        Client.UploadError = null;
        Client.HoldUpload = true;
        Transfer held = Upload();
        AssertTold(Upload(), ErrorCode.TransferBusy);
        held.Cancel();
        AssertTold(held, ErrorCode.Cancelled);
    }

    [TestMethod]
    public void Transfer_PrinterRemovedOrHubStops_IsTold()
    {
        Client.HoldUpload = true;
        RegisterOnline(PrinterState.Idle);
        Transfer first = Upload();
        Manager.Deregister("octo-1");
        AssertTold(first, ErrorCode.Cancelled);
        RegisterOnline(PrinterState.Idle);
        Transfer second = Upload();
        Manager.Dispose();
        Assert.AreEqual(1, _listener.Ends(second), "before the stop returns");
        AssertTold(second, ErrorCode.Cancelled);
    }

    [TestMethod]
    public void Transfer_CancelledBeforeItBegins_IsToldAtOnce()
    {
        Client.HoldUpload = true;
        Transfer[] transfers = new Transfer[3];
        for (int i = 0; i < transfers.Length; i++)
        {
            Manager.Register(Config("octo-" + i));
            transfers[i] = Upload("octo-" + i);
        }

        // Two run, the third waits for one of them.
        transfers[2].Cancel();
        AssertTold(transfers[2], ErrorCode.Cancelled);
        StringAssert.Contains(transfers[2].Error!.Message, "before it began");
        transfers[0].Cancel();
        transfers[1].Cancel();
        AssertTold(transfers[0], ErrorCode.Cancelled);
        AssertTold(transfers[1], ErrorCode.Cancelled);
    }

    [TestMethod]
    public void Transfer_Progress_IsToldFourTimesASecondAtMost()
    {
        RegisterOnline(PrinterState.Idle);
        Client.HoldUpload = true;
        Transfer transfer = Upload();
        IUploadProgress progress = transfer;
        for (int i = 1; i <= 1000; i++)
        {
            // A second in all.
            progress.Report(i, 1000);
            Clock.Pass(1);
            if (i == 1)
            {
                Patience.Until(() => _listener.Progress(transfer) == 1, "the first report");
            }
        }

        Client.HoldUpload = false;
        AssertTold(transfer, ErrorCode.None);
        int told = _listener.Progress(transfer);
        Assert.IsTrue(told >= 1 && told <= 5, told + " times");
        Assert.AreEqual(1000, transfer.SentBytes);
        Assert.IsFalse(_listener.IsProgressAfterEnd);
    }

    private void RegisterHanging()
    {
        RegisterOnline(PrinterState.Printing);
        Client.HangInPoll = true;
        PassUntil(() => Client.IsHanging, "a hanging poll");
        Clock.Hanging = 1;
    }

    /// <summary>Lets time pass once everything that can rest rests: the supervisor has calculated when to wake.</summary>
    private void Pass(int milliseconds)
    {
        Clock.Settle();
        Clock.Pass(milliseconds);
    }

    private PrinterCommand Submit(PrinterVerb verb, int timeoutMs = 3000)
    {
        PrinterCommand command = new(verb, timeoutMs) { StoredPath = "a.gcode", Listener = _listener };
        Manager.Submit("octo-1", command);
        return command;
    }

    private Transfer Upload(string id = "octo-1")
    {
        Transfer transfer = new("a.gcode", Mock.Of<IUploadSource>(s => s.Length == 5)) { Listener = _listener };
        Manager.Submit(id, transfer);
        return transfer;
    }

    private void AssertTold(PrinterCommand command, ErrorCode code)
    {
        Patience.Until(() => _listener.Ends(command) == 1, "the end of a command");
        Assert.AreEqual(code, command.Error!.Code);
        AssertToldOnce(command);
    }

    private void AssertTold(Transfer transfer, ErrorCode code)
    {
        Patience.Until(() => _listener.Ends(transfer) == 1, "the end of an upload");
        Assert.AreEqual(code, transfer.Error?.Code ?? ErrorCode.None);
        AssertToldOnce(transfer);
    }

    /// <summary>What is asked later is told later.</summary>
    private void AssertToldOnce(object item)
    {
        PrinterCommand next = new(PrinterVerb.Pause) { Listener = _listener };
        Manager.Submit("no such printer", next);
        Patience.Until(() => _listener.Ends(next) >= 1, "the next end");
        Assert.AreEqual(1, _listener.Ends(item));
    }

    private sealed class Listener : ICommandListener, ITransferListener
    {
        private readonly Dictionary<object, int> _ends = [];
        private readonly Dictionary<object, int> _progress = [];

        public Action? OnEnd { get; set; }

        public bool IsProgressAfterEnd { get; private set; }

        public int Ends(object item) => Count(_ends, item);

        public int Progress(object item) => Count(_progress, item);

        public void Ended(PrinterCommand command)
        {
            Assert.IsTrue(command.IsFinished && command.Wait(0));
            Note(command);
        }

        public void Ended(Transfer transfer)
        {
            Assert.IsTrue(transfer.IsFinished && transfer.Wait(0));
            Note(transfer);
        }

        public void Progressed(Transfer transfer)
        {
            lock (_ends)
            {
                IsProgressAfterEnd |= _ends.ContainsKey(transfer);
                _progress[transfer] = _progress.GetValueOrDefault(transfer) + 1;
            }
        }

        private int Count(Dictionary<object, int> counts, object item)
        {
            lock (_ends)
            {
                return counts.GetValueOrDefault(item);
            }
        }

        private void Note(object item)
        {
            Action? onEnd = OnEnd;
            try
            {
                onEnd?.Invoke();
            }
            finally
            {
                lock (_ends)
                {
                    _ends[item] = _ends.GetValueOrDefault(item) + 1;
                }
            }
        }
    }
}
