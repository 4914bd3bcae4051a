using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>After a factory reset nothing is left but who the device is.</summary>
[TestClass]
public sealed class FactoryResetTests : ILogSink, IConfigListener
{
    private readonly MemoryNvs _nvs = new();
    private readonly List<string> _told = [];

    [TestMethod]
    public void Run_EverythingSetUp_IsForgottenButTheDeviceId()
    {
        ConfigManager config = SetUp();

        FactoryReset reset = new(_nvs, config);
        reset.Run();

        Assert.IsEmpty(reset.Failed);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "config/printers.json", "config/printers.json.good", "config/cloud.json", "config/cloud.json.good", "config/wifi.json", "config/wifi.json.good",
                "config/left-over", "trust/01p00a",
            },
            reset.Deleted);
        Assert.IsEmpty(config.Printers);
        Assert.IsNull(config.Cloud);
        Assert.IsNull(config.Wifi);
        CollectionAssert.AreEquivalent(new[] { "printers.json", "cloud.json", "wifi.json" }, _told);
        Assert.AreEqual("id", Encoding.UTF8.GetString(_nvs.Read("system", "device-id")!));
        Assert.IsNull(new TrustStore(_nvs, Mock.Of<IHash>()).Find("01P00A"));
    }

    [TestMethod]
    public void Run_Again_FindsNothing()
    {
        ConfigManager config = SetUp();
        FactoryReset reset = new(_nvs, config);
        reset.Run();
        _told.Clear();

        reset.Run();

        Assert.IsEmpty(reset.Deleted);
        Assert.IsEmpty(reset.Failed);
        Assert.IsEmpty(_told);
    }

    [TestMethod]
    public void Run_ThenAdd_StartsAnew()
    {
        ConfigManager config = SetUp();
        new FactoryReset(_nvs, config).Run();

        config.Add(Entry(ConfigTestBed.Bambu));

        Assert.AreEqual("bambu-1", config.Printers.Single().Id);
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("""{"version":9}""")]
    public void Run_ConfigurationThatCannotBeRead_IsForgottenToo(string document)
    {
        _nvs.Write("config", "printers.json", Utf8(document));
        ConfigManager config = NewManager(_nvs);
        Assert.ThrowsExactly<HubException>(config.Load);

        FactoryReset reset = new(_nvs, config);
        reset.Run();

        CollectionAssert.AreEqual(new[] { "config/printers.json" }, reset.Deleted);
        Assert.IsEmpty(reset.Failed);
        config.Load();
        Assert.IsEmpty(config.Printers);
    }

    [TestMethod]
    public void Run_OneKeyCannotBeDeleted_DeletesTheRestAndSaysWhichNot()
    {
        SetUp();
        Mock<INvs> nvs = new();
        nvs.Setup(n => n.Keys(It.IsAny<string>())).Returns((string ns) => _nvs.Keys(ns));
        nvs.Setup(n => n.Read(It.IsAny<string>(), It.IsAny<string>())).Returns((string ns, string key) => _nvs.Read(ns, key));
        nvs.Setup(n => n.Delete(It.IsAny<string>(), It.IsAny<string>())).Callback((string ns, string key) => Delete(ns, key));
        ConfigManager config = NewManager(nvs.Object);
        config.Load();

        FactoryReset reset = new(nvs.Object, config);
        reset.Run();

        CollectionAssert.AreEqual(new[] { "config/wifi.json: the disk is read-only" }, reset.Failed);
        Assert.HasCount(7, reset.Deleted);
        Assert.IsEmpty(config.Printers);
        Assert.IsNotNull(config.Wifi, "what is stored is in force");
    }

    [TestMethod]
    public void Run_DamagedValues_AreForgottenToo()
    {
        Tests.Hal.CuttableFiles files = new();
        SlotNvs slots = new(files);
        slots.Write("trust", "01p00a", [1]);
        files.Damage("trust_/01p00a_0");
        files.Damage("trust_/01p00a_1");

        FactoryReset reset = new(slots, NewManager(slots));
        reset.Run();

        CollectionAssert.AreEqual(new[] { "trust/01p00a" }, reset.Deleted);
        Assert.IsEmpty(files.Names);
    }

    [TestMethod]
    public void Forgotten_EveryNamespaceOfTheHub_IsInItButTheDevices()
    {
        string[] all = [.. typeof(NvsNamespaces).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

        CollectionAssert.AreEquivalent(all.Except([NvsNamespaces.System]).ToArray(), NvsNamespaces.Forgotten());
    }

    void ILogSink.Write(long timeMs, LogLevel level, string area, string message)
    {
        // What is logged is of no interest here.
    }

    void IConfigListener.ConfigChanged(string documentKey) => _told.Add(documentKey);

    private ConfigManager SetUp()
    {
        ConfigManager config = NewManager(_nvs);
        config.Load();
        config.Add(Entry(ConfigTestBed.OctoPrint));
        config.SetCloud(Entry("""{"url":"wss://cloud.example"}"""));
        config.SetWifi(Entry("""{"ssid":"farm"}"""));
        config.Listen(this);
        _nvs.Write("config", "left-over", [1]);
        _nvs.Write("trust", "01p00a", Utf8(new string('a', 64)));
        _nvs.Write("system", "device-id", Utf8("id"));
        return config;
    }

    private void Delete(string ns, string key)
    {
        if (key == "wifi.json")
        {
            throw new HubException(ErrorCode.StorageFailed, "the disk is read-only");
        }

        _nvs.Delete(ns, key);
    }

    private ConfigManager NewManager(INvs nvs) => new(nvs, new SystemTextJsonDocuments(), new Log(this, Mock.Of<IClock>(), LogLevel.Error));
}
