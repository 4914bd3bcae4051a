using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

[TestClass]
public sealed class BambuFtpTests : BambuTestBase
{
    /// <summary>Asked of vsftpd 3.0.3 (Debian), after a login, with a file old.gcode of 12345 bytes and a folder cache.</summary>
    private const string RecordedReplies = """
        SYST => 215 UNIX Type: L8
        PWD => 257 "/" is the current directory
        SIZE old.gcode => 213 12345
        SIZE none => 550 Could not get file size.
        SIZE cache => 550 Could not get file size.
        MDTM none => 550 Could not get file modification time.
        MLST old.gcode => 500 Unknown command.
        MLSD => 500 Unknown command.
        TYPE A => 200 Switching to ASCII mode.
        SIZE old.gcode => 213 12345
        TYPE I => 200 Switching to Binary mode.
        TYPE X => 500 Unrecognised TYPE command.
        REST 100 => 350 Restart position accepted (100).
        REST x => 350 Restart position accepted (0).
        OPTS UTF8 ON => 200 Always in UTF8 mode.
        OPTS x => 501 Option not understood.
        NOOP => 200 NOOP ok.
        ALLO 5 => 202 ALLO command ignored.
        DELE none => 550 Delete operation failed.
        DELE cache => 550 Delete operation failed.
        CWD none => 550 Failed to change directory.
        CWD old.gcode => 550 Failed to change directory.
        RNFR none => 550 RNFR command failed.
        RNTO x => 503 RNFR required first.
        MKD cache => 550 Create directory operation failed.
        RMD none => 550 Remove directory operation failed.
        XYZ => 500 Unknown command.
        STOR nopasv.gcode => 425 Use PORT or PASV first.
        ABOR => 225 No transfer to ABOR.
        EPRT |1|127.0.0.1|1| => 500 Illegal EPRT command.
        PROT X => 504 PROT not recognized.
        MODE B => 504 Bad MODE command.
        STRU R => 504 Bad STRU command.
        """;

    private static readonly byte[] s_content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    [TestMethod]
    public async Task Stor_ResumedSession_StoresTheFile()
    {
        using FtpPeer ftp = await OpenAsync();
        Assert.AreEqual(226, await ftp.UploadAsync("part.gcode.3mf", s_content));
        CollectionAssert.AreEqual(s_content, await File.ReadAllBytesAsync(PathOf("part.gcode.3mf"), Stop));
        Assert.AreEqual("213 300000", await ftp.AskAsync("SIZE part.gcode.3mf", 213));
        Assert.AreEqual(226, await ftp.UploadAsync("/cache/second.gcode", s_content), "again in the same session");
    }

    [TestMethod]
    public async Task Stor_FullHandshake_IsRefusedAndTheSessionEnds()
    {
        using FtpPeer ftp = await OpenAsync();
        Assert.AreEqual(522, await ftp.UploadAsync("part.gcode", s_content, resumes: false));
        Assert.IsNull(await ftp.ReadAsync(), "vsftpd ends the session");
    }

    [TestMethod]
    public async Task Stor_FullHandshakeWhereItIsAllowed_StoresTheFile()
    {
        using FtpPeer ftp = await OpenAsync("A1");
        Assert.AreEqual(226, await ftp.UploadAsync("part.gcode", s_content, resumes: false));
        Printer.Faults = new VirtualBambuFaults { RequireSessionReuse = true };
        Assert.AreEqual(522, await ftp.UploadAsync("part.gcode", s_content, resumes: false));
    }

    [TestMethod]
    [DataRow("A1", 226)]
    [DataRow("P1S", 522)]
    public async Task Stor_ClearData_OnlyWhereTheModelAllowsIt(string model, int expected)
    {
        using FtpPeer ftp = await OpenAsync(model);
        await ftp.AskAsync("PROT C", 200);
        await AssertStoresInClearAsync(ftp, expected == 226);
        Printer.Faults = new VirtualBambuFaults { AllowClearData = expected == 522 };
        await AssertStoresInClearAsync(ftp, expected == 522);
    }

    [TestMethod]
    public async Task Replies_AsRecordedFromVsftpd_AreTheSame()
    {
        using FtpPeer ftp = await OpenAsync();
        await ftp.UploadAsync("old.gcode", s_content[..12345]);
        foreach (string line in RecordedReplies.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(" => ");
            Assert.AreEqual(parts[1], await ftp.AskAsync(parts[0], int.Parse(parts[1][..3])), parts[0]);
        }

        await ftp.SayAsync("FEAT");
        foreach (string feature in new[] { "211-Features:", " AUTH TLS", " EPRT", " EPSV", " MDTM", " PASV", " PBSZ", " PROT", " REST STREAM", " SIZE", " TVFS", "211 End" })
        {
            Assert.AreEqual(feature, await ftp.ReadAsync());
        }

        StringAssert.Matches(await ftp.AskAsync("MDTM old.gcode", 213), new Regex("^213 20[0-9]{12}$"));
    }

    [TestMethod]
    public async Task Stor_RestartAndAppend_GoOnInTheFile()
    {
        using FtpPeer ftp = await OpenAsync();
        await ftp.UploadAsync("a.gcode", s_content[..1000]);
        await ftp.AskAsync("REST 500", 350);
        await ftp.UploadAsync("a.gcode", s_content[..1000]);
        Assert.AreEqual("213 1500", await ftp.AskAsync("SIZE a.gcode", 213));
        using (Stream data = await ftp.OpenDataAsync("APPE a.gcode"))
        {
            await data.WriteAsync(s_content.AsMemory(0, 1000), Stop);
        }

        await ftp.ExpectAsync(226);
        Assert.AreEqual("213 2500", await ftp.AskAsync("SIZE a.gcode", 213));
        await ftp.UploadAsync("a.gcode", s_content[..10]);
        Assert.AreEqual("213 10", await ftp.AskAsync("SIZE a.gcode", 213), "the position counts once");
    }

    [TestMethod]
    [DataRow("silent")]
    [DataRow("close")]
    public async Task Stor_ConfirmationIsLost_TheFileIsWhole(string fault)
    {
        using FtpPeer ftp = await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { LoseConfirmation = fault };
        using (Stream data = await ftp.OpenDataAsync("STOR a.gcode"))
        {
            await data.WriteAsync(s_content, Stop);
        }

        if (fault == "close")
        {
            Assert.IsNull(await ftp.ReadAsync());
            return;
        }

        Assert.AreEqual("213 300000", await ftp.AskAsync("SIZE a.gcode", 213));
        Printer.Faults = new VirtualBambuFaults { NoSize = true };
        await ftp.AskAsync("SIZE a.gcode", 500);
    }

    [TestMethod]
    public async Task Stor_150_ComesBeforeTheDataHandshake()
    {
        using FtpPeer ftp = await OpenAsync();
        using Socket late = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        string reply = await ftp.AskAsync("EPSV", 229);
        await ftp.AskAsync("STOR late.gcode", 150);
        await late.ConnectAsync("127.0.0.1", int.Parse(reply.Split('|')[3]), Stop);
        late.Close();
        await ftp.ExpectAsync(522);
    }

    [TestMethod]
    public async Task Login_WrongCode_IsRefusedLate()
    {
        await StartAsync();
        using FtpPeer ftp = await FtpPeer.OpenAsync(Printer, Stop);
        await ftp.AskAsync("USER bblp", 331);
        Stopwatch watch = Stopwatch.StartNew();
        await ftp.AskAsync("PASS wrong", 530);
        Assert.IsGreaterThan(40, watch.ElapsedMilliseconds);
        await ftp.AskAsync("PASV", 530);
        await ftp.AskAsync("PROT P", 503);
    }

    [TestMethod]
    public async Task Handshake_Tls13_IsRefused()
    {
        await StartAsync();
        using TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", Printer.FtpsPort, Stop);
        using SslStream tls = new(tcp.GetStream());
        SslClientAuthenticationOptions options = new() { TargetHost = Printer.Serial, EnabledSslProtocols = SslProtocols.Tls13 };
        await Assert.ThrowsAsync<Exception>(() => tls.AuthenticateAsClientAsync(options, Stop));
        Assert.IsFalse(tls.IsAuthenticated);
    }

    [TestMethod]
    [DataRow("a:b.gcode")]
    [DataRow("a?.gcode")]
    [DataRow("a|b.gcode")]
    [DataRow("../x.gcode")]
    [DataRow("nowhere/x.gcode")]
    [DataRow("cache")]
    [DataRow("")]
    public async Task Stor_NameThatFatDoesNotTake_Is553(string name)
    {
        using FtpPeer ftp = await OpenAsync();
        await ftp.OpenDataAsync("STOR " + name, 553);
    }

    [TestMethod]
    public async Task Stor_NoCard_Is553AndTheReportSaysSo()
    {
        using FtpPeer ftp = await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { NoCard = true };
        await ftp.OpenDataAsync("STOR a.gcode", 553);
        await ftp.AskAsync("AVBL", 550);
        using BambuPeer peer = await ConnectAsync();
        Assert.IsFalse((bool)(await peer.PushAllAsync())["sdcard"]!);
    }

    [TestMethod]
    public async Task Stor_CardFull_Is552()
    {
        using FtpPeer ftp = await OpenAsync();
        StringAssert.StartsWith(await ftp.AskAsync("AVBL", 213), "213 3");
        Printer.Faults = new VirtualBambuFaults { CardFull = true };
        Assert.AreEqual(552, await ftp.UploadAsync("a.gcode", s_content));
        Assert.AreEqual(0, new FileInfo(PathOf("a.gcode")).Length, "the part stays until it is deleted");
        await ftp.AskAsync("DELE a.gcode", 250);
        await ftp.AskAsync("DELE a.gcode", 550);
        await ftp.AskAsync("SIZE a.gcode", 550);
    }

    [TestMethod]
    public async Task Stor_TwoAtOnce_TheSecondIs425()
    {
        using FtpPeer first = await OpenAsync();
        using FtpPeer second = await FtpPeer.ConnectAsync(Printer, Stop);
        using (Stream data = await first.OpenDataAsync("STOR a.gcode"))
        {
            await second.OpenDataAsync("STOR b.gcode", 425);
            await data.WriteAsync(s_content, Stop);
        }

        await first.ExpectAsync(226);
        Assert.AreEqual(226, await second.UploadAsync("b.gcode", s_content));
        await second.AskAsync("STOR c.gcode", 425);
    }

    [TestMethod]
    public async Task Stor_AnswerAborted_HasTheWholeFile()
    {
        using FtpPeer ftp = await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { AnswerAborted = true };
        Assert.AreEqual(426, await ftp.UploadAsync("a.gcode", s_content));
        Assert.AreEqual("213 300000", await ftp.AskAsync("SIZE a.gcode", 213));
    }

    [TestMethod]
    public async Task Stor_DropData_LeavesThePart()
    {
        using FtpPeer ftp = await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { DropDataAfterBytes = 100_000 };
        Assert.AreEqual(426, await ftp.UploadAsync("a.gcode", s_content));
        Assert.IsInRange(100_000, 299_999, new FileInfo(PathOf("a.gcode")).Length);
    }

    [TestMethod]
    public async Task Stor_SlowCardAndLateAnswer_TakeTheirTime()
    {
        using FtpPeer ftp = await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { CardBytesPerSecond = 1_000_000, CompleteDelayMs = 100 };
        Stopwatch watch = Stopwatch.StartNew();
        Assert.AreEqual(226, await ftp.UploadAsync("a.gcode", s_content));
        Assert.IsGreaterThan(390, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task ProtP_Hanging_IsNeverAnswered()
    {
        await StartAsync("A1");
        Printer.Faults = new VirtualBambuFaults { HangAtProtP = true };
        using FtpPeer ftp = await FtpPeer.OpenAsync(Printer, Stop);
        await ftp.AskAsync("PBSZ 0", 200);
        Task<string> answer = ftp.AskAsync("PROT P", 200);
        await Task.WhenAny(answer, Task.Delay(200, Stop));
        Assert.IsFalse(answer.IsCompleted);
    }

    [TestMethod]
    public async Task Pasv_Fault_QuotesAnotherAddress()
    {
        using FtpPeer ftp = await OpenAsync();
        StringAssert.Contains(await ftp.AskAsync("PASV", 227), "(127,0,0,1,");
        Printer.Faults = new VirtualBambuFaults { PasvAddress = "192.0.2.7" };
        StringAssert.Contains(await ftp.AskAsync("PASV", 227), "(192,0,2,7,");
    }

    [TestMethod]
    public async Task Files_ListRenameFolders_Work()
    {
        using FtpPeer ftp = await OpenAsync();
        await ftp.UploadAsync("a b.gcode", s_content);
        await ftp.AskAsync("MKD sub", 257);
        await ftp.AskAsync("RNFR a b.gcode", 350);
        await ftp.AskAsync("RNTO sub/c.gcode", 250);
        await ftp.AskAsync("CWD sub", 250);
        StringAssert.Contains(await ftp.AskAsync("PWD", 257), "\"/sub\"");
        using (Stream data = await ftp.OpenDataAsync("LIST"))
        {
            using StreamReader list = new(data);
            string line = await list.ReadToEndAsync(Stop);
            StringAssert.Contains(line, "300000");
            StringAssert.Contains(line, " c.gcode\r\n");
        }

        await ftp.ExpectAsync(226);
        using (Stream data = await ftp.OpenDataAsync("RETR c.gcode"))
        {
            using MemoryStream copy = new();
            await data.CopyToAsync(copy, Stop);
            CollectionAssert.AreEqual(s_content, copy.ToArray());
        }

        await ftp.ExpectAsync(226);
        await ftp.AskAsync("CDUP", 250);
        await ftp.AskAsync("RMD sub", 550);
        await ftp.AskAsync("DELE sub/c.gcode", 250);
        await ftp.AskAsync("RMD sub", 250);
        await ftp.AskAsync("CWD sub", 550);
        await ftp.AskAsync("MLSD", 500);
        await ftp.AskAsync("QUIT", 221);
        Assert.IsNull(await ftp.ReadAsync());
    }

    [TestMethod]
    public async Task Line_WithoutEnd_EndsTheSession()
    {
        using FtpPeer ftp = await OpenAsync();
        await ftp.SayAsync(new string('x', 5000));
        Assert.IsNull(await ftp.ReadAsync());
    }

    [TestMethod]
    public async Task Control_Faults_AreSetAndHealedOverHttp()
    {
        await StartAsync();
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{Printer.Port}") };
        Assert.AreEqual("{\"silent\":true}", await PostAsync(http, "{\"silent\":true}"));
        Assert.IsTrue(Printer.Faults.Silent);
        Assert.AreEqual("{}", await PostAsync(http, "{}"));
        Assert.AreEqual(VirtualBambuFaults.None, Printer.Faults);
        StringAssert.Contains(await PostAsync(http, "{\"drop\":true}"), "there is no fault drop: there are silent, wedgeAfterCommands");
        Assert.AreEqual("wedgeAfterCommands must be a whole number", await PostAsync(http, "{\"wedgeAfterCommands\":\"x\"}"));
        Assert.AreEqual("certificate must be changed, expired, otherName or alone", await PostAsync(http, "{\"certificate\":\"x\"}"));
        using HttpResponseMessage other = await http.GetAsync("/api/version", Stop);
        Assert.AreEqual(404, (int)other.StatusCode);
    }

    private static async Task AssertStoresInClearAsync(FtpPeer ftp, bool isTaken)
    {
        if (isTaken)
        {
            Assert.AreEqual(226, await ftp.UploadAsync("part.gcode", s_content, isPrivate: false));
            return;
        }

        await ftp.OpenDataAsync("STOR part.gcode", 522);
        await ftp.AskAsync("NOOP", 200);
    }

    private async Task<string> PostAsync(HttpClient http, string json)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync("/virtual/faults", content, Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    private async Task<FtpPeer> OpenAsync(string model = "P1S")
    {
        await StartAsync(model);
        return await FtpPeer.ConnectAsync(Printer, Stop);
    }

    private string PathOf(string name) => Path.Combine(Printer.Storage.Root, name);
}
