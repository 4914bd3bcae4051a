using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class DataFolderTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Run_FolderInUse_SaysSoAndFails()
    {
        using CliTestBed bed = new();
        using IDisposable held = DataFolder.LockForRun(bed.Folder);

        int exitCode = await bed.RunAsync("run", "--for", "5");

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.StartsWith(bed.Error, "another hub runs on ");
        Assert.HasCount(1, bed.Error.TrimEnd().Split('\n'));
    }

    [TestMethod]
    public void LockForRun_AfterRelease_CanBeHadAgain()
    {
        using CliTestBed bed = new();
        Assert.IsFalse(DataFolder.IsRunning(bed.Folder));

        using (DataFolder.LockForRun(bed.Folder))
        {
            Assert.IsTrue(DataFolder.IsRunning(bed.Folder));
            Assert.ThrowsExactly<VerbException>(() => DataFolder.LockForRun(bed.Folder));
        }

        Assert.IsFalse(DataFolder.IsRunning(bed.Folder));
        DataFolder.LockForRun(bed.Folder).Dispose();
    }

    [TestMethod]
    public async Task Verb_FolderHeldByAHubThatDoesNotAnswer_SaysSoAndLeavesIt()
    {
        using CliTestBed bed = new();
        using IDisposable held = DataFolder.LockForRun(bed.Folder);

        int exitCode = await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://h", "--no-key");

        Assert.AreEqual(ExitCodes.Unreachable, exitCode, bed.Error);
        StringAssert.Contains(bed.Error, "does not answer");
    }

    [TestMethod]
    public void LockForRun_FolderIsAFile_SaysSo()
    {
        using CliTestBed bed = new();
        File.WriteAllText(bed.PathOf("file"), "");

        VerbException e = Assert.ThrowsExactly<VerbException>(() => DataFolder.LockForRun(bed.PathOf("file")));

        StringAssert.StartsWith(e.Message, "cannot use the data folder ");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("edit.lock")]
    [DataRow("nvs/config_/printers.json_0")]
    public async Task Add_PipeInTheFolder_IsRefusedAndDoesNotHang(string pipe)
    {
        using CliTestBed bed = new();
        Directory.CreateDirectory(Path.GetDirectoryName(bed.PathOf(pipe))!);
        using (Process make = Process.Start("mkfifo", bed.PathOf(pipe)))
        {
            await make.WaitForExitAsync(TestContext.CancellationToken);
        }

        int exitCode = await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://h", "--api-key", "fake-key-1");

        Assert.AreEqual(ExitCodes.Failed, exitCode, bed.Error);
        StringAssert.Contains(bed.Error, "is a pipe or a device");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("edit.lock")]
    [DataRow("nvs")]
    [DataRow("nvs/config_")]
    [DataRow("nvs/config_/printers.json_0")]
    public async Task Add_LinkInTheFolder_IsRefusedAndNothingIsWrittenThroughIt(string link)
    {
        using CliTestBed bed = new();
        using CliTestBed elsewhere = new();
        File.WriteAllText(elsewhere.PathOf("precious"), "precious");
        Directory.CreateDirectory(Path.GetDirectoryName(bed.PathOf(link))!);
        File.CreateSymbolicLink(bed.PathOf(link), elsewhere.PathOf(link.Contains('.', StringComparison.Ordinal) ? "precious" : ""));

        int exitCode = await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://h", "--api-key", "fake-key-1");

        Assert.AreEqual(ExitCodes.Failed, exitCode, bed.Error);
        StringAssert.Contains(bed.Error, "is a link");
        Assert.IsTrue(link.EndsWith("_0", StringComparison.Ordinal) || !bed.Error.TrimEnd().Contains('\n', StringComparison.Ordinal), bed.Error);
        Assert.AreEqual("precious", File.ReadAllText(elsewhere.PathOf("precious")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(elsewhere.Folder));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Add_FolderOfTheUserReachedThroughHisOwnLink_IsUsed()
    {
        using CliTestBed bed = new();
        string link = bed.PathOf("link");
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory(bed.PathOf("real")).FullName);

        using StringWriter error = new();
        int exitCode = await CliApp.RunAsync(["printers", "add", "--type", "octoprint", "--url", "http://h", "--no-key", "--data", link], TextWriter.Null, error, default);

        Assert.AreEqual(ExitCodes.Done, exitCode, error.ToString());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("")]
    [DataRow("nvs")]
    [DataRow("edit.lock")]
    public async Task Add_AnotherUsersFolder_IsRefused(string place)
    {
        if (Environment.UserName != "root")
        {
            Assert.Inconclusive("only root can give files away");
        }

        using CliTestBed bed = new();
        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("printers", "add", "--id", "a", "--type", "octoprint", "--url", "http://h", "--no-key"), bed.Error);
        using (Process give = Process.Start("chown", ["1234", bed.PathOf(place)]))
        {
            await give.WaitForExitAsync();
        }

        foreach (string[] verb in (string[][])[["printers", "list"], ["printers", "edit", "a", "--api-key", "fake-key-1"], ["run", "--for", "0.1"]])
        {
            // A list needs no lock.
            if (place != "edit.lock" || verb[1] != "list")
            {
                Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync(verb), string.Join(' ', verb));
                StringAssert.Contains(bed.Error, "belongs to another user");
            }
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Run_FolderIsDeleted_StopsAndSaysWhy(bool isReplaced)
    {
        using CliTestBed bed = new();
        Task<int> run = bed.RunAsync("run", "--no-discovery");
        Patience.Until(() => File.Exists(Hub.Simulator.Control.ControlSocket.PathIn(bed.Folder)), "the hub");

        Directory.Delete(bed.Folder, recursive: true);
        Directory.CreateDirectory(bed.Folder);
        using IDisposable? second = isReplaced ? DataFolder.LockForRun(bed.Folder) : null;

        Assert.AreEqual(ExitCodes.Failed, await run);
        StringAssert.Contains(bed.Error, "was deleted or replaced while the hub ran");
    }

    [TestMethod]
    public void Default_ThisPlatform_IsBelowTheUsersOwnFolders()
    {
        string folder = DataFolder.Default();

        Assert.IsTrue(Path.IsPathRooted(folder), folder);
        Assert.AreEqual("print-farm-hub", Path.GetFileName(folder));
    }
}
