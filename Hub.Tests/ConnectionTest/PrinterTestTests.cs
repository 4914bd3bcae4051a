using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.ConnectionTest;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Hal;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.ConnectionTest;

/// <summary>The connection test as the core offers it, to any listener and on a platform that shows less than the laptop.</summary>
[TestClass]
public sealed class PrinterTestTests
{
    private const int TimeoutMs = 30_000;

    [TestMethod]
    public async Task Test_PrinterThatTheHubDoesNotRun_EachStepIsReportedAndThePrinterIsGoneAfterwards()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using DesktopHal hal = Hal();
        using FarmHub hub = NewHub(hal);
        Steps steps = new();

        Assert.IsTrue(hub.Test(Octo(fleet), TimeoutMs, steps, CancellationToken.None), steps.ToString());

        Assert.AreEqual("address connect answer login status", steps.Codes);
        Assert.Contains("is 127.0.0.1", steps.Done[0].Message);
        Assert.Contains("accepted by OctoPrint 1.", steps.Done[3].Message);
        Assert.AreEqual("idle", steps.Done[4].Message);
        Assert.IsEmpty(hub.Snapshot());
    }

    [TestMethod]
    public async Task Test_PrinterThatTheHubRuns_IsAskedOverItsLink()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using DesktopHal hal = Hal();
        using FarmHub hub = NewHub(hal);
        PrinterConfig octo = Octo(fleet);
        hub.Start([octo]);
        Steps steps = new();

        Assert.IsTrue(hub.Test(octo, TimeoutMs, steps, CancellationToken.None), steps.ToString());

        Assert.AreEqual("address connect answer login status", steps.Codes);
        Assert.Contains("the running hub is logged in", steps.Done[3].Message);
        Assert.HasCount(1, hub.Snapshot());
    }

    /// <summary>An edit is stored a moment before it is applied: a test that comes between the two must not take the printer away.</summary>
    [TestMethod]
    public async Task Test_PrinterIsStoredAndNotYetApplied_StaysInTheHub()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using DesktopHal hal = Hal();
        using FarmHub hub = NewHub(hal);
        hub.Start(new FarmHubOptions { FollowAddresses = false });
        PrinterConfig octo = Octo(fleet);
        hub.Config.Add(octo);
        Assert.IsTrue(hub.Manager.Deregister(octo.Id), "as if the edit were not applied yet");

        Steps steps = new();
        Assert.IsTrue(hub.Test(octo, TimeoutMs, steps, CancellationToken.None), steps.ToString());

        Assert.Contains("the running hub is logged in", steps.Done[3].Message);
        Assert.HasCount(1, hub.Snapshot());
    }

    /// <summary>As on the board, which shows neither addresses nor certificates.</summary>
    [TestMethod]
    public async Task Test_PlatformThatShowsNoHosts_StepsAreTheSame()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using DesktopHal desktop = Hal();
        Mock<ISocketFactory> sockets = new();
        sockets.Setup(s => s.MaxSockets).Returns(16);
        sockets.Setup(s => s.ConnectTcp(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>()))
            .Returns((string host, int port, int timeoutMs) => desktop.Sockets.ConnectTcp(host, port, timeoutMs));
        Mock<IHal> hal = new();
        hal.Setup(h => h.Clock).Returns(desktop.Clock);
        hal.Setup(h => h.Nvs).Returns(desktop.Nvs);
        hal.Setup(h => h.JsonDocuments).Returns(desktop.JsonDocuments);
        hal.Setup(h => h.Buffers).Returns(desktop.Buffers);
        hal.Setup(h => h.Hash).Returns(desktop.Hash);
        hal.Setup(h => h.System).Returns(desktop.System);
        hal.Setup(h => h.Sockets).Returns(sockets.Object);
        using FarmHub hub = NewHub(hal.Object);
        Steps steps = new();

        Assert.IsTrue(hub.Test(Octo(fleet), TimeoutMs, steps, CancellationToken.None), steps.ToString());

        Assert.AreEqual("address connect answer login status", steps.Codes);
        Assert.Contains("found while connecting", steps.Done[0].Message);
    }

    [TestMethod]
    public async Task Test_WrongKey_LoginIsTheLastStepAndHasItsCode()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using DesktopHal hal = Hal();
        using FarmHub hub = NewHub(hal);
        PrinterConfig octo = Octo(fleet);
        octo.ApiKey = new Secret("fake-but-other");
        Steps steps = new();

        Assert.IsFalse(hub.Test(octo, TimeoutMs, steps, CancellationToken.None));

        Assert.AreEqual("address connect answer login", steps.Codes);
        Assert.AreEqual(ErrorCode.AuthRejected, steps.Done[3].Error!.Code);
        Assert.IsNull(steps.Done[2].Error);
    }

    [TestMethod]
    public void Test_CancelledBeforeAStep_Throws()
    {
        using DesktopHal hal = Hal();
        using FarmHub hub = NewHub(hal);
        PrinterConfig octo = new() { Id = "o", Type = PrinterTypes.OctoPrint, Url = "http://127.0.0.1:1" };
        Steps steps = new();

        Assert.AreEqual(
            ErrorCode.Cancelled, Assert.ThrowsExactly<HubException>(() => hub.Test(octo, TimeoutMs, steps, new CancellationToken(true))).Code);
        Assert.IsEmpty(steps.Done);
    }

    private static DesktopHal Hal() => new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });

    private static FarmHub NewHub(IHal hal) => new(hal, new ManagerTestBase.LogLines(), LogLevel.Debug);

    private static PrinterConfig Octo(Fleet fleet)
    {
        VirtualHttpPrinter printer = (VirtualHttpPrinter)fleet.Printers[0];
        return new PrinterConfig { Id = "o", Type = PrinterTypes.OctoPrint, Url = printer.Url, ApiKey = new Secret(printer.ApiKey), PollMs = 500 };
    }

    internal sealed class Steps : ITestListener
    {
        public List<TestStep> Done { get; } = [];

        public string Codes => string.Join(' ', Done.Select(s => s.Code));

        public void StepEnded(TestStep step) => Done.Add(step);

        public override string ToString() => string.Join(Environment.NewLine, Done.Select(s => s.Code + ": " + s.Message));
    }
}
