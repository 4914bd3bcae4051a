using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class FileNvsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Write_Done_LeavesTwoSlotFiles()
    {
        Open().Write("config", "cloud.json", [1, 2]);
        NvsSlot first = NvsSlot.Decode(File.ReadAllBytes(Slot("cloud.json_0")))!;
        NvsSlot second = NvsSlot.Decode(File.ReadAllBytes(Slot("cloud.json_1")))!;
        CollectionAssert.AreEqual(first.Value, second.Value);
        Assert.AreEqual(first.Sequence + 1, second.Sequence);
    }

    [TestMethod]
    public void Write_ShorterThanBefore_CutsTheFile()
    {
        Open().Write("config", "a", new byte[100]);
        Open().Write("config", "a", [1]);
        Assert.AreEqual(25, new FileInfo(Slot("a_0")).Length);
    }

    [TestMethod]
    public void Write_OnUnix_FilesAreTheOwnersAlone()
    {
        Open().Write("config", "a", [1]);
        if (OperatingSystem.IsWindows())
        {
            // Windows has no modes: the rights are those of the data folder.
            Assert.IsTrue(File.Exists(Slot("a_0")));
            return;
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.AreEqual(Owner, File.GetUnixFileMode(Slot("a_0")));
        Assert.AreEqual(Owner, File.GetUnixFileMode(Path.Combine(_folder.Path, "nvs", "lock")));
        Assert.AreEqual(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder.Path, "nvs", "config_")));
        Assert.AreEqual(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder.Path, "nvs")));
    }

    [TestMethod]
    public void Read_SlotFileCutAtEveryByte_OldOrNew()
    {
        Open().Write("config", "a", [1, 1, 1]);
        Open().Write("config", "a", [2, 2, 2]);
        string newest = Slot("a_0");
        byte[] whole = File.ReadAllBytes(newest);
        for (int size = 0; size <= whole.Length; size++)
        {
            File.WriteAllBytes(newest, whole[..size]);
            byte expected = (byte)(size == whole.Length ? 2 : 1);
            CollectionAssert.AreEqual(new[] { expected, expected, expected }, Open().Read("config", "a"), $"{size} bytes");
        }
    }

    [TestMethod]
    public void Read_FirstWriteCutAtEveryByte_AbsentOrNew()
    {
        Open().Write("config", "a", [1]);
        File.Delete(Slot("a_1"));
        byte[] whole = File.ReadAllBytes(Slot("a_0"));
        for (int size = 0; size < whole.Length; size++)
        {
            File.WriteAllBytes(Slot("a_0"), whole[..size]);
            FileNvs nvs = Open();
            Assert.IsNull(nvs.Read("config", "a"), $"{size} bytes");
            Assert.IsTrue(nvs.IsHealthy);
        }
    }

    [TestMethod]
    public void Read_BothSlotFilesGarbage_FailsAndIsUnhealthy()
    {
        Open().Write("config", "a", [1]);
        File.WriteAllText(Slot("a_0"), "garbage");
        File.WriteAllBytes(Slot("a_1"), new byte[5000]);
        FileNvs nvs = Open();
        HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Read("config", "a"));
        Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
        StringAssert.Contains(error.Message, "config/a");
        Assert.IsFalse(nvs.IsHealthy);
    }

    [TestMethod]
    public void Keys_ForeignFiles_AreIgnored()
    {
        Open().Write("config", "a", [1]);
        File.WriteAllText(Slot("notes.txt"), "mine");
        File.WriteAllText(Slot("half_0"), "garbage");
        CollectionAssert.AreEqual(new[] { "a" }, Open().Keys("config"));
    }

    [TestMethod]
    public void AnyCall_DataFolderIsAFile_FailsClearly()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "mine");
        var nvs = new FileNvs(file);
        HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Write("config", "a", [1]));
        Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
        StringAssert.Contains(error.Message, file);
        Assert.IsFalse(nvs.IsHealthy);
        Assert.AreEqual("mine", File.ReadAllText(file));
    }

    [TestMethod]
    public void Write_SlotCannotBeWritten_FailsAndOldValueStays()
    {
        FileNvs nvs = Open();
        nvs.Write("config", "a", [1]);
        File.Delete(Slot("a_0"));
        Directory.CreateDirectory(Slot("a_0"));
        HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Write("config", "a", [2]));
        Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
        Assert.IsFalse(nvs.IsHealthy);
        Directory.Delete(Slot("a_0"));
        CollectionAssert.AreEqual(new byte[] { 1 }, Open().Read("config", "a"));
    }

    [TestMethod]
    public void Write_LockedByAnother_FailsInTimeAndReadsGoOn()
    {
        Open().Write("config", "a", [1]);
        var nvs = new FileNvs(_folder.Path, lockTimeoutMs: 200);
        using (new FileStream(Path.Combine(_folder.Path, "nvs", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            FairWatch watch = FairWatch.StartNew();
            HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Write("config", "a", [2]));
            Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
            StringAssert.Contains(error.Message, "locked");
            Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
            CollectionAssert.AreEqual(new byte[] { 1 }, nvs.Read("config", "a"));
        }

        nvs.Write("config", "a", [2]);
        Assert.IsTrue(nvs.IsHealthy);
    }

    [TestMethod]
    public void Write_FromTwoInstancesAtOnce_NoneIsLost()
    {
        Thread[] threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            FileNvs nvs = Open();
            for (int i = 0; i < 50; i++)
            {
                nvs.Write("config", "a", new byte[i]);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        // The first write takes two sequence numbers, every further one a single one.
        NvsSlot first = NvsSlot.Decode(File.ReadAllBytes(Slot("a_0")))!;
        NvsSlot second = NvsSlot.Decode(File.ReadAllBytes(Slot("a_1")))!;
        Assert.AreEqual(101, Math.Max(first.Sequence, second.Sequence));
    }

    private FileNvs Open() => new(_folder.Path);

    private string Slot(string name) => Path.Combine(_folder.Path, "nvs", "config_", name);
}
