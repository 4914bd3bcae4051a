using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class VirtualMachineTests
{
    private static readonly MachineJob s_job = new() { Path = "a.gcode", SizeBytes = 1000, EstimateSeconds = 100 };

    private readonly ManualTime _time = new();

    [TestMethod]
    public void Start_WithEstimate_GoesThroughEveryPhaseAndFinishes()
    {
        VirtualMachine machine = new(_time, speed: 1);
        Assert.IsTrue(machine.Select(s_job));
        Assert.IsTrue(machine.Start());
        Assert.AreEqual(MachineState.Starting, machine.Read().State);
        After(machine, 0.6, MachineState.Heating);
        After(machine, 39.8, MachineState.Heating);
        After(machine, 0.2, MachineState.Printing);
        Assert.AreEqual(215, machine.Read().Nozzle, 2);
        Assert.AreEqual(60, machine.Read().Bed, 2);
        After(machine, 49.9, MachineState.Printing);
        Assert.AreEqual(50, machine.Read().Completion!.Value, 0.2);
        After(machine, 50.1, MachineState.Finishing);
        Assert.AreEqual(100.0, machine.Read().Completion);
        After(machine, 1, MachineState.Idle);
        MachineSnapshot end = machine.Read();
        Assert.AreEqual(JobResult.Finished, end.Result);
        Assert.AreEqual(100.0, end.Completion);
        Assert.AreEqual(0.0, end.NozzleTarget);
        Assert.AreEqual(140.0, end.PrintTimeSeconds, 0.5);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(60.0)]
    public void Start_WithoutEstimate_Heats40SecondsAndPrints30MinutesDividedBySpeed(double speed)
    {
        VirtualMachine machine = new(_time, speed);
        machine.Select(s_job with { EstimateSeconds = null });
        machine.Start();
        After(machine, 0.5 + (39.9 / speed), MachineState.Heating);
        After(machine, 0.2 / speed, MachineState.Printing);
        After(machine, 1799.8 / speed, MachineState.Printing);
        After(machine, 0.2 / speed, MachineState.Finishing);
        After(machine, 1, MachineState.Idle);
    }

    [TestMethod]
    public void Read_AfterALongSilence_EndsLikeManyReads()
    {
        VirtualMachine once = new(_time, speed: 1);
        VirtualMachine often = new(_time, speed: 1);
        foreach (VirtualMachine machine in new[] { once, often })
        {
            machine.Select(s_job);
            machine.Start();
        }

        for (int i = 0; i < 200; i++)
        {
            _time.Pass(1);
            often.Read();
        }

        MachineSnapshot a = once.Read();
        MachineSnapshot b = often.Read();
        Assert.AreEqual(b.State, a.State);
        Assert.AreEqual(JobResult.Finished, a.Result);
        Assert.AreEqual(b.PrintTimeSeconds, a.PrintTimeSeconds, 0.001);
        Assert.AreEqual(b.Nozzle, a.Nozzle, 0.5);
    }

    [TestMethod]
    public void Pause_WhilePrinting_PassesPausingAndHoldsProgress()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        _time.Pass(10);
        Assert.IsTrue(machine.Pause());
        Assert.AreEqual(MachineState.Pausing, machine.Read().State);
        After(machine, 1, MachineState.Paused);
        double? held = machine.Read().Completion;
        After(machine, 1000, MachineState.Paused);
        Assert.AreEqual(held, machine.Read().Completion);
        Assert.AreEqual(215.0, machine.Read().NozzleTarget);
        Assert.IsTrue(machine.Pause());
        Assert.IsTrue(machine.Resume());
        Assert.AreEqual(MachineState.Resuming, machine.Read().State);
        After(machine, 0.5, MachineState.Printing);
        After(machine, 5, MachineState.Printing);
        Assert.AreEqual(held!.Value + 5, machine.Read().Completion!.Value, 0.1);
    }

    [TestMethod]
    public void Pause_WhileHeating_TakesHoldOnceItIsHot()
    {
        VirtualMachine machine = new(_time, speed: 1);
        machine.Select(s_job);
        machine.Start();
        After(machine, 5, MachineState.Heating);
        Assert.IsTrue(machine.Pause());
        After(machine, 30, MachineState.Pausing);
        After(machine, 7, MachineState.Paused);
        Assert.AreEqual(0.0, machine.Read().Completion);
        Assert.AreEqual(215, machine.Read().Nozzle, 2);
    }

    [TestMethod]
    public void Cancel_FromEveryActiveState_ClearsProgressAndHeaters()
    {
        foreach (double seconds in new[] { 0.1, 20, 60 })
        {
            VirtualMachine machine = new(_time, speed: 1);
            machine.Select(s_job);
            machine.Start();
            _time.Pass(seconds);
            Assert.IsTrue(machine.Cancel());
            Assert.AreEqual(MachineState.Cancelling, machine.Read().State);
            Assert.IsNull(machine.Read().Completion);
            After(machine, 1, MachineState.Idle);
            Assert.AreEqual(JobResult.Cancelled, machine.Read().Result);
            Assert.AreEqual(0.0, machine.Read().BedTarget);
            Assert.AreEqual("a.gcode", machine.Read().Job!.Path);
        }
    }

    [TestMethod]
    public void Cancel_WhileFinishing_KeepsTheSuccess()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        After(machine, 100, MachineState.Finishing);
        Assert.IsTrue(machine.Cancel());
        After(machine, 1, MachineState.Idle);
        Assert.AreEqual(JobResult.Finished, machine.Read().Result);
    }

    [TestMethod]
    public void Restart_WhenPaused_BeginsAgain()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        Assert.IsFalse(machine.Restart());
        _time.Pass(50);
        machine.Pause();
        _time.Pass(2);
        Assert.IsTrue(machine.Restart());
        Assert.AreEqual(MachineState.Starting, machine.Read().State);
        Assert.AreEqual(0.0, machine.Read().Completion);
    }

    [TestMethod]
    public void Commands_WhenIdle_AreRefused()
    {
        VirtualMachine machine = new(_time, speed: 1);
        Assert.IsFalse(machine.Start());
        Assert.IsFalse(machine.Pause());
        Assert.IsFalse(machine.Resume());
        Assert.IsFalse(machine.Cancel());
        Assert.IsFalse(machine.Restart());
    }

    [TestMethod]
    public void Select_WhilePrinting_IsRefused()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        Assert.IsFalse(machine.Select(s_job with { Path = "b.gcode" }));
        Assert.IsFalse(machine.Unselect());
        Assert.AreEqual("a.gcode", machine.Read().Job!.Path);
    }

    [TestMethod]
    public void Disconnect_WhilePrinting_FailsTheJobAndUnloadsIt()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        List<MachineEvent> events = Record(machine);
        machine.Disconnect();
        Assert.AreEqual(MachineLink.Offline, machine.Read().Link);
        Assert.IsNull(machine.Read().Job);
        CollectionAssert.Contains(events, MachineEvent.PrintFailed);
        Assert.IsFalse(machine.SendGcode("M105"));
        machine.Connect();
        Assert.AreEqual(MachineLink.Connecting, machine.Read().Link);
        _time.Pass(1);
        Assert.AreEqual(MachineLink.Online, machine.Read().Link);
        Assert.AreEqual(MachineState.Idle, machine.Read().State);
    }

    [TestMethod]
    public void Connect_WhilePrinting_ChangesNothing()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        machine.Connect();
        Assert.AreEqual(MachineState.Printing, machine.Read().State);
    }

    [TestMethod]
    public void SendGcode_EmergencyStop_ClosesTheLinkWithAnError()
    {
        VirtualMachine machine = Printing(new(_time, speed: 1));
        Assert.IsTrue(machine.SendGcode("M112"));
        MachineSnapshot now = machine.Read();
        Assert.AreEqual(MachineLink.Failed, now.Link);
        StringAssert.Contains(now.Error, "M112");
        Assert.AreEqual(0.0, now.NozzleTarget);
        machine.Connect();
        _time.Pass(1);
        Assert.IsNull(machine.Read().Error);
    }

    [TestMethod]
    [DataRow("M104 S200", 200, 0)]
    [DataRow("m109 R190 ; wait", 190, 0)]
    [DataRow("M140 S55", 0, 55)]
    [DataRow("M190 S70.5", 0, 70.5)]
    [DataRow("M104 S99999", 500, 0)]
    [DataRow("M104", 0, 0)]
    [DataRow("M105", 0, 0)]
    [DataRow("", 0, 0)]
    public void SendGcode_Temperatures_SetTargets(string line, double nozzle, double bed)
    {
        VirtualMachine machine = new(_time, speed: 1);
        Assert.IsTrue(machine.SendGcode(line));
        Assert.AreEqual(nozzle, machine.Read().NozzleTarget);
        Assert.AreEqual(bed, machine.Read().BedTarget);
        CollectionAssert.AreEqual(new[] { line }, machine.ReadGcodeLog());
    }

    [TestMethod]
    public void Heaters_FirstOrder_RiseAndFallTowardsTheirGoal()
    {
        VirtualMachine machine = new(_time, speed: 1);
        machine.SendGcode("M104 S200");
        double last = machine.Read().Nozzle;
        for (int i = 0; i < 5; i++)
        {
            _time.Pass(3);
            double now = machine.Read().Nozzle;
            Assert.IsTrue(now > last && now <= 200, $"{last} then {now}");
            last = now;
        }

        _time.Pass(60);
        Assert.AreEqual(200, machine.Read().Nozzle, 0.1);
        machine.SendGcode("M104 S0");
        _time.Pass(60);
        Assert.AreEqual(21.3 + (178.7 / Math.E), machine.Read().Nozzle, 1);
        _time.Pass(3600);
        Assert.AreEqual(21.3, machine.Read().Nozzle, 0.1);
    }

    [TestMethod]
    public void Happened_OfAWholeJob_TellsEachStepInOrder()
    {
        VirtualMachine machine = new(_time, speed: 1);
        List<MachineEvent> events = Record(machine);
        machine.Select(s_job);
        machine.Start();
        _time.Pass(1000);
        machine.Read();
        CollectionAssert.AreEqual(
            new[] { MachineEvent.Selected, MachineEvent.PrintStarted, MachineEvent.PrintDone },
            events.Where(e => e != MachineEvent.StateChanged).ToArray());
    }

    private static List<MachineEvent> Record(VirtualMachine machine)
    {
        List<MachineEvent> events = [];
        machine.Happened += (what, _) => events.Add(what);
        return events;
    }

    private VirtualMachine Printing(VirtualMachine machine)
    {
        machine.Select(s_job);
        machine.Start();
        ManualTime time = _time;
        time.Pass(40.5);
        Assert.AreEqual(MachineState.Printing, machine.Read().State);
        return machine;
    }

    private void After(VirtualMachine machine, double seconds, MachineState expected)
    {
        _time.Pass(seconds);
        Assert.AreEqual(expected, machine.Read().State);
    }
}
