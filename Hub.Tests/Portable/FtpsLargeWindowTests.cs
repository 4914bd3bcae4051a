using System.Threading;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A file that is sent over FTPS through a large buffer.</summary>
[TestClass]
public class FtpsLargeWindowTests
{
    private const int Length = 100000;
    private const int LargeBytes = 64 * 1024;

    [TestMethod]
    public void Upload_File_GoesThroughALargeBufferAndProgressFollowsEachWrite()
    {
        ScriptedHal hal = new ScriptedHal(16 * 1024, LargeBytes);
        hal.Net.CanReuseTlsSession = true;
        PatternSource source = new PatternSource(Length);
        RecordedProgress progress = new RecordedProgress();
        FtpScript script = new FtpScript(hal).Passive("P", out ScriptedStream data).On("STOR a.gcode", "150 Ok");
        data.TakesAtMost(5000);
        script.Then("226 Done").On("SIZE a.gcode", "213 100000").Quit();
        FtpsOptions options = new FtpsOptions("printer.local", 990, "bblp", new Secret("FAKECODE"), new TlsOptions());
        new FtpsClient(hal, options).Upload("a.gcode", source, progress, CancellationToken.None);
        byte[] sent = data.WrittenBytes();
        Assert.AreEqual(Length, sent.Length);
        for (int i = 0; i < Length; i++)
        {
            Assert.IsTrue(sent[i] == PatternSource.At(i), "differs at " + i.ToString());
        }

        Assert.AreEqual(LargeBytes, source.LargestRead);
        Assert.IsTrue(progress.Reports >= Length / 5000 && !progress.WentWrong, progress.Reports.ToString());
        Assert.AreEqual(0, hal.Pool.Rented);
    }
}
