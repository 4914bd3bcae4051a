using System;
using System.Collections;
using System.Linq;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Hal.Desktop;
using Hub.Simulator.Terminal;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Cli;

/// <summary>Snapshots that follow a hub's changes.</summary>
[TestClass]
public sealed class FarmMirrorTests : IDisposable
{
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly ScriptedClient _client = new();
    private readonly FarmHub _hub;

    public FarmMirrorTests()
    {
        Mock<IPrinterClientFactory> factory = new();
        factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns((PrinterConfig printer) => printer.Id == "a" ? _client : new ScriptedClient());
        _hub = new FarmHub(_hal, new Log(new ManagerTestBase.LogLines(), _hal.Clock, LogLevel.Error), factory.Object);
        _hub.Load();
        Add("a");
        Add("b");
        _hub.Start(new FarmHubOptions { FollowAddresses = false });
        Patience.Until(() => _hub.Snapshot().All(p => p.Status.State == PrinterState.Idle), "the first reports");
    }

    public void Dispose()
    {
        _hub.Dispose();
        _hal.Dispose();
    }

    [TestMethod]
    public void Update_OnePrinterChanges_OnlyThatOneIsChanged()
    {
        using FarmMirror farm = Settled();
        PrinterSnapshot[] before = farm.Printers;
        _client.State = PrinterState.Printing;
        Patience.Until(farm.Update, "the change");
        Assert.AreEqual("a", farm.Changed.Single().Config.Id);
        Assert.AreEqual(PrinterState.Printing, farm.Printers[0].Status.State);
        Assert.AreSame(before, farm.Printers);
    }

    [TestMethod]
    public void Update_PrintersComeAndGo_AreInTheOrderOfTheConfiguration()
    {
        using FarmMirror farm = Settled();
        Add("c");
        Patience.Until(() => farm.Update() && farm.Printers.Length == 3, "the new printer");
        _hub.Config.Remove("a");
        Patience.Until(() => farm.Update() && farm.Printers.Length == 2, "the end of the old one");
        Assert.AreEqual("b c", string.Join(' ', farm.Printers.Select(p => p.Config.Id)));
    }

    [TestMethod]
    public void Update_UploadRuns_IsAlwaysNewsAndOnceAfterItsEnd()
    {
        _client.HoldUpload = true;
        using FarmMirror farm = Settled();
        Transfer upload = new("box.gcode", Mock.Of<IUploadSource>(source => source.Length == 1000));
        _hub.Submit("a", upload);
        Patience.Until(farm.Update, "the beginning");
        Assert.AreSame(upload, farm.Printers[0].LastTransfer);
        Assert.IsTrue(farm.Update());
        Assert.IsTrue(farm.Update());
        _client.HoldUpload = false;
        Patience.Until(() => upload.IsFinished, "the end");
        Assert.IsTrue(farm.Update());
        Patience.Until(() => !farm.Update(), "nothing more");
    }

    private FarmMirror Settled()
    {
        FarmMirror farm = new(_hub);
        Patience.Until(() => !farm.Update(), "the first changes");
        return farm;
    }

    private void Add(string id) =>
        _hub.Config.Add(new Hashtable { ["id"] = id, ["type"] = PrinterTypes.OctoPrint, ["url"] = "http://127.0.0.1:" + (int)id[0], ["poll_ms"] = 500L });
}
