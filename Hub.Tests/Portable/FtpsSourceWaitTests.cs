using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Uploads over FTPS whose source must be waited for, on a clock that is driven.</summary>
[TestClass]
public class FtpsSourceWaitTests
{
    private const int Length = 40000;
    private const string Stor = "STOR a.gcode";
    private const string Waited = "; the upload had been waiting for more of the file for 12 s";

    private ScriptedHal _hal = new ScriptedHal();
    private DripSource _source = new DripSource(new ManualClock(), 0);
    private ScriptedStream _data = new ScriptedStream(new ManualClock());

    [TestInitialize]
    public void Begin()
    {
        _hal = new ScriptedHal();
        _hal.Net.CanReuseTlsSession = true;
        _source = new DripSource(_hal.Time, Length);
    }

    [TestMethod]
    public void Upload_SourceThatDrips_IsStoredWhole()
    {
        // An hour of pauses: they are not the printer's time, which has a limit.
        for (int i = 0; i < 72; i++)
        {
            _source.Gives(500).Pauses(50000);
        }

        _source.Gives(Length - (72 * 500)).Pauses(50000);
        FtpScript script = NewScript();
        script.Control.Pauses(73 * 50000 + 2000);
        script.Then("226 Done").On("SIZE a.gcode", "213 40000").Quit();
        Assert.AreEqual("", ErrorOf(CancellationToken.None));
        byte[] sent = _data.WrittenBytes();
        Assert.AreEqual(Length, sent.Length);
        for (int i = 0; i < Length; i++)
        {
            Assert.IsTrue(sent[i] == PatternSource.At(i), "differs at " + i.ToString());
        }

        Assert.AreEqual(ByteChannel.SliceMs, _source.LongestWaitMs);
    }

    [TestMethod]
    public void Upload_SourceFallsSilent_FailsAfterAMinuteAndDeletesThePart()
    {
        int[] given = { 0, 10, Length };
        for (int i = 0; i < given.Length; i++)
        {
            Begin();
            _source.Pauses(20000).Gives(given[i]).Pauses(int.MaxValue);
            FtpScript script = NewScript();
            script.Control.Pauses(100000);
            script.Then("426 Failure reading network stream.").On("DELE a.gcode", "250 Gone").Quit();
            long beginMs = _hal.Time.NowMs;
            string error = ErrorOf(CancellationToken.None);
            Assert.IsTrue(error.StartsWith("source_failed: no more of the file came for 60 s: send it again"), error);
            Assert.IsTrue(_hal.Time.NowMs >= beginMs + 60000 && _hal.Time.NowMs < beginMs + 110000, _hal.Time.NowMs.ToString());
        }
    }

    [TestMethod]
    public void Upload_RefusedWhileTheSourceIsSilent_IsSeenAndSaysWhatWasWaitedFor()
    {
        _source.Gives(10).Pauses(int.MaxValue);
        FtpScript script = NewScript();
        script.Control.Pauses(12000);
        script.Then("452 Full").On("DELE a.gcode", "250 Gone").Quit();
        string error = ErrorOf(CancellationToken.None);
        Assert.AreEqual("storage_full: printer.local:990 has no room for the file (452 Full): delete files on its memory card" + Waited, error);
        Assert.IsTrue(_hal.Time.NowMs < 15000, _hal.Time.NowMs.ToString());
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_ControlEndsWhileTheSourceIsSilent_SaysWhatWasWaitedFor()
    {
        _source.Gives(10).Pauses(int.MaxValue);
        FtpScript script = NewScript();
        script.Control.Pauses(12000).Ends();
        string error = ErrorOf(CancellationToken.None);
        Assert.IsTrue(error.StartsWith("connection_lost: printer.local:990 closed the connection" + Waited), error);
    }

    [TestMethod]
    public void Upload_CancelledWhileTheSourceIsSilent_EndsWithinASliceAndDeletesThePart()
    {
        _source.Gives(10).Pauses(int.MaxValue);
        FtpScript script = NewScript();
        script.Control.Pauses(5730);
        script.Then("426 Aborted").On("DELE a.gcode", "250 Gone").Quit();
        CancellationTokenSource cancel = new CancellationTokenSource();
        _hal.Time.CancelAfter(5700, cancel);
        Assert.AreEqual("cancelled: the transfer with printer.local:990 was cancelled", ErrorOf(cancel.Token));
        Assert.IsTrue(_hal.Time.NowMs < 7000, _hal.Time.NowMs.ToString());
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        cancel.Dispose();
    }

    private FtpScript NewScript() => new FtpScript(_hal).Passive("P", out _data).On(Stor, "150 Ok");

    private string ErrorOf(CancellationToken cancel)
    {
        TlsOptions tls = new TlsOptions();
        FtpsOptions options = new FtpsOptions("printer.local", 990, "bblp", new Secret("FAKECODE"), tls);
        string result = "";
        try
        {
            new FtpsClient(_hal, options).Upload("a.gcode", _source, null, cancel);
        }
        catch (HubException error)
        {
            result = ErrorCodes.Name(error.Code) + ": " + error.Message;
        }

        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.AreEqual(0, _hal.Net.OpenSockets);
        return result;
    }
}
