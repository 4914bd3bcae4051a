using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Configuration;

/// <summary>Edits of the configuration reach the running manager, and only the printers they are about.</summary>
[TestClass]
public sealed class ConfiguredPrintersTests : IDisposable
{
    private readonly Mock<IHal> _hal = new();
    private readonly Dictionary<string, List<ScriptedClient>> _clients = [];
    private readonly ManagerTestBase.LogLines _lines = new();
    private readonly ConfigManager _config;
    private readonly PrinterManager _manager;
    private readonly ConfiguredPrinters _configured;
    private string? _unsupported;
    private Action<ScriptedClient> _prepare = _ => { };

    public ConfiguredPrintersTests()
    {
        DesktopClock clock = new();
        Mock<IPrinterClientFactory> factory = new();
        factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns((PrinterConfig printer) => NewClient(printer));
        _hal.Setup(h => h.Clock).Returns(clock);
        _hal.Setup(h => h.System).Returns(Mock.Of<ISystem>());
        _hal.Setup(h => h.Nvs).Returns(new MemoryNvs());
        _hal.Setup(h => h.Hash).Returns(new DesktopHash());
        _hal.Setup(h => h.Sockets).Returns(Mock.Of<ISocketFactory>(sockets => sockets.MaxSockets == 64));
        Log log = new(_lines, clock, LogLevel.Debug);
        _config = new ConfigManager(new MemoryNvs(), new SystemTextJsonDocuments(), log);
        _config.Load();
        _manager = new PrinterManager(_hal.Object, log, factory.Object);
        _configured = new ConfiguredPrinters(_config, _manager);
    }

    public void Dispose()
    {
        _configured.Dispose();
        _manager.Dispose();
    }

    [TestMethod]
    public void Start_ConfiguredPrinters_AreRegisteredInTheirOrder()
    {
        _config.Add(Printer("b"));
        _config.Add(Printer("a"));
        _config.Add(Printer("c"));

        _configured.Start();

        CollectionAssert.AreEqual(new[] { "b", "a", "c" }, _manager.Ids());
        Assert.AreEqual("b a c", string.Join(' ', _manager.Snapshot().Select(p => p.Config.Id)));
    }

    [TestMethod]
    public void Edits_WhileRunning_TouchOnlyTheirPrinter()
    {
        _config.Add(Printer("a"));
        _config.Add(Printer("b"));
        _configured.Start();

        _config.Add(Printer("c"));
        _config.Update("a", new Hashtable { ["url"] = "http://127.0.0.1:2" });
        _config.Remove("b");

        CollectionAssert.AreEqual(new[] { "a", "c" }, _manager.Ids());
        Assert.AreEqual("http://127.0.0.1:2", _manager.Config("a")!.Url);
        Assert.HasCount(2, _clients["a"]);
        Assert.HasCount(1, _clients["b"]);
        Assert.HasCount(1, _clients["c"]);
        Patience.Until(() => _clients["b"][0].IsDisposed && _clients["a"][0].IsDisposed, "what was replaced and removed is closed");
        Assert.IsFalse(_clients["c"][0].IsDisposed);
    }

    [TestMethod]
    public void Edit_ThatLeavesTheLinkAlone_KeepsTheClient()
    {
        _config.Add(Printer("a"));
        _configured.Start();

        _config.Update("a", new Hashtable { ["name"] = "Left", ["read_only"] = true });

        Assert.AreEqual("Left", _manager.Config("a")!.Name);
        Assert.IsTrue(_manager.Config("a")!.ReadOnly);
        Assert.HasCount(1, _clients["a"]);
        Assert.IsFalse(_clients["a"][0].IsDisposed);
    }

    [TestMethod]
    public void Import_OneOfThreeDiffers_TheOthersKeepTheirClients()
    {
        _config.Add(Printer("a"));
        _config.Add(Printer("b"));
        _configured.Start();

        _config.Import("""
            {"version":1,"printers":[
            {"id":"a","type":"octoprint","url":"http://127.0.0.1:1","note":"a key this version does not know"},
            {"id":"b","type":"moonraker","url":"http://127.0.0.1:1"},
            {"id":"c","type":"octoprint","url":"http://127.0.0.1:1"}]}
            """u8.ToArray());

        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, _manager.Ids());
        Assert.HasCount(1, _clients["a"]);
        Assert.HasCount(2, _clients["b"]);
    }

    [TestMethod]
    public void Start_TypeThatTheBuildLacks_IsKeptWithItsError()
    {
        _unsupported = PrinterTypes.Moonraker;
        _config.Add(Printer("a"));
        _config.Add(Printer("m", PrinterTypes.Moonraker));
        _configured.Start();

        Assert.AreEqual("this build does not speak moonraker yet", _manager.Snapshot("m")!.Refusal!.Message);
        Assert.AreEqual("a m", string.Join(' ', _manager.Snapshot().Select(p => p.Config.Id)));
        Assert.IsNull(_manager.Snapshot("a")?.Refusal);

        _config.Update("m", new Hashtable { ["type"] = PrinterTypes.OctoPrint });

        Assert.IsNull(_manager.Snapshot("m")?.Refusal);
        CollectionAssert.AreEqual(new[] { "a", "m" }, _manager.Ids());
    }

    [TestMethod]
    public void Edit_IntoATypeThatTheBuildLacks_EndsWhatRan()
    {
        _unsupported = PrinterTypes.Moonraker;
        _config.Add(Printer("a"));
        _configured.Start();

        _config.Update("a", new Hashtable { ["type"] = PrinterTypes.Moonraker });

        Assert.AreEqual(ErrorCode.NotSupported, _manager.Snapshot("a")!.Refusal!.Code);
        Assert.IsEmpty(_manager.Ids());
        _config.Remove("a");
        Assert.IsNull(_manager.Snapshot("a")?.Refusal);
    }

    [TestMethod]
    public void Start_ClientThatCannotBeMade_LeavesTheOthersRunning()
    {
        _prepare = client => throw new InvalidOperationException("broken");
        _config.Add(Printer("a"));
        _configured.Start();
        _prepare = _ => { };
        _config.Add(Printer("b"));

        Assert.AreEqual(ErrorCode.Internal, _manager.Snapshot("a")!.Refusal!.Code);
        CollectionAssert.AreEqual(new[] { "b" }, _manager.Ids());
    }

    [TestMethod]
    public void Remove_PrinterThatHangs_BlocksTheEditorUnderASecond()
    {
        using ManualResetEvent gate = new(false);
        _prepare = client => client.PollGate = gate;
        _config.Add(Printer("a"));
        _configured.Start();
        Patience.Until(() => _clients["a"][0].IsHanging, "the client hangs in its poll");

        FairWatch watch = FairWatch.StartNew();
        _config.Remove("a");

        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        Assert.IsFalse(_clients["a"][0].IsDisposed, "it still hangs");
        gate.Set();
        Assert.IsEmpty(_manager.Ids());
    }

    /// <summary>Each hangs in its connect until the import is over.</summary>
    [TestMethod]
    public void Import_TwoHundredPrintersThatHang_WaitsForNone()
    {
        using ManualResetEvent gate = new(false);
        _prepare = client => client.ConnectGate = gate;
        _configured.Start();
        string entries = string.Join(',', Enumerable.Range(1, 200).Select(i => $$"""{"id":"p-{{i}}","type":"octoprint","url":"http://127.0.0.1:{{i}}"}"""));

        FairWatch watch = FairWatch.StartNew();
        _config.Import(System.Text.Encoding.UTF8.GetBytes("""{"printers":[""" + entries + "]}"));
        long tookMs = watch.ElapsedMilliseconds;
        gate.Set();
        Console.WriteLine($"took {tookMs} ms");

        Assert.HasCount(200, _manager.Ids());
        Assert.IsLessThan(Patience.AtOnceMs, tookMs);
        _configured.Dispose();
        _manager.Dispose();
    }

    [TestMethod]
    public void Edits_AfterDispose_AreNotTakenUp()
    {
        _config.Add(Printer("a"));
        _configured.Start();
        _configured.Dispose();

        _config.Add(Printer("b"));

        CollectionAssert.AreEqual(new[] { "a" }, _manager.Ids());
    }

    [TestMethod]
    public void Edits_FromManyThreads_EndWithEveryPrinter()
    {
        _configured.Start();
        Thread[] editors = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                _config.Add(Printer($"p-{t}-{i}"));
                if (i % 2 == 1)
                {
                    _config.Remove($"p-{t}-{i}");
                }
            }
        })).ToArray();
        Array.ForEach(editors, e => e.Start());
        Array.ForEach(editors, e => e.Join());

        // The last of them may still be at telling for another when that one is back already; here all are back.
        CollectionAssert.AreEquivalent(_config.Printers.Select(p => p.Id).ToArray(), _manager.Ids());
        Assert.HasCount(20, _manager.Ids());
    }

    private static Hashtable Printer(string id, string type = PrinterTypes.OctoPrint) =>
        new() { ["id"] = id, ["type"] = type, ["url"] = "http://127.0.0.1:1" };

    private ScriptedClient NewClient(PrinterConfig printer)
    {
        if (printer.Type == _unsupported)
        {
            throw new HubException(ErrorCode.NotSupported, "this build does not speak " + printer.Type + " yet");
        }

        ScriptedClient client = new();
        _prepare(client);
        lock (_clients)
        {
            if (!_clients.TryGetValue(printer.Id, out List<ScriptedClient>? made))
            {
                _clients[printer.Id] = made = [];
            }

            made.Add(client);
        }

        return client;
    }
}
