using System;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Ftp;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Uploads from a machine that cannot resume a TLS session, as the board: which models they work on, and what the others' refusal says.</summary>
[TestClass]
public sealed class BambuSessionReuseTests : BambuVirtualBase
{
    private const string Name = "a.gcode.3mf";

    [TestMethod]
    [DataRow("A1", (int)BambuSessionReuse.NotDemanded)]
    [DataRow("A1 mini", (int)BambuSessionReuse.NotDemanded)]
    [DataRow("X1", (int)BambuSessionReuse.Demanded)]
    [DataRow("X1C", (int)BambuSessionReuse.Demanded)]
    [DataRow("X1E", (int)BambuSessionReuse.Demanded)]
    [DataRow("P2S", (int)BambuSessionReuse.Demanded)]
    [DataRow("H2D", (int)BambuSessionReuse.Demanded)]
    [DataRow("P1S", (int)BambuSessionReuse.Unknown)]
    [DataRow("P1P", (int)BambuSessionReuse.Unknown)]
    [DataRow("H2S", (int)BambuSessionReuse.Unknown)]
    [DataRow("A2L", (int)BambuSessionReuse.Unknown)]
    [DataRow("something new", (int)BambuSessionReuse.Unknown)]
    public void SessionReuse_EachModel_IsAsReported(string model, int expected) =>
        Assert.AreEqual((BambuSessionReuse)expected, Hub.Core.Printers.Bambu.BambuModel.OfName(model).SessionReuse);

    [TestMethod]
    public async Task Upload_ModelThatDemandsNone_IsStored()
    {
        await StartAsync("A1");
        Upload(Name, 300_000);
        Assert.IsGreaterThan(300_000, OnCard(Name));
    }

    [TestMethod]
    [DataRow("X1C")]
    [DataRow("P2S")]
    [DataRow("H2D")]
    public async Task Upload_ModelThatDemandsIt_IsRefusedBeforeItIsTried(string model)
    {
        await StartAsync(model);
        AssertRefused(UploadError(Name, 300_000));
        Assert.AreEqual(-1, OnCard(Name));
        Assert.IsTrue(Status().IsConnected, "the status goes on");
    }

    [TestMethod]
    public async Task Upload_ModelThatIsNotKnown_IsTriedOnceAndThenRefused()
    {
        await StartAsync("P1S");
        HubException error = UploadError(Name, 300_000);
        Assert.AreEqual(ErrorCode.TlsSessionRequired, error.Code);
        Assert.Contains("522", error.Message, "the printer's own answer");
        Assert.Contains("laptop", error.Message);
        Assert.AreEqual(-1, OnCard(Name), "nothing is left");

        AssertRefused(UploadError(Name, 300_000));
        Manager.Deregister(Config.Id);
        Printer.Faults = new VirtualBambuFaults { RequireSessionReuse = false };
        Manager.Register(Config);
        WaitFor(PrinterState.Idle);
        Upload(Name, 300_000);
        Assert.IsGreaterThan(300_000, OnCard(Name), "a printer that is configured anew is tried anew");
    }

    [TestMethod]
    [DataRow("P1S")]
    [DataRow("X1C")]
    public async Task Upload_ClearDataIsAllowed_IsNotTriedWithEncryption(string model)
    {
        await StartAsync(model, c => c.FtpsClearData = true);
        Printer.Faults = new VirtualBambuFaults { AllowClearData = true };
        Upload(Name, 300_000);
        Assert.IsGreaterThan(300_000, OnCard(Name));
    }

    private static void AssertRefused(HubException error)
    {
        Assert.AreEqual(ErrorCode.TlsSessionRequired, error.Code);
        Assert.Contains("which this hub's machine cannot offer: upload from a hub on a laptop", error.Message);
    }

    private async Task StartAsync(string model, Action<PrinterConfig>? change = null)
    {
        await StartAsync(model, change, wrap: hal => new NoReuseHal(hal));
        WaitFor(PrinterState.Idle);
    }
}
