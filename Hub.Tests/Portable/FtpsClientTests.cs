using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class FtpsClientTests
{
    private const int Length = 40000;
    private const string Stor = "STOR a.gcode";
    private const string Whole = "213 40000";
    private const string AskSize = "SIZE a.gcode";

    private ScriptedHal _hal = new ScriptedHal();
    private FtpsOptions _options = MakeOptions();
    private RecordedProgress _progress = new RecordedProgress();

    [TestInitialize]
    public void Begin()
    {
        _hal = new ScriptedHal();
        _hal.Net.CanReuseTlsSession = true;
        _options = MakeOptions();
        _progress = new RecordedProgress();
    }

    [TestMethod]
    public void Upload_Good_FollowsTheProtocolAndCloses()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok to send data.");
        script.Then("226 Transfer complete.").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);

        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        Assert.AreEqual("tcp printer.local 50000 10000", _hal.Net.LastDial, "data goes to the control connection's host");
        Assert.AreEqual(2, _hal.Net.TlsStarts);
        Assert.AreSame(_options.Tls, _hal.Net.LastTls, "the session is reused within one object");
        Assert.IsTrue(_hal.Net.LastTls!.ReusesSession);
        AssertSent(data, Length);
        Assert.AreEqual(Length, _progress.Last);
        Assert.IsFalse(_progress.WentWrong);
        AssertClosed();
    }

    [TestMethod]
    public void Upload_BeforeTheConfirmation_IsNotToldAsWhole()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("552 Full").On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.StorageFull, CancellationToken.None);
        Assert.AreEqual(Length - 1, _progress.Last);
    }

    [TestMethod]
    public void Upload_BeginIsSaidAfterTheHandshake_Works()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "");
        script.Control.Pauses(11000);
        script.Then("150 Ok").Then("226 Done").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.TlsStarts);
        AssertSent(data, Length);
    }

    [TestMethod]
    public void Upload_BeginIsSlow_TheHandshakeWaitsForIt()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "");
        script.Control.Pauses(9000);
        script.Then("150 Ok").Then("226 Done").On(AskSize, Whole).Quit();
        long begin = _hal.Time.NowMs;
        Upload(CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.TlsStarts);
        Assert.IsTrue(_hal.Net.LastTlsStartMs >= begin + 9000, "a printer hangs in a handshake that begins before its 150");
    }

    [TestMethod]
    public void Upload_RefusedBeforeItBegins_IsMappedAndDeletesNothing()
    {
        AssertRefused("421 Timeout.", ErrorCode.ServerError);
        AssertRefused("425 Failed to establish connection.", ErrorCode.TransferBusy);
        AssertRefused("425 Unable to build data connection: Operation not permitted", ErrorCode.TlsSessionRequired);
        AssertRefused("426 Failure reading network stream.", ErrorCode.ConnectionLost);
        AssertRefused("450 Busy", ErrorCode.ServerError);
        AssertRefused("451 Failure writing to local file.", ErrorCode.StorageFull);
        AssertRefused("452 No space", ErrorCode.StorageFull);
        AssertRefused("500 OOPS: child died", ErrorCode.Refused);
        AssertRefused("522 SSL connection failed: session reuse required", ErrorCode.TlsSessionRequired);
        AssertRefused("530 Please login", ErrorCode.AuthRejected);
        AssertRefused("550 Permission denied.", ErrorCode.Refused);
        AssertRefused("550 x: No such file or directory", ErrorCode.NotFound);
        AssertRefused("552 Quota exceeded", ErrorCode.StorageFull);
        AssertRefused("553 Could not create file.", ErrorCode.Refused);
        AssertRefused("226 What?", ErrorCode.BadResponse);
    }

    [TestMethod]
    public void Upload_NameThatCardsRefuse_SaysSo()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On("STOR a:b.gcode", "553 Could not create file.").Quit();
        try
        {
            new FtpsClient(_hal, _options).Upload("a:b.gcode", new PatternSource(1), null, CancellationToken.None);
            Assert.Fail("uploaded");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.BadFileName, (int)error.Code);
        }
    }

    [TestMethod]
    public void Upload_DataBreaks_TellsTheServersReasonAndDeletesThePart()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok").Then("552 Full");
        script.On("DELE a.gcode", "250 Gone").Quit();
        data.ResetsAfter(20000);
        HubException error = AssertFails(ErrorCode.StorageFull, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("may be left") < 0, error.Message);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_ControlLostAfterTheBegin_DeletesThePartOverANewOne()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("522 session reuse required").Control.Ends();
        FtpScript second = new FtpScript(_hal).Login().On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.TlsSessionRequired, CancellationToken.None);
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_PartCannotBeDeleted_SaysSo()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok").Control.Ends();
        data.ResetsAfter(20000);
        HubException error = AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("may be left") > 0, error.Message);
        AssertClosed();
    }

    [TestMethod]
    public void Upload_Aborted426ButWhole_Succeeds()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("426 Failure reading network stream.");
        script.On(AskSize, "213 " + Length.ToString()).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(Length, _progress.Last);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_Refused451ButWhole_Succeeds()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("451 Failure writing to local file.").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(Length, _progress.Last);
    }

    [TestMethod]
    public void Upload_Aborted426AndTooLong_FailsAndDeletesIt()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("426 Failure reading network stream.");
        script.On(AskSize, "213 40001").On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_FailureOfTheServerAndNoSize_RemovesNothingUnseen()
    {
        string[] failures = { "426 Failure reading network stream.", "425 No", "450 Busy", "451 Failure writing to local file." };
        string[] sizes = { "213 x", "213", "500 What?", "502 Not implemented.", "504 No", "550 Could not get file size." };
        for (int i = 0; i < failures.Length * sizes.Length; i++)
        {
            Begin();
            string failure = failures[i % failures.Length];
            string size = sizes[i / failures.Length];
            FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then(failure).On(AskSize, size).Quit();
            HubException error = Fails(new PatternSource(Length), CancellationToken.None);
            Assert.IsTrue(error.Message.IndexOf(failure.Substring(0, 3)) > 0, error.Message);
            Assert.AreEqual(size.Substring(0, 3) != "550", error.Message.IndexOf("the file may be complete on the printer") > 0, error.Message);
            Assert.AreEqual(script.Commands, script.Control.WrittenText(), failure + " " + size);
            AssertClosed();
        }
    }

    [TestMethod]
    public void Upload_NoRoom452_DeletesThePartWithoutAsking()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("452 Insufficient storage.").On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.StorageFull, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_ConfirmedButCut_FailsAndDeletesThePart()
    {
        string[] sizes = { "213 20000", "213 0", "213 40001" };
        for (int i = 0; i < sizes.Length; i++)
        {
            Begin();
            FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Transfer complete.");
            for (int second = 0; second <= 10; second++)
            {
                script.On(AskSize, sizes[i]);
            }

            script.On("DELE a.gcode", "250 Gone").Quit();
            HubException error = AssertFails(ErrorCode.StorageFull, CancellationToken.None);
            Assert.IsTrue(error.Message.IndexOf("stored " + sizes[i].Substring(4) + " of 40000 bytes") > 0, error.Message);
            Assert.IsTrue(error.Message.IndexOf("may be") < 0, error.Message);
            Assert.AreEqual(script.Commands, script.Control.WrittenText());
            Assert.AreEqual(Length - 1, _progress.Last, "a part is not reported as whole");
            AssertClosed();
        }
    }

    [TestMethod]
    public void Upload_ConfirmedAndTheDirectoryFollowsLate_IsWaitedFor()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Transfer complete.");
        script.On(AskSize, "550 Could not get file size.").On(AskSize, "550 Could not get file size.");
        for (int second = 0; second < 9; second++)
        {
            // The length of the file that had the name before.
            script.On(AskSize, "213 50000");
        }

        script.On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        Assert.AreEqual(Length, _progress.Last);
    }

    [TestMethod]
    public void Upload_ConfirmedAndNoSize_TrustsTheConfirmation()
    {
        string[] sizes = { "213 x", "500 What?", "502 Not implemented.", "226 Transfer complete." };
        for (int i = 0; i < sizes.Length; i++)
        {
            Begin();
            FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done").On(AskSize, sizes[i]).Quit();
            long begin = _hal.Time.NowMs;
            Upload(CancellationToken.None);
            Assert.AreEqual(script.Commands, script.Control.WrittenText(), sizes[i]);
            Assert.IsTrue(_hal.Time.NowMs - begin < 3000, sizes[i]);
        }

        // 550 says "no such file" as well as "no size of it".
        Begin();
        FtpScript absent = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done");
        for (int second = 0; second <= 3; second++)
        {
            absent.On(AskSize, "550 Could not get file size.");
        }

        absent.Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(absent.Commands, absent.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_ConfirmedAndSizeIsNeverAnswered_SucceedsWithoutAnotherLogin()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done");
        long begin = _hal.Time.NowMs;
        Upload(CancellationToken.None);
        long passed = _hal.Time.NowMs - begin;
        Assert.IsTrue(passed >= 5000 && passed < 8000, passed.ToString() + " ms");
        Assert.AreEqual(2, _hal.Net.Dials);
        AssertClosed();

        Begin();
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done").Control.Ends();
        Upload(CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.Dials);
        AssertClosed();
    }

    [TestMethod]
    public void Upload_ConfirmedButCutAndThenNoAnswer_FailsAndRemovesNothingUnseen()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done").On(AskSize, "213 20000").Control.Ends();
        FtpScript second = new FtpScript(_hal).Login().On("TYPE I", "200 ok").On(AskSize, "502 Not now.").Quit();
        HubException error = AssertFails(ErrorCode.StorageFull, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("stored 20000 of 40000 bytes") > 0 && error.Message.IndexOf("the file may be complete on the printer") > 0, error.Message);
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_CancelledWhileTheSizeIsAsked_DeletesThePart()
    {
        string[] ends = { "426 Failure reading network stream.", "226 Done" };
        for (int i = 0; i < ends.Length; i++)
        {
            Begin();
            FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then(ends[i]).On(AskSize, "213 20000");
            script.On("DELE a.gcode", "250 Gone").Quit();
            CancellationTokenSource cancel = new CancellationTokenSource();
            _hal.Time.CancelAfter(500, cancel);
            AssertFails(ErrorCode.Cancelled, cancel.Token);
            Assert.AreEqual(script.Commands, script.Control.WrittenText(), ends[i]);
            AssertClosed();
        }
    }

    [TestMethod]
    public void Upload_Aborted426AndTheSizeStandsStill_FailsAndDeletesThePart()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("426 Failure reading network stream.");
        for (int i = 0; i < 4; i++)
        {
            script.On(AskSize, "213 20000");
        }

        script.On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_Aborted426AndTheCardIsStillWritten_IsWaitedFor()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("426 Failure reading network stream.");
        for (int size = 5000; size < Length; size += 5000)
        {
            script.On(AskSize, "213 " + size.ToString());
        }

        script.On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_NoConfirmationButWhole_SucceedsAfterAMinute()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").On(AskSize, Whole).Quit();
        long begin = _hal.Time.NowMs;
        Upload(CancellationToken.None);
        long passed = _hal.Time.NowMs - begin;
        Assert.IsTrue(passed >= 60000 && passed < 63000, passed.ToString() + " ms");
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        Assert.AreEqual(Length, _progress.Last);
        AssertClosed();
    }

    [TestMethod]
    public void Upload_NoConfirmationAndCut_FailsAndDeletesThePart()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        for (int i = 0; i < 4; i++)
        {
            script.On(AskSize, "213 39999");
        }

        script.On("DELE a.gcode", "250 Gone").Quit();
        HubException error = AssertFails(ErrorCode.Timeout, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("may be") < 0, error.Message);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_ConfirmationComesAfterSizeWasAsked_Counts()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        script.On(AskSize, "226 Transfer complete.\r\n213 1").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());

        Begin();
        script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        script.On(AskSize, "226 Transfer complete.\r\n500 Unknown command.").Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_RefusalComesAfterSizeWasAsked_IsJudgedByTheSize()
    {
        FtpScript whole = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        whole.On(AskSize, "426 Failure reading network stream.\r\n" + Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(whole.Commands, whole.Control.WrittenText());

        Begin();
        FtpScript absent = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        absent.On(AskSize, "426 Failure reading network stream.\r\n550 No such file").Quit();
        AssertFails(ErrorCode.Timeout, CancellationToken.None);
        Assert.AreEqual(absent.Commands, absent.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_ControlEndsInsteadOfTheConfirmation_AsksOverANewConnection()
    {
        FtpScript first = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        first.Control.Ends();
        FtpScript second = new FtpScript(_hal).Login().On("TYPE I", "200 ok").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(first.Commands, first.Control.WrittenText());
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        AssertClosed();

        Begin();
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Control.Resets();
        FtpScript cut = new FtpScript(_hal).Login().On("TYPE I", "200 ok").On(AskSize, "550 No such file").Quit();
        HubException error = AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("may be") < 0, error.Message);
        Assert.AreEqual(cut.Commands, cut.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_ConnectionIsDeafAfterTheLastByte_AsksOverANewOne()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        FtpScript second = new FtpScript(_hal).Login().On("TYPE I", "200 ok").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_NoConfirmationAndNoSize_RemovesNothingUnseen()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").On(AskSize, "500 Unknown command.").Quit();
        HubException error = AssertFails(ErrorCode.Timeout, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("the file may be complete on the printer") > 0, error.Message);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());

        Begin();
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Control.Ends();
        FtpScript second = new FtpScript(_hal).On("USER bblp", "331 Password?").On("PASS FAKECODE", "421 Too many connections.");
        error = AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("the file may be complete on the printer") > 0, error.Message);
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_CancelledWhileTheConfirmationIsAwaited_DeletesTheFile()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        script.Control.Pauses(1000);
        script.Then("226 Done").On("DELE a.gcode", "250 Gone").Quit();
        CancellationTokenSource cancel = new CancellationTokenSource();
        _hal.Time.CancelAfter(500, cancel);
        AssertFails(ErrorCode.Cancelled, cancel.Token);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_PassiveModeIsNotKnown_AsksForTheExtendedOne()
    {
        FtpScript script = new FtpScript(_hal).Login().On("PBSZ 0", "200 ok").On("PROT P", "200 ok").On("TYPE I", "200 ok");
        script.On("PASV", "502 Not implemented.").On("EPSV", "229 Entering Extended Passive Mode (|||50001|)").On(Stor, "150 Ok").Then("226 Done").On(AskSize, Whole).Quit();
        ScriptedStream data = _hal.AddPeer();
        Upload(CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        Assert.AreEqual("tcp printer.local 50001 10000", _hal.Net.LastDial);
        AssertSent(data, Length);
    }

    [TestMethod]
    public void Upload_SlowConfirmation_IsWaitedFor()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok");
        script.Control.Pauses(59000);
        script.Then("226 Done").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
    }

    [TestMethod]
    public void Upload_ServerTakesNothing_TimesOutAndDeletesThePart()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok");
        script.Control.Pauses(60500);
        script.Then("426 Broken off").On("DELE a.gcode", "250 Gone").Quit();
        data.StallsAfter(20000);
        AssertFails(ErrorCode.Timeout, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_DripFed_EndsWithItsTotalTime()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok");
        data.TakesAtMost(1).TakesAfter(50);
        long begin = _hal.Time.NowMs;
        AssertFails(ErrorCode.Timeout, CancellationToken.None);
        long passed = _hal.Time.NowMs - begin;
        Assert.IsTrue(passed >= 600000 && passed < 612000, passed.ToString() + " ms");
        Assert.IsTrue(data.WrittenCount < Length);
    }

    [TestMethod]
    public void Upload_Cancelled_StopsWithin100MsAndDeletesThePart()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok");
        script.Control.Pauses(250);
        script.Then("426 Broken off").On("DELE a.gcode", "250 Gone").Quit();
        data.StallsAfter(20000);
        CancellationTokenSource cancel = new CancellationTokenSource();
        long begin = _hal.Time.NowMs;
        _hal.Time.CancelAfter(150, cancel);
        AssertFails(ErrorCode.Cancelled, cancel.Token);
        long passed = _hal.Time.NowMs - begin;
        Assert.IsTrue(passed <= 150 + 100 + 250, passed.ToString() + " ms");
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_CancelledBeforeTheAnswerToStor_DeletesOnlyWhatBegan()
    {
        FtpScript refused = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "");
        refused.Control.Pauses(500);
        refused.Then("553 No").Quit();
        CancellationTokenSource cancel = new CancellationTokenSource();
        _hal.Time.CancelAfter(50, cancel);
        AssertFails(ErrorCode.Cancelled, cancel.Token);
        Assert.AreEqual(refused.Commands, refused.Control.WrittenText());

        Begin();
        FtpScript begun = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "");
        begun.Control.Pauses(500);
        begun.Then("150 Ok\r\n426 Aborted").On("DELE a.gcode", "250 Gone").Quit();
        cancel = new CancellationTokenSource();
        _hal.Time.CancelAfter(50, cancel);
        AssertFails(ErrorCode.Cancelled, cancel.Token);
        Assert.AreEqual(begun.Commands, begun.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_CleanUpHangs_EndsInItsTime()
    {
        new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok");
        data.StallsAfter(0);
        CancellationTokenSource cancel = new CancellationTokenSource();
        long begin = _hal.Time.NowMs;
        _hal.Time.CancelAfter(150, cancel);
        AssertFails(ErrorCode.Cancelled, cancel.Token);
        long passed = _hal.Time.NowMs - begin;
        Assert.IsTrue(passed <= 250 + 5000 + 700, passed.ToString() + " ms");
        AssertClosed();
    }

    [TestMethod]
    public void Upload_NoAnswerToStor_DeletesNothingButDoesNotClaimThatNothingHappened()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "");
        script.Control.Ends();
        HubException error = AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("may be left") > 0, error.Message);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        AssertClosed();
    }

    [TestMethod]
    public void Upload_EndedEarlyWithSuccess_IsNoSuccess()
    {
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok").Then("226 Transfer complete.");
        script.On("DELE a.gcode", "250 Gone").Quit();
        data.StallsAfter(20000);
        AssertFails(ErrorCode.ConnectionLost, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
    }

    [TestMethod]
    public void Upload_FileGrowsOrEndsEarly_IsFoundOut()
    {
        for (int realLength = Length - 1; realLength <= Length + 1; realLength += 2)
        {
            Begin();
            FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("226 Done");
            script.On("DELE a.gcode", "250 Gone").Quit();
            HubException error = AssertFails(ErrorCode.SourceChanged, new PatternSource(Length, realLength, 5000), CancellationToken.None);
            Assert.AreEqual(script.Commands, script.Control.WrittenText(), error.Message);
        }
    }

    [TestMethod]
    public void Upload_HostileDataPort_DialsNothing()
    {
        new FtpScript(_hal).Login().On("PBSZ 0", "200 ok").On("PROT P", "200 ok").On("TYPE I", "200 ok").On("PASV", "227 Entering Passive Mode (127,0,0,1,0,22)").Quit();
        AssertFails(ErrorCode.BadResponse, CancellationToken.None);
        Assert.AreEqual(1, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_EncryptionHangsAndClearIsAllowed_GoesOnInClear()
    {
        _options.AllowClearData = true;
        _hal.Net.FailingTlsStart = 2;
        _hal.Net.TlsStartError = ErrorCode.Timeout;
        FtpScript first = new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("425 No").On("DELE a.gcode", "250 Gone");
        FtpScript second = new FtpScript(_hal).Passive("C", out ScriptedStream data).On(Stor, "150 Ok").Then("226 Done").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        Assert.AreEqual(first.Commands, first.Control.WrittenText());
        Assert.AreEqual(second.Commands, second.Control.WrittenText());
        Assert.AreEqual(3, _hal.Net.TlsStarts, "only the data connection is in clear");
        AssertSent(data, Length);
        AssertClosed();
    }

    [TestMethod]
    public void Upload_EncryptionHangsAndClearIsNotAllowed_Fails()
    {
        _hal.Net.FailingTlsStart = 2;
        _hal.Net.TlsStartError = ErrorCode.Timeout;
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").On("DELE a.gcode", "426 No\r\n250 Gone");
        AssertFails(ErrorCode.Timeout, CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_UntrustedDataConnection_NeverGoesOnInClear()
    {
        _options.AllowClearData = true;
        _hal.Net.FailingTlsStart = 2;
        _hal.Net.TlsStartError = ErrorCode.TlsUntrusted;
        new FtpScript(_hal).Passive("P", out ScriptedStream _).On(Stor, "150 Ok").Then("426 No").On("DELE a.gcode", "250 Gone").Quit();
        AssertFails(ErrorCode.TlsUntrusted, CancellationToken.None);
        Assert.AreEqual(2, _hal.Net.Dials);
    }

    [TestMethod]
    public void Upload_MachineWithoutReuse_FailsBeforeItDials()
    {
        _hal.Net.CanReuseTlsSession = false;
        HubException error = AssertFails(ErrorCode.TlsSessionRequired, CancellationToken.None);
        Assert.IsTrue(error.Message.IndexOf("laptop") > 0, error.Message);
        Assert.AreEqual(0, _hal.Net.Dials);

        _options.ServerDemandsSessionReuse = false;
        new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, "150 Ok").Then("226 Done").On(AskSize, Whole).Quit();
        Upload(CancellationToken.None);
        AssertSent(data, Length);
    }

    [TestMethod]
    public void Upload_PathWithALineBreak_IsRefusedBeforeItDials()
    {
        string[] paths = { "a\r\nDELE b", "a\nb", "", "a\u007fb" };
        for (int i = 0; i < paths.Length; i++)
        {
            try
            {
                new FtpsClient(_hal, _options).Upload(paths[i], new PatternSource(1), null, CancellationToken.None);
                Assert.Fail("uploaded");
            }
            catch (HubException error)
            {
                Assert.AreEqual((int)ErrorCode.BadFileName, (int)error.Code);
            }
        }

        Assert.AreEqual(0, _hal.Net.Dials);
    }

    [TestMethod]
    public void Connect_ServersAnswers_AreMapped()
    {
        AssertLogin("530 FAKECODE is wrong", ErrorCode.AuthRejected);
        AssertLogin("430 no", ErrorCode.AuthRejected);
        AssertLogin("332 account", ErrorCode.AuthRejected);
        AssertLogin("421 too many", ErrorCode.ServerError);
        AssertLogin("530 Sorry, the maximum number of clients (3) are already connected.", ErrorCode.ServerError);
        AssertLogin("150 what", ErrorCode.BadResponse);
        AssertLogin("gibberish", ErrorCode.BadResponse);
    }

    [TestMethod]
    public void Connect_SilentServer_TimesOut()
    {
        _hal.AddPeer();
        long begin = _hal.Time.NowMs;
        try
        {
            new FtpsClient(_hal, _options).Connect(CancellationToken.None);
            Assert.Fail("connected");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.Timeout, (int)error.Code);
        }

        Assert.AreEqual(15000, _hal.Time.NowMs - begin);
        AssertClosed();
    }

    [TestMethod]
    public void SizeAndDelete_Answers_AreRead()
    {
        FtpScript script = new FtpScript(_hal).Login().On("TYPE I", "200 ok").On("SIZE a", "213 5000000000").On("DELE a", "250 Gone").On("DELE a", "550 None").Quit();
        FtpsClient client = new FtpsClient(_hal, _options);
        Assert.AreEqual(5000000000L, client.Size("a", CancellationToken.None));
        client.Delete("a", CancellationToken.None);
        try
        {
            client.Delete("a", CancellationToken.None);
            Assert.Fail("deleted");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.NotFound, (int)error.Code);
        }

        client.Close();
        Assert.AreEqual(script.Commands, script.Control.WrittenText());
        AssertClosed();
    }

    private static FtpsOptions MakeOptions() =>
        new FtpsOptions("printer.local", 990, "bblp", new Secret("FAKECODE"), new TlsOptions { ServerName = "01S00FAKE000000", PinSha256 = "00" });

    private static void AssertSent(ScriptedStream data, int length)
    {
        byte[] sent = data.WrittenBytes();
        Assert.AreEqual(length, sent.Length);
        for (int i = 0; i < length; i++)
        {
            if (sent[i] != PatternSource.At(i))
            {
                Assert.Fail("wrong byte at " + i.ToString());
            }
        }
    }

    private void AssertRefused(string reply, ErrorCode expected)
    {
        Begin();
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream data).On(Stor, reply).Quit();
        HubException error = AssertFails(expected, CancellationToken.None);
        Assert.AreEqual(script.Commands, script.Control.WrittenText(), reply);
        Assert.AreEqual(0, data.WrittenCount, reply);
        Assert.IsTrue(error.Message.IndexOf(reply.Substring(0, 3)) > 0, error.Message);
        Assert.AreEqual(1, _hal.Net.TlsStarts, reply);
        AssertClosed();
    }

    private void AssertLogin(string answer, ErrorCode expected)
    {
        Begin();
        new FtpScript(_hal).On("USER bblp", "331 Password?").On("PASS FAKECODE", answer);
        FtpsClient client = new FtpsClient(_hal, _options);
        try
        {
            client.Connect(CancellationToken.None);
            Assert.Fail("connected");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)expected, (int)error.Code, answer);
            Assert.IsTrue(error.Message.IndexOf("FAKECODE") < 0, error.Message);
        }

        Assert.IsFalse(client.IsOpen);
        AssertClosed();
    }

    private void Upload(CancellationToken cancel) =>
        new FtpsClient(_hal, _options).Upload("a.gcode", new PatternSource(Length), _progress, cancel);

    private HubException AssertFails(ErrorCode expected, CancellationToken cancel) => AssertFails(expected, new PatternSource(Length), cancel);

    private HubException AssertFails(ErrorCode expected, PatternSource source, CancellationToken cancel)
    {
        HubException error = Fails(source, cancel);
        Assert.AreEqual((int)expected, (int)error.Code, error.Message);
        return error;
    }

    private HubException Fails(PatternSource source, CancellationToken cancel)
    {
        try
        {
            new FtpsClient(_hal, _options).Upload("a.gcode", source, _progress, cancel);
        }
        catch (HubException error)
        {
            return error;
        }

        Assert.Fail("uploaded");
        throw new InvalidOperationException();
    }

    private void AssertClosed()
    {
        Assert.AreEqual(0, _hal.Net.OpenSockets, "sockets are left open");
        Assert.AreEqual(0, _hal.Pool.Rented, "buffers are not given back");
    }
}
