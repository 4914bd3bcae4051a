using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class UsageTests
{
    /// <summary>An option remembers every command it was given to: a static one would keep the command lines of all verbs that a hub ever ran.</summary>
    [TestMethod]
    public void Options_OfAllVerbs_BelongToOneCommandLine()
    {
        IEnumerable<string> kept = typeof(CliApp).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => typeof(Symbol).IsAssignableFrom(field.FieldType) || typeof(IEnumerable<Symbol>).IsAssignableFrom(field.FieldType))
            .Select(field => field.DeclaringType + "." + field.Name);
        Assert.AreEqual("", string.Join(", ", kept));
    }

    [TestMethod]
    [DataRow("statsu")]
    [DataRow("printers")]
    [DataRow("printers frobnicate")]
    [DataRow("printers list extra")]
    [DataRow("status --frobnicate")]
    [DataRow("status --timeout 0")]
    [DataRow("status --timeout -1")]
    [DataRow("status --timeout x")]
    [DataRow("status --timeout 99999999999")]
    [DataRow("run --for 0")]
    [DataRow("run --for soon")]
    [DataRow("run --cloud local --port 65536")]
    [DataRow("run --cloud ftp://example.invalid")]
    [DataRow("run --cloud wss://user:pw@example.invalid")]
    [DataRow("pause")]
    [DataRow("gcode octo-1")]
    [DataRow("gcode octo-1 ")]
    [DataRow("gcode octo-1 G28\nM112")]
    [DataRow("print octo-1 a.gcode --plate 0")]
    [DataRow("print octo-1 a.gcode --ams maybe")]
    [DataRow("print octo-1 a.gcode --expires 0s")]
    [DataRow("print octo-1 a.gcode --expires 0.5s")]
    [DataRow("print octo-1 a.gcode --expires -1m")]
    [DataRow("print octo-1 a.gcode --no-start --expires 10m")]
    [DataRow("print octo-1 a.gcode --no-start --check-bed")]
    [DataRow("print octo-1 a.gcode --expires 10")]
    [DataRow("print octo-1 a.gcode --expires soon")]
    [DataRow("print octo-1 a.gcode --expires 31000000s")]
    [DataRow("bench nosuch")]
    [DataRow("print octo-1")]
    [DataRow("fleet --octoprint -1")]
    [DataRow("fleet --octoprint 0")]
    [DataRow("fleet --prusalink -1")]
    [DataRow("fleet --moonraker 0")]
    [DataRow("fleet --bambu 1 --bambu-model Z9")]
    [DataRow("fleet --base-port 70000")]
    [DataRow("fleet --bambu 1 --bambu-first 0")]
    [DataRow("fleet --speed 0")]
    [DataRow("--speed nan")]
    [DataRow("printers add --url http://h")]
    [DataRow("printers add --type octopus --url http://h")]
    [DataRow("printers add --type octoprint --no-key")]
    [DataRow("printers add --type bambu --host h --serial S")]
    [DataRow("printers add --type bambu --host h --serial S --access-code 0000 --mqtt-port 0")]
    [DataRow("printers add --type octoprint --url http://h --api-key -")]
    [DataRow("discover --interface 203.0.113.7")]
    [DataRow("discover --interface eth0")]
    [DataRow("discover --probe 10.0.0.0/16")]
    [DataRow("discover --probe 8.8.8.0/24")]
    [DataRow("discover --probe 192.168.1.300")]
    [DataRow("discover --probe 192.168.1.20-10")]
    [DataRow("discover --probe 127.0.0.1 --ports 0")]
    [DataRow("discover --for 0")]
    [DataRow("cloud")]
    [DataRow("cloud set")]
    [DataRow("cloud set --url ftp://example.invalid")]
    [DataRow("cloud serve --listen here")]
    [DataRow("cloud serve --port -1")]
    [DataRow("cloud serve --token short")]
    [DataRow("cloud serve --name http://farm.example")]
    [DataRow("cloud claim ABCD-EFGH-2345 --url ftp://example.invalid")]
    [DataRow("health")]
    [DataRow("update FILE")]
    [DataRow("light octo-1")]
    [DataRow("light octo-1 dim")]
    [DataRow("speed octo-1")]
    [DataRow("speed octo-1 0")]
    [DataRow("speed octo-1 5")]
    [DataRow("speed octo-1 fast")]
    [DataRow("speed octo-1 +2")]
    [DataRow("clear-error")]
    [DataRow("estop")]
    [DataRow("clear-bed")]
    [DataRow("history --limit 0")]
    [DataRow("factory-reset")]
    public async Task Run_WrongUsage_OneLineOnStderrAndExitCodeTwo(string line)
    {
        using CliTestBed bed = new();

        int exitCode = await bed.RunAsync(line.Split(' '));

        Assert.AreEqual(ExitCodes.WrongUsage, exitCode, bed.Error);
        Assert.AreEqual("", bed.Out);
        Assert.HasCount(1, bed.Error.TrimEnd().Split('\n'), bed.Error);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("run")]
    [DataRow("fleet")]
    [DataRow("printers")]
    [DataRow("printers add")]
    [DataRow("print")]
    [DataRow("discover")]
    public async Task Help_AnyVerb_IsShownWithExitCodeZero(string verb)
    {
        using CliTestBed bed = new();

        int exitCode = await bed.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.AreEqual(ExitCodes.Done, exitCode, bed.Error);
        StringAssert.Contains(bed.Out, "Usage:");
        Assert.AreEqual("", bed.Error);
    }

    [TestMethod]
    public async Task Help_Root_NamesEveryVerbOfTheContract()
    {
        using CliTestBed bed = new();
        await bed.RunAsync("--help");
        string[] verbs =
        [
            "run", "fleet", "printers", "status", "print", "pause", "resume", "cancel", "gcode", "light", "speed", "clear-error", "clear-bed", "history",
            "estop", "discover", "cloud", "health", "update", "factory-reset", "bench",
        ];

        string[] missing = [.. verbs.Where(v => !bed.Out.Contains("\n  " + v + " ", StringComparison.Ordinal))];

        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    public async Task Run_MistypedSecretFlag_DoesNotRepeatTheSecret()
    {
        using CliTestBed bed = new();

        await bed.RunAsync("printers", "add", "--type", "octoprint", "--api-kye=fake-secret");

        StringAssert.Contains(bed.Error, "--api-kye");
        Assert.IsFalse(bed.Error.Contains("fake-secret", StringComparison.Ordinal), bed.Error);
    }

    [TestMethod]
    public async Task Run_ErrorWithJson_OneDocumentOnStdoutAndOneLineOnStderr()
    {
        using CliTestBed bed = new();

        int exitCode = await bed.RunAsync("pause", "octo-9", "--json");

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        using JsonDocument document = JsonDocument.Parse(bed.Out);
        JsonElement error = document.RootElement.GetProperty("error");
        Assert.AreEqual("unknown_printer", error.GetProperty("code").GetString());
        Assert.AreEqual(bed.Error.TrimEnd(), error.GetProperty("message").GetString());
    }

    [TestMethod]
    public async Task Run_ErrorOfOnePrinterWithJson_NamesThePrinter()
    {
        using CliTestBed bed = new();
        await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key");
        await bed.RunAsync("printers", "disable", "octo-1");

        await bed.RunAsync("pause", "octo-1", "--json");

        using JsonDocument document = JsonDocument.Parse(bed.Out);
        Assert.AreEqual("octo-1", document.RootElement.GetProperty("error").GetProperty("printer").GetString());
        StringAssert.StartsWith(bed.Error, "octo-1: this printer is disabled");
    }

    [TestMethod]
    public async Task Run_TimeoutTooLong_SaysTheLimit()
    {
        using CliTestBed bed = new();

        await bed.RunAsync("status", "--timeout", "99999999999");

        StringAssert.Contains(bed.Error, "at most 2000000");
    }

    [TestMethod]
    public async Task Run_UnknownBenchmarkWithJson_IsAnErrorDocument()
    {
        using CliTestBed bed = new();

        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("bench", "nosuch", "--json"));
        using JsonDocument document = JsonDocument.Parse(bed.Out);
        Assert.AreEqual("wrong_usage", document.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [TestMethod]
    [DataRow("status")]
    [DataRow("printers list")]
    public async Task Run_DataFolderIsAFile_IsWrongUsage(string verb)
    {
        using CliTestBed bed = new();
        await System.IO.File.WriteAllTextAsync(bed.PathOf("file"), "x");
        using System.IO.StringWriter error = new();

        int exitCode = await CliApp.RunAsync([.. verb.Split(' '), "--data", bed.PathOf("file")], System.IO.TextWriter.Null, error, default);

        Assert.AreEqual(ExitCodes.WrongUsage, exitCode);
        StringAssert.Contains(error.ToString(), "is not a folder");
    }

    [TestMethod]
    public void Explain_ProxyWantsALogin_DoesNotSpeakOfTheKey()
    {
        HubException error = new(ErrorCode.AuthRejected, "a proxy in front of OctoPrint wants a login (401): use OctoPrint's own address") { Remedy = Remedy.InMessage };

        Assert.AreEqual(error.Message, PrinterErrors.Explain(error, new PrinterConfig { Id = "a" }).Message);
    }

    [TestMethod]
    public void Explain_StatusWhoseMessageSaysWhatToDo_AddsNoHint()
    {
        PrinterStatus status = new() { ErrorCode = "auth_rejected", ErrorMessage = "a proxy wants a login", ErrorRemedy = Remedy.InMessage };
        PrinterStatus copy = new();
        copy.CopyFrom(status);

        Assert.AreEqual("a proxy wants a login", PrinterErrors.Explain(StatusErrors.Of(copy, ""), new PrinterConfig { Id = "a" }).Message);
    }

    [TestMethod]
    public void Reworded_EveryProperty_Stays()
    {
        HubException error = new(ErrorCode.Throttled, "slow down") { HttpStatus = 429, RetryAfterMs = 5000, MayHaveActed = true, Remedy = Remedy.InMessage };

        HubException reworded = error.Reworded("wait");

        Assert.AreEqual("wait", reworded.Message);
        Assert.AreEqual((error.Code, 429, 5000, true, Remedy.InMessage), (reworded.Code, reworded.HttpStatus, reworded.RetryAfterMs, reworded.MayHaveActed, reworded.Remedy));
    }

    [TestMethod]
    public async Task Run_AtSignArgument_IsNoResponseFile()
    {
        using CliTestBed bed = new();

        await bed.RunAsync("gcode", "octo-9", "@pause");

        StringAssert.StartsWith(bed.Error, "no printer is configured");
    }

    [TestMethod]
    public void Report_UnexpectedFault_OneLineWithoutTrace()
    {
        using System.IO.StringWriter output = new();
        using System.IO.StringWriter error = new();
        VerbConsole console = new(output, error, System.IO.TextReader.Null);

        int exitCode = CliErrors.Report(Thrown(), console, json: false, verbose: false);

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        Assert.AreEqual("unexpected fault, please report it (--verbose shows more): two lines", error.ToString().TrimEnd());
    }

    [TestMethod]
    public async Task Run_StdoutAndStderrCannotBeWritten_EndsWithFailed()
    {
        using CliTestBed bed = new();
        using FullWriter full = new();
        using System.IO.StringWriter error = new();

        Assert.AreEqual(ExitCodes.Failed, await CliApp.RunAsync(["printers", "export", "--data", bed.Folder], full, error, default));
        Assert.AreEqual("cannot write to stdout: No space left on device", error.ToString().TrimEnd());
        Assert.AreEqual(ExitCodes.Failed, await CliApp.RunAsync(["pause", "x", "--json", "--data", bed.Folder], full, full, default));
    }

    [TestMethod]
    public async Task Run_ControlCharactersTyped_DoNotReachTheTerminal()
    {
        using CliTestBed bed = new();

        await bed.RunAsync("pause", "a\u001b[2Jb\u0007");
        Assert.IsFalse(bed.Error.TrimEnd().Any(char.IsControl), bed.Error);
        await bed.RunAsync("print", "a", "c\u001b[2Jd.gcode");
        Assert.IsFalse(bed.Error.TrimEnd().Any(char.IsControl), bed.Error);
    }

    [TestMethod]
    public void Report_Verbose_ShowsTheTrace()
    {
        using System.IO.StringWriter error = new();

        CliErrors.Report(Thrown(), new VerbConsole(System.IO.TextWriter.Null, error, System.IO.TextReader.Null), json: false, verbose: true);

        StringAssert.Contains(error.ToString(), "   at ");
    }

    [TestMethod]
    [DataRow(ErrorCode.ConnectFailed, 4)]
    [DataRow(ErrorCode.DnsFailed, 4)]
    [DataRow(ErrorCode.Timeout, 4)]
    [DataRow(ErrorCode.ConnectionLost, 4)]
    [DataRow(ErrorCode.PrinterOffline, 4)]
    [DataRow(ErrorCode.AuthRejected, 3)]
    [DataRow(ErrorCode.AuthMissing, 3)]
    [DataRow(ErrorCode.TlsUntrusted, 3)]
    [DataRow(ErrorCode.WrongState, 3)]
    [DataRow(ErrorCode.StorageFull, 3)]
    [DataRow(ErrorCode.NotSupported, 3)]
    [DataRow(ErrorCode.Refused, 3)]
    [DataRow(ErrorCode.BadResponse, 1)]
    [DataRow(ErrorCode.UnknownPrinter, 1)]
    [DataRow(ErrorCode.SourceFailed, 1)]
    [DataRow(ErrorCode.SourceChanged, 1)]
    [DataRow(ErrorCode.Cancelled, 1)]
    [DataRow(ErrorCode.ConfigInvalid, 1)]
    [DataRow(ErrorCode.Internal, 1)]
    public void ExitCode_EachClass_IsTheContracts(ErrorCode code, int exitCode) => Assert.AreEqual(exitCode, ExitCodes.Of(code));

    [TestMethod]
    public void Explain_WrongKey_SaysWhatToType()
    {
        PrinterConfig printer = new() { Id = "octo-1", Type = "octoprint" };

        VerbException e = PrinterErrors.Explain(new HubException(ErrorCode.AuthRejected, "wrong API key (403)"), printer);

        Assert.AreEqual("wrong API key (403): set it with 'printers edit octo-1 --api-key KEY'", e.Message);
        Assert.AreEqual("octo-1", e.Printer);
        Assert.AreEqual(ExitCodes.Refused, e.ExitCode);
    }

    [TestMethod]
    public void CodeOf_EveryCode_IsFoundByItsName()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            Assert.AreEqual(code, ErrorCodes.Find(ErrorCodes.Name(code)));
        }

        Assert.AreEqual(ErrorCode.None, ErrorCodes.Find("0300_400C"));
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("two\r\n  lines");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private sealed class FullWriter : System.IO.TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new System.IO.IOException("No space left on device");
    }
}
