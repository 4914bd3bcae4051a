using System;
using System.Collections;
using System.Linq;
using System.Threading;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>The composed hub, with scripted printer clients.</summary>
[TestClass]
public sealed class FarmHubTests : IDisposable
{
    private static readonly FarmHubOptions s_quiet = new() { FollowAddresses = false };

    private readonly Mock<IHal> _hal = new();
    private readonly ManagerTestBase.LogLines _lines = new();
    private readonly ScriptedClient _client = new();
    private readonly FarmHub _hub;

    public FarmHubTests()
    {
        DesktopClock clock = new();
        Mock<IPrinterClientFactory> factory = new();
        factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns((PrinterConfig printer) => printer.Type switch
        {
            PrinterTypes.OctoPrint => _client,
            PrinterTypes.PrusaLink => new ScriptedClient(),
            _ => throw new HubException(ErrorCode.NotSupported, "this build does not speak " + printer.Type + " yet"),
        });
        _hal.Setup(h => h.Clock).Returns(clock);
        _hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        _hal.Setup(h => h.Nvs).Returns(new MemoryNvs());
        _hal.Setup(h => h.Hash).Returns(new DesktopHash());
        _hal.Setup(h => h.JsonDocuments).Returns(new SystemTextJsonDocuments());
        _hal.Setup(h => h.Sockets).Returns(Mock.Of<ISocketFactory>(sockets => sockets.MaxSockets == 64));
        _hub = new FarmHub(_hal.Object, new Log(_lines, clock, LogLevel.Debug), factory.Object);
    }

    public void Dispose() => _hub.Dispose();

    [TestMethod]
    public void Snapshot_RefusedPrinter_IsThereInTheOrderOfTheDocument()
    {
        _hub.Load();
        Add("m", PrinterTypes.Moonraker);
        Add("o");
        Add("p", PrinterTypes.PrusaLink);

        _hub.Start(s_quiet);

        PrinterSnapshot[] all = _hub.Snapshot();
        Assert.AreEqual("m o p", Ids(all));
        Assert.AreEqual(ErrorCode.NotSupported, all[0].Refusal!.Code);
        Assert.AreEqual(LinkState.Refused, all[0].Link);
        Assert.IsTrue(all[0].HasFirstAnswer, "no answer will come");
        Assert.AreEqual(PrinterState.Offline, all[0].Status.State);
        Assert.AreEqual("this build does not speak moonraker yet", all[0].Status.ErrorMessage);
        Assert.IsNull(all[1].Refusal);
    }

    [TestMethod]
    public void Snapshot_DocumentReordered_FollowsWithoutAReconnect()
    {
        _hub.Load();
        Add("o");
        Add("p", PrinterTypes.PrusaLink);
        _hub.Start(s_quiet);
        Patience.Until(() => _hub.Snapshot("o") is { Link: LinkState.Online }, "the link");

        _hub.Start([.. _hub.Config.Printers.Reverse()]);

        Assert.AreEqual("p o", Ids(_hub.Snapshot()));
        Assert.AreEqual(1, _client.Count("connect"));
    }

    [TestMethod]
    public void WaitForFirstAnswers_EachAnswersIsRefusedOrIsRemoved_IsTrue()
    {
        _hub.Load();
        Add("m", PrinterTypes.Moonraker);
        Add("o");
        _hub.Start(s_quiet);

        Assert.IsTrue(_hub.WaitForFirstAnswers(["m", "o", "gone"], 30_000, CancellationToken.None));
        Assert.IsTrue(_hub.Snapshot("o")!.HasFirstAnswer);
    }

    [TestMethod]
    public void WaitForFirstAnswers_PrinterIsSilent_IsFalseAfterTheTime()
    {
        using ManualResetEvent answers = new(false);
        _client.ConnectGate = answers;
        _hub.Load();
        Add("o");
        _hub.Start(s_quiet);
        using CancellationTokenSource cancel = new();

        Assert.IsFalse(_hub.WaitForFirstAnswers(["o"], 20, cancel.Token));
        cancel.Cancel();
        Assert.IsFalse(_hub.WaitForFirstAnswers(["o"], int.MaxValue, cancel.Token), "a cancelled wait ends");
        answers.Set();
        Assert.IsTrue(_hub.WaitForFirstAnswers(["o"], 30_000, CancellationToken.None));
    }

    [TestMethod]
    public void Watch_RefusedPrinter_IsReportedAtFirstAndWhenItsConfigurationChanges()
    {
        _hub.Load();
        Add("m", PrinterTypes.Moonraker);
        _hub.Start(s_quiet);
        using ChangeQueue changes = _hub.Watch();
        Assert.AreEqual("m", changes.Take(0));

        _hub.Config.Update("m", new Hashtable { ["name"] = "Left" });

        Assert.AreEqual("m", changes.Take(1000));
        Assert.AreEqual("Left", _hub.Snapshot("m")!.Config.Name);
        _hub.Config.Remove("m");
        Assert.AreEqual("m", changes.Take(1000));
        Assert.IsNull(_hub.Snapshot("m"));
    }

    [TestMethod]
    public void Submit_ToARefusedPrinter_FailsWithTheReason()
    {
        _hub.Start([new PrinterConfig { Id = "m", Type = PrinterTypes.Moonraker, Url = "http://127.0.0.1:1" }]);
        PrinterCommand pause = new(PrinterVerb.Pause, 1000);

        _hub.Submit("m", pause);

        Assert.AreEqual(ErrorCode.NotSupported, pause.Error!.Code);
    }

    [TestMethod]
    public void Start_SomePrinters_RunsThemAloneAndFollowsNothing()
    {
        _hub.Load();
        Add("o");
        Add("p", PrinterTypes.PrusaLink);

        _hub.Start([_hub.Config.Find("o")!]);
        _hub.Config.Remove("o");

        Assert.AreEqual("o", Ids(_hub.Snapshot()));
    }

    [TestMethod]
    public void Start_ConfigurationThatCannotBeRead_Throws()
    {
        _hal.Object.Nvs.Write("config", "printers.json", "nonsense"u8.ToArray());

        Assert.AreEqual(ErrorCode.ConfigInvalid, Assert.ThrowsExactly<HubException>(() => _hub.Start(s_quiet)).Code);
    }

    [TestMethod]
    public void StopFollowing_LaterEdits_ChangeNothing()
    {
        _hub.Load();
        Add("o");
        _hub.Start(s_quiet);

        _hub.StopFollowing();
        _hub.Config.Remove("o");

        Assert.AreEqual("o", Ids(_hub.Snapshot()));
    }

    [TestMethod]
    public void TryNow_RefusedKeyThatWasMended_IsOnlineWhenItReturns()
    {
        _client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        _hub.Start([Octo()]);
        Patience.Until(() => _hub.Snapshot("o") is { Link: LinkState.Refused }, "the refusal");

        Assert.IsFalse(_hub.TryNow("o", 5000, CancellationToken.None), "still refused");
        _client.ConnectError = null;
        Assert.IsTrue(_hub.TryNow("o", 5000, CancellationToken.None));
        Assert.IsFalse(_hub.TryNow("nobody", 5000, CancellationToken.None));
        Assert.IsFalse(_hub.TryNow("nobody"));
    }

    [TestMethod]
    public void TryNow_Cancelled_ReturnsThoughTheTryHangs()
    {
        using ManualResetEvent gate = new(false);
        _client.ConnectError = new HubException(ErrorCode.AuthRejected, "wrong key");
        _hub.Start([Octo()]);
        Patience.Until(() => _hub.Snapshot("o") is { Link: LinkState.Refused }, "the refusal");
        _client.ConnectGate = gate;
        using CancellationTokenSource cancel = new();
        cancel.CancelAfter(100);

        Assert.IsFalse(_hub.TryNow("o", 60_000, cancel.Token));
        gate.Set();
    }

    [TestMethod]
    public void Dispose_Started_ClosesItsPrinters()
    {
        _hub.Start([Octo()]);
        Patience.Until(() => _hub.Snapshot("o") is { Link: LinkState.Online }, "the link");

        _hub.Dispose();

        Assert.IsTrue(_client.IsDisposed);
        Assert.IsEmpty(_hub.Snapshot());
    }

    private static string Ids(PrinterSnapshot[] printers) => string.Join(' ', printers.Select(p => p.Config.Id));

    private static PrinterConfig Octo() => new() { Id = "o", Type = PrinterTypes.OctoPrint, PollMs = 500, Url = "http://127.0.0.1:1" };

    private void Add(string id, string type = PrinterTypes.OctoPrint) =>
        _hub.Config.Add(new Hashtable { ["id"] = id, ["type"] = type, ["url"] = "http://127.0.0.1:1" });
}
