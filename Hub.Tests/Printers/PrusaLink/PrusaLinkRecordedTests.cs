using System;
using System.IO;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.PrusaLink;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Printers.PrusaLink;

/// <summary>The client against answers that a real PrusaLink 0.8.1 gave, byte for byte: HTTP/1.0, a connection each.</summary>
[TestClass]
public sealed class PrusaLinkRecordedTests : IDisposable
{
    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new KnownRandom(), Hasher = new Md5Only() };
    private readonly PrusaLinkClient _client;

    public PrusaLinkRecordedTests()
    {
        _client = NewClient(new Secret("obviously-fake-key"), null);
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private PrusaLinkClient NewClient(Secret? key, Secret? password) => new PrusaLinkClient(_hal, new PrinterConfig
    {
        Id = "mk3",
        Type = PrinterTypes.PrusaLink,
        Url = "http://127.0.0.1:8017",
        ApiKey = key,
        User = "maker0rig",
        Password = password,
    });

    private ScriptedStream Answer(string name) => _hal.Net.Add(
        new ScriptedStream(_hal.Time).AwaitsRequest(1)
            .Gives(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "prusalink-0.8.1", name + ".http"))).Ends());

    private void Answers(params string[] names) => Array.ForEach(names, name => Answer(name));

    [TestMethod]
    public void Connect_Digest_AnswersTheRealChallenge()
    {
        Answer("auth-none");
        ScriptedStream second = Answer("version");
        Answer("status-idle");
        using PrusaLinkClient client = NewClient(null, new Secret("obviously-fake-pass"));
        client.Connect(CancellationToken.None);
        StringAssert.Contains(second.WrittenText(), "Authorization: Digest username=\"maker0rig\", realm=\"Administrator\", nonce=\"");
        StringAssert.Contains(second.WrittenText(), "algorithm=MD5-sess, ");
        StringAssert.Contains(second.WrittenText(), ", qop=auth, nc=00000001, ");
        Assert.AreNotEqual(PrinterCapabilities.None, client.Capabilities & PrinterCapabilities.Gcode, "it is the Python one");
    }

    [TestMethod]
    public void Connect_WrongKeyOrPassword_IsAuthRejected()
    {
        Answer("auth-bad-key");
        Fails(ErrorCode.AuthRejected, () => _client.Connect(CancellationToken.None));
        Answers("auth-none", "auth-none");
        using PrusaLinkClient client = NewClient(null, new Secret("obviously-fake-pass"));
        Fails(ErrorCode.AuthRejected, () => client.Connect(CancellationToken.None));
    }

    [TestMethod]
    [DataRow("status-idle", PrinterState.Idle)]
    [DataRow("status-paused", PrinterState.Paused)]
    [DataRow("status-finished", PrinterState.Finished)]
    [DataRow("status-stopped", PrinterState.Cancelled)]
    [DataRow("status-stop-0s", PrinterState.Printing)]
    [DataRow("hot-status", PrinterState.Printing)]
    [DataRow("error-status", PrinterState.Error)]
    [DataRow("noserial-status", PrinterState.Error)]
    public void Poll_RecordedState_IsTheUnifiedOne(string name, PrinterState expected)
    {
        Answers(name, "job-printing");
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(expected, _client.Status.State);
    }

    [TestMethod]
    public void Poll_Printing_FillsTheStatus()
    {
        Answers("status-printing", "job-printing");
        _client.Poll(CancellationToken.None);
        PrinterStatus status = _client.Status;
        Assert.AreEqual(PrinterState.Printing, status.State);
        Assert.AreEqual("short.gcode", status.Job);
        Assert.AreEqual(16.0, status.ProgressPercentage, 1e-9);
        Assert.AreEqual(25.0, status.Nozzle, 1e-9);
        Assert.AreEqual(0.0, status.BedTarget, 1e-9);
        Assert.IsNull(status.ErrorMessage);
    }

    [TestMethod]
    public void Poll_BoardFault_TellsPrusaLinksWords()
    {
        Answers("error-status");
        _client.Poll(CancellationToken.None);
        Assert.AreEqual("Firmware detected a hardware issue", _client.Status.ErrorMessage);
        Assert.AreEqual("printer_error", _client.Status.ErrorCode);
    }

    [TestMethod]
    public void Poll_TransferUnderWay_ShowsItsProgress()
    {
        Answers("status-transfer");
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(36.49, _client.TransferProgress, 1e-9);
    }

    [TestMethod]
    [DataRow("start-404", ErrorCode.NotFound)]
    [DataRow("start-while-printing-json", ErrorCode.WrongState)]
    public void StartPrint_Refused_SaysWhy(string name, ErrorCode expected)
    {
        Answer(name);
        Fails(expected, () => _client.StartPrint("local/a.gcode", StartOptions.Default, CancellationToken.None));
    }

    [TestMethod]
    [DataRow("put-409-exists-json", ErrorCode.FileInUse)]
    [DataRow("put-415-ctype", ErrorCode.BadFileType)]
    [DataRow("put-409-transfer", ErrorCode.ServerError)]
    public void Upload_Refused_SaysWhy(string name, ErrorCode expected)
    {
        Answers("version", "storage", name);
        Fails(expected, () => _client.Upload("a.gcode", new PatternSource(5), null, CancellationToken.None));
    }
}
