using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Printers.Moonraker;
using Hub.Core.Printers.OctoPrint;
using Hub.Core.Printers.PrusaLink;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

/// <summary>What the upload of each system makes of a source that is silent, on a clock that is driven.</summary>
[TestClass]
public sealed class UploadWaitTests
{
    private const string Version = """{"api":"2.0.0","server":"2.1.2","text":"PrusaLink","capabilities":{"upload-by-put":true}}""";
    private const string Storage = """{"storage_list":[{"path":"/usb/","name":"usb","type":"USB","read_only":false,"available":true}]}""";

    private readonly ScriptedHal _hal = new() { Machine = new SampleEntropy(), Hasher = new DesktopHash() };

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint, 0)]
    [DataRow(PrinterTypes.OctoPrint, 20_000)]
    [DataRow(PrinterTypes.PrusaLink, 0)]
    [DataRow(PrinterTypes.PrusaLink, 20_000)]
    [DataRow(PrinterTypes.Moonraker, 0)]
    [DataRow(PrinterTypes.Moonraker, 20_000)]
    [DataRow(PrinterTypes.Bambu, 0)]
    [DataRow(PrinterTypes.Bambu, 20_000)]
    public void Upload_SourceGivesNothingMore_FailsAfterAMinute(string type, int given)
    {
        Prepare(type, -1);
        long beginMs = _hal.Time.NowMs;
        HubException error = Fails(type, given, CancellationToken.None);
        Assert.AreEqual(ErrorCode.SourceFailed, error.Code, error.Message);
        StringAssert.StartsWith(error.Message, "no more of the file came for 60 s: send it again");
        Assert.IsGreaterThanOrEqualTo(beginMs + 60_000, _hal.Time.NowMs);
        Assert.IsLessThan(beginMs + 90_000, _hal.Time.NowMs);
        AssertClean();
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint, 0)]
    [DataRow(PrinterTypes.OctoPrint, 20_000)]
    [DataRow(PrinterTypes.PrusaLink, 0)]
    [DataRow(PrinterTypes.PrusaLink, 20_000)]
    [DataRow(PrinterTypes.Moonraker, 0)]
    [DataRow(PrinterTypes.Moonraker, 20_000)]
    [DataRow(PrinterTypes.Bambu, 0)]
    [DataRow(PrinterTypes.Bambu, 20_000)]
    public void Upload_RefusedWhileTheSourceIsSilent_EndsAtOnceWithTheReason(string type, int given)
    {
        Prepare(type, 5000);
        HubException error = Fails(type, given, CancellationToken.None);
        bool isAboutStorage = type == PrinterTypes.Bambu || type == PrinterTypes.PrusaLink;
        Assert.AreEqual(isAboutStorage ? ErrorCode.StorageFull : ErrorCode.TooLarge, error.Code, error.Message);
        Assert.IsLessThan(10_000, _hal.Time.NowMs);
        AssertClean();
    }

    [TestMethod]
    [DataRow(PrinterTypes.OctoPrint)]
    [DataRow(PrinterTypes.PrusaLink)]
    [DataRow(PrinterTypes.Moonraker)]
    [DataRow(PrinterTypes.Bambu)]
    public void Upload_CancelledWhileTheSourceIsSilent_EndsWithinASlice(string type)
    {
        Prepare(type, 20_000);
        using CancellationTokenSource cancel = new();
        long cancelMs = _hal.Time.NowMs + 5730;
        _hal.Time.CancelAfter(5730, cancel);
        DripSource source = NewSource(20_000);
        HubException error = Assert.ThrowsExactly<HubException>(() => Upload(type, source, cancel.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code, error.Message);
        Assert.IsLessThanOrEqualTo(100, source.LastReadMs - cancelMs);
        AssertClean();
    }

    private static string Answer(string status, string body = "") => "HTTP/1.1 " + status + "\r\nContent-Length: " + body.Length + "\r\n\r\n" + body;

    /// <summary>What comes before the upload, and the upload's connection, which refuses after a time if it is not -1.</summary>
    private void Prepare(string type, int refusedAfterMs)
    {
        if (type == PrinterTypes.Bambu)
        {
            PrepareFtps(refusedAfterMs);
            return;
        }

        if (type == PrinterTypes.PrusaLink)
        {
            _hal.AddPeer().AwaitsRequest(1).Gives(Answer("200 OK", Version)).AwaitsRequest(2).Gives(Answer("200 OK", Storage));
        }
        else
        {
            _hal.AddPeer().AwaitsRequest(1).Gives(Answer("404 Not Found", "{}")).Ends();
        }

        ScriptedStream upload = _hal.AddPeer().AwaitsRequest(1);
        if (refusedAfterMs >= 0)
        {
            upload.Pauses(refusedAfterMs).Gives(Answer("413 Request Entity Too Large", """{"error":"it is too large"}"""));
        }
    }

    private void PrepareFtps(int refusedAfterMs)
    {
        _hal.Net.CanReuseTlsSession = true;
        FtpScript script = new FtpScript(_hal).Passive("P", out ScriptedStream _).On("STOR /a.gcode", "150 Ok");
        script.Control.Pauses(refusedAfterMs < 0 ? 60_500 : refusedAfterMs);
        script.Then("452 Full").On("DELE /a.gcode", "250 Gone").Quit();
    }

    private HubException Fails(string type, int given, CancellationToken cancel) =>
        Assert.ThrowsExactly<HubException>(() => Upload(type, NewSource(given), cancel));

    private DripSource NewSource(int given) => new DripSource(_hal.Time, 50_000).Gives(given).Pauses(int.MaxValue);

    private void Upload(string type, DripSource source, CancellationToken cancel)
    {
        if (type == PrinterTypes.Bambu)
        {
            PrinterConfig bambu = new() { Host = "printer.local", AccessCode = new Secret("FAKECODE") };
            BambuUpload.Send(_hal, bambu, new TlsOptions(), true, "a.gcode", source, null, new BambuLeftover(_hal, bambu), null, null, cancel);
            return;
        }

        PrinterConfig config = new() { Id = "p", Type = type, Url = "http://printer:80", ApiKey = new Secret("obviously-fake-key") };
        using IPrinterClient client = type switch
        {
            PrinterTypes.OctoPrint => new OctoPrintClient(_hal, config),
            PrinterTypes.PrusaLink => new PrusaLinkClient(_hal, config),
            _ => new MoonrakerClient(_hal, config),
        };
        client.Upload("a.gcode", source, null, cancel);
    }

    private void AssertClean()
    {
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }
}
