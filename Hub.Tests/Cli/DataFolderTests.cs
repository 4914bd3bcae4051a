using System;
using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class DataFolderTests
{
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
            Assert.ThrowsExactly<CliException>(() => DataFolder.LockForRun(bed.Folder));
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

        CliException e = Assert.ThrowsExactly<CliException>(() => DataFolder.LockForRun(bed.PathOf("file")));

        StringAssert.StartsWith(e.Message, "cannot use the data folder ");
    }

    [TestMethod]
    public void Default_ThisPlatform_IsBelowTheUsersOwnFolders()
    {
        string folder = DataFolder.Default();

        Assert.IsTrue(Path.IsPathRooted(folder), folder);
        Assert.AreEqual("print-farm-hub", Path.GetFileName(folder));
    }
}
