using System;
using System.Collections;
using System.IO;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;
using Hub.Hal.Desktop;
using Hub.Tests.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>Storage that fails, cuts writes short, or refuses them: the old document stays in force.</summary>
[TestClass]
public sealed class StorageFaultTests : ILogSink
{
    private string _log = "";

    [TestMethod]
    public void Edit_PowerCutAtEveryByte_LeavesTheOldOrTheNewDocument()
    {
        CuttableFiles before = new();
        ConfigManager first = Loaded(new SlotNvs(before));
        first.Add(Entry(ConfigTestBed.OctoPrint));
        first.Add(Entry(ConfigTestBed.Bambu));
        int old = 0;
        int cuts = 0;
        bool isCut = true;
        for (; isCut; cuts++)
        {
            CuttableFiles files = before.Copy();
            ConfigManager config = Loaded(new SlotNvs(files));
            files.BytesLeft = cuts;
            isCut = !Succeeds(() => config.Remove("octo-1")) || files.BytesLeft == 0;
            files.BytesLeft = int.MaxValue;

            ConfigManager after = Loaded(new SlotNvs(files));
            Assert.IsEmpty(after.Warnings, $"cut after {cuts} bytes");
            string ids = string.Join(' ', after.Printers.Select(p => p.Id));
            Assert.IsTrue(ids is "octo-1 bambu-1" or "bambu-1", $"cut after {cuts} bytes: {ids}");
            Assert.AreEqual(ids, string.Join(' ', config.Printers.Select(p => p.Id)), $"cut after {cuts} bytes: what was in force is what is stored");
            old += ids == "bambu-1" ? 0 : 1;
            after.Update("bambu-1", new Hashtable { ["name"] = "Left" });
        }

        Assert.IsGreaterThan(100, old);
        Assert.IsGreaterThan(100, cuts - old);
    }

    [TestMethod]
    public void Edit_FullDisk_SaysSoAndTheOldDocumentStays()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Only Linux has a file that is always full; there the message comes from the system.
            Assert.IsFalse(File.Exists("/dev/full"));
            return;
        }

        using TempFolder folder = new();
        string root = Path.Combine(folder.Path, "nvs");
        FullDisk disk = new(new RealDisk(folder.Path));
        ConfigManager config = Loaded(new SlotNvs(new NvsFolder(root, disk)));
        config.Add(Entry(ConfigTestBed.OctoPrint));
        string slots = Path.Combine(root, "config_", "printers.json_");
        disk.IsFull = true;

        HubException error = Assert.ThrowsExactly<HubException>(() => config.Add(Entry(ConfigTestBed.Bambu)));

        Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
        StringAssert.StartsWith(error.Message, $"cannot write '{slots}");
        StringAssert.EndsWith(error.Message, ": the disk is full");
        Assert.HasCount(1, config.Printers);
        Assert.AreEqual("octo-1", Loaded(new FileNvs(folder.Path)).Printers.Single().Id);
    }

    [TestMethod]
    [DataRow("cannot write 'x': the file system is read-only")]
    [DataRow("cannot write 'x': access denied; check the owner and the rights of the data folder")]
    public void Edits_ReadOnlyFolder_SaySoAndTheOldDocumentStays(string reason)
    {
        CuttableFiles good = new();
        Loaded(new SlotNvs(good)).Add(Entry(ConfigTestBed.OctoPrint));
        Mock<INvsFiles> files = new();
        files.Setup(f => f.Read(It.IsAny<string>(), It.IsAny<string>())).Returns((string folder, string name) => good.Read(folder, name));
        files.Setup(f => f.Write(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<byte[]>())).Throws(() => new HubException(ErrorCode.StorageFailed, reason));
        ConfigManager config = Loaded(new SlotNvs(files.Object));

        Action[] edits =
        [
            () => config.Add(Entry(ConfigTestBed.Bambu)), () => config.Remove("octo-1"), () => config.Update("octo-1", new Hashtable { ["name"] = "Left" }),
            () => config.Import(Utf8(Document(ConfigTestBed.Bambu))), () => config.SetWifi(Entry("""{"ssid":"farm"}""")),
        ];

        foreach (Action edit in edits)
        {
            HubException error = Assert.ThrowsExactly<HubException>(edit);
            Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
            Assert.AreEqual(reason, error.Message);
        }

        Assert.AreEqual("octo-1", config.Printers.Single().Name);
        Assert.IsNull(config.Wifi);
    }

    [TestMethod]
    public void Load_BothFilesHalfWritten_LastGoodCopyIsInForceAndTheyAreKept()
    {
        using TempFolder folder = new();
        ConfigManager config = Loaded(new FileNvs(folder.Path));
        config.Add(Entry(ConfigTestBed.OctoPrint));
        string slots = Path.Combine(folder.Path, "nvs", "config_", "printers.json_");
        byte[] a = Halve(slots + "0");
        byte[] b = Halve(slots + "1");
        _log = "";

        ConfigManager again = Loaded(new FileNvs(folder.Path));
        Assert.AreEqual("octo-1", again.Printers.Single().Id);
        StringAssert.StartsWith(_log, "Error the stored printers.json is damaged (the stored value 'config/printers.json' is damaged");
        again.Add(Entry(ConfigTestBed.Bambu));

        CollectionAssert.AreEqual(a.Concat(b).ToArray(), new FileNvs(folder.Path).Read("config", "printers.json.bad"));
        Assert.HasCount(2, Loaded(new FileNvs(folder.Path)).Printers);
    }

    void ILogSink.Write(long timeMs, LogLevel level, string area, string message) => _log += level + " " + message + "\n";

    private static byte[] Halve(string path)
    {
        byte[] half = File.ReadAllBytes(path)[..^30];
        File.WriteAllBytes(path, half);
        return half;
    }

    private static bool Succeeds(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }

    private ConfigManager Loaded(INvs nvs)
    {
        ConfigManager config = new(nvs, new SystemTextJsonDocuments(), new Log(this, Mock.Of<IClock>(), LogLevel.Error));
        config.Load();
        return config;
    }
}
