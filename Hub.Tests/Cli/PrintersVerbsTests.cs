using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class PrintersVerbsTests
{
    private const string Twice = "octo-2: octo-1 has the same address (http://127.0.0.1:9): is it one printer twice?";

    private const string Secrets = "fake-key-1 fake-pass fake-code";

    [TestMethod]
    public async Task Add_WithoutId_TakesTheNextFreeOne()
    {
        using CliTestBed bed = new();

        await AddOctoPrint(bed);
        await AddOctoPrint(bed);

        Assert.AreEqual("octo-2: added", bed.Out.TrimEnd());
        Assert.AreEqual("octo-1 octo-2", await Ids(bed));
    }

    [TestMethod]
    public async Task Add_ManyAtOnceWithoutId_NoneIsLost()
    {
        using CliTestBed bed = new();
        string[] add = ["printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key", "--data", bed.Folder];

        int[] exitCodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => CliApp.RunAsync(add, TextWriter.Null, TextWriter.Null, CancellationToken.None))));

        Assert.AreEqual(0, exitCodes.Max());
        Assert.HasCount(8, (await Ids(bed)).Split(' '));
    }

    [TestMethod]
    public async Task Add_TakenId_FailsAndNamesEdit()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed);

        int exitCode = await bed.RunAsync("printers", "add", "--id", "octo-1", "--type", "octoprint", "--url", "http://other", "--no-key");

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        Assert.AreEqual("octo-1: a printer with this id exists already: 'printers edit octo-1' changes it", bed.Error.TrimEnd());
        Assert.IsFalse((await Exported(bed)).Contains("other", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Edit_EveryOtherKey_IsStoredAndCheckedAndRemoved()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed);
        string pin = new('a', 64);

        Assert.AreEqual(0, await bed.RunAsync(
            "printers", "edit", "octo-1", "--poll-ms", "900", "--read-only", "--require-clear-bed", "false", "--follow-address", "true", "--pin", pin), bed.Error);

        using (JsonDocument document = JsonDocument.Parse(await Exported(bed)))
        {
            JsonElement entry = document.RootElement.GetProperty("printers")[0];
            Assert.AreEqual(900, entry.GetProperty("poll_ms").GetInt32());
            Assert.IsTrue(entry.GetProperty("read_only").GetBoolean());
            Assert.IsFalse(entry.GetProperty("require_clear_bed").GetBoolean());
            Assert.IsTrue(entry.GetProperty("follow_address").GetBoolean());
            Assert.AreEqual(pin, entry.GetProperty("tls").GetProperty("pin").GetString());
        }

        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("printers", "edit", "octo-1", "--poll-ms", "5"));
        Assert.AreEqual("octo-1: poll_ms must be 500 to 30000, not 5", bed.Error.TrimEnd());
        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("printers", "edit", "octo-1", "--pin", "12"));
        Assert.AreEqual("octo-1: tls.pin must be a SHA-256 of 64 hex digits", bed.Error.TrimEnd());
        Assert.AreEqual(0, await bed.RunAsync("printers", "edit", "octo-1", "--pin", "", "--read-only", "false"), bed.Error);
        string left = await Exported(bed);
        Assert.IsFalse(left.Contains(pin, StringComparison.Ordinal), left);
    }

    [TestMethod]
    public async Task Add_UrlWithCredentials_IsRefusedWithoutRepeatingThem()
    {
        using CliTestBed bed = new();

        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://me:hunter2@h", "--no-key"));

        StringAssert.Contains(bed.Error, "url must not hold a user or password; use the keys api_key, user and password");
        Assert.IsFalse(bed.Error.Contains("hunter2", StringComparison.Ordinal), bed.Error);
    }

    [TestMethod]
    public async Task Add_SameAddressTwice_WarnsAndNamesBoth()
    {
        using CliTestBed bed = new();
        await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key");

        Assert.AreEqual(0, await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9/", "--no-key"));

        StringAssert.Contains(bed.Error, Twice);
    }

    [TestMethod]
    public async Task Verbs_SameAddressStoredBefore_OnlyTheListWarnsAgain()
    {
        using CliTestBed bed = new();
        await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key");
        await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9/", "--no-key");

        await bed.RunAsync("printers", "edit", "octo-1", "--name", "Left");
        Assert.AreEqual("", bed.Error);
        await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:8", "--no-key");
        Assert.IsFalse(bed.Error.Contains("twice", StringComparison.Ordinal), bed.Error);
        await bed.RunAsync("pause", "nobody");
        Assert.IsFalse(bed.Error.Contains("twice", StringComparison.Ordinal), bed.Error);

        await bed.RunAsync("printers", "list");
        StringAssert.Contains(bed.Error, Twice);
        await bed.RunAsync("run", "--for", "0.1", "--no-discovery");
        StringAssert.Contains(bed.Error, Twice);
    }

    [TestMethod]
    public async Task Add_EveryFlag_IsStored()
    {
        using CliTestBed bed = new();
        await File.WriteAllTextAsync(bed.PathOf("ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        Assert.AreEqual(0, await bed.RunAsync(
            "printers", "add", "--id", "p", "--name", "Left", "--type", "bambu", "--host", "10.0.0.9", "--mqtt-port", "1883", "--ftps-port", "2990",
            "--serial", "01P", "--model", "P1S", "--user", "bblp", "--password", "fake-pass", "--access-code", "fake-code", "--api-key", "fake-key-1",
            "--ca", bed.PathOf("ca.pem")), bed.Error);

        using JsonDocument document = JsonDocument.Parse(await Exported(bed, "--with-secrets"));
        JsonElement entry = document.RootElement.GetProperty("printers")[0];
        Assert.AreEqual("Left", entry.GetProperty("name").GetString());
        Assert.AreEqual("10.0.0.9", entry.GetProperty("host").GetString());
        Assert.AreEqual(1883, entry.GetProperty("mqtt_port").GetInt32());
        Assert.AreEqual(2990, entry.GetProperty("ftps_port").GetInt32());
        Assert.AreEqual("01P", entry.GetProperty("serial").GetString());
        Assert.AreEqual("P1S", entry.GetProperty("model").GetString());
        Assert.AreEqual("bblp", entry.GetProperty("user").GetString());
        Assert.AreEqual("fake-pass", entry.GetProperty("password").GetString());
        Assert.AreEqual("fake-code", entry.GetProperty("access_code").GetString());
        Assert.AreEqual("fake-key-1", entry.GetProperty("api_key").GetString());
        StringAssert.Contains(entry.GetProperty("tls").GetProperty("ca").GetString(), "AAAA");
    }

    [TestMethod]
    public async Task Add_SecretsFromStdin_TakeOneLineEach()
    {
        using CliTestBed bed = new();

        await bed.RunWithInputAsync(
            "fake-pass\r\nfake-code\n", "printers", "add", "--type", "bambu", "--host", "h", "--serial", "S", "--password", "-", "--access-code", "-");

        string exported = await Exported(bed, "--with-secrets");
        StringAssert.Contains(exported, "\"password\": \"fake-pass\"");
        StringAssert.Contains(exported, "\"access_code\": \"fake-code\"");
    }

    [TestMethod]
    public async Task Add_MissingCaFile_FailsAndAddsNothing()
    {
        using CliTestBed bed = new();

        int exitCode = await bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "https://h", "--no-key", "--ca", bed.PathOf("none.pem"));

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.StartsWith(bed.Error, "--ca: there is no file ");
        Assert.AreEqual("", await Ids(bed));
    }

    [TestMethod]
    [DataRow("printers list")]
    [DataRow("printers list --json")]
    [DataRow("printers export")]
    public async Task ListAndExport_Secrets_AreNotShown(string verb)
    {
        using CliTestBed bed = new();
        await bed.RunAsync(
            "printers", "add", "--type", "bambu", "--host", "h", "--serial", "S", "--api-key", "fake-key-1", "--password", "fake-pass", "--access-code", "fake-code");

        Assert.AreEqual(0, await bed.RunAsync(verb.Split(' ')));

        foreach (string secret in Secrets.Split(' '))
        {
            Assert.IsFalse(bed.Out.Contains(secret, StringComparison.Ordinal), bed.Out);
        }

        StringAssert.Contains(bed.Out, "bambu-1");
    }

    [TestMethod]
    public async Task List_Json_HasTheContractsShape()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed, "--api-key", "fake-key-1");

        await bed.RunAsync("printers", "list", "--json");

        Assert.AreEqual(
            """{"printers":[{"api_key":"***","enabled":true,"id":"octo-1","name":"octo-1","poll_ms":2000,"type":"octoprint","url":"http://127.0.0.1:9"}]}""",
            bed.Out.TrimEnd());
    }

    [TestMethod]
    public async Task EditEnableDisableRemove_KnownId_ChangeTheEntry()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed, "--api-key", "fake-key-1", "--insecure");

        Assert.AreEqual(0, await bed.RunAsync("printers", "edit", "octo-1", "--name", "Left", "--api-key", "", "--insecure", "false"), bed.Error);
        Assert.AreEqual(0, await bed.RunAsync("printers", "disable", "octo-1"));
        string exported = await Exported(bed);
        StringAssert.Contains(exported, "\"name\": \"Left\"");
        StringAssert.Contains(exported, "\"enabled\": false");
        StringAssert.Contains(exported, "\"insecure\": false");
        Assert.IsFalse(exported.Contains("api_key", StringComparison.Ordinal), exported);

        Assert.AreEqual(0, await bed.RunAsync("printers", "enable", "octo-1"));
        StringAssert.Contains(await Exported(bed), "\"enabled\": true");
        Assert.AreEqual(0, await bed.RunAsync("printers", "remove", "octo-1"));
        Assert.AreEqual("", await Ids(bed));
    }

    [TestMethod]
    [DataRow("printers edit nobody --name x")]
    [DataRow("printers enable nobody")]
    [DataRow("printers disable nobody")]
    [DataRow("printers remove nobody")]
    [DataRow("printers test nobody")]
    [DataRow("pause nobody")]
    [DataRow("gcode nobody G28")]
    public async Task Verbs_UnknownId_FailAndNameTheKnownOnes(string verb)
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed);

        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync(verb.Split(' ')));
        Assert.AreEqual("no printer 'nobody': there are octo-1", bed.Error.TrimEnd());
    }

    [TestMethod]
    public async Task Edit_BadValue_IsWrongUsageAndChangesNothing()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed);

        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("printers", "edit", "octo-1", "--name", "New", "--mqtt-port", "0"));
        Assert.AreEqual("octo-1: mqtt_port must be 1 to 65535, not 0", bed.Error.TrimEnd());
        Assert.IsFalse((await Exported(bed)).Contains("New", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Import_FileAndStdin_MergeById()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed, "--api-key", "fake-key-1");
        await File.WriteAllTextAsync(bed.PathOf("p.json"), """{"printers":[{"id":"a","type":"moonraker","url":"http://h"}]}""");

        Assert.AreEqual(0, await bed.RunAsync("printers", "import", bed.PathOf("p.json")), bed.Error);
        Assert.AreEqual("1 printer(s) imported", bed.Out.TrimEnd());
        Assert.AreEqual(0, await bed.RunWithInputAsync("""{"printers":[{"id":"a","type":"prusalink","url":"http://two"}]}""", "printers", "import", "-"), bed.Error);

        Assert.AreEqual("octo-1 a", await Ids(bed));
        StringAssert.Contains(await Exported(bed), "http://two");
    }

    [TestMethod]
    public async Task Import_BadFile_FailsWithTheKeyAndKeepsTheOldOnes()
    {
        using CliTestBed bed = new();
        await AddOctoPrint(bed);
        string bad = """{"printers":[{"id":"a","type":"moonraker","url":"http://h"},{"id":"b","type":"moonraker","url":"http://h","poll_ms":5}]}""";

        Assert.AreEqual(ExitCodes.Failed, await bed.RunWithInputAsync(bad, "printers", "import", "-"));
        Assert.AreEqual("printers[1] (b): poll_ms must be 500 to 30000, not 5", bed.Error.TrimEnd());
        Assert.AreEqual("octo-1", await Ids(bed));
    }

    [TestMethod]
    public async Task Import_MissingFile_Fails()
    {
        using CliTestBed bed = new();

        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync("printers", "import", bed.PathOf("none.json")));
        StringAssert.StartsWith(bed.Error, "there is no file ");
    }

    [TestMethod]
    public async Task Import_PipeThatNobodyWrites_StopsOnInterrupt()
    {
        using CliTestBed bed = new();
        string pipe = bed.MakePipe("pipe");
        using StringWriter error = new();
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(200));

        int exitCode = await Task.Run(() => CliApp.RunAsync(["printers", "import", pipe, "--data", bed.Folder], TextWriter.Null, error, stop.Token))
            .WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs));

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        Assert.AreEqual("stopped", error.ToString().TrimEnd());

        // Lets go of the thread that is still inside open(). Read and write together never block on a pipe,
        // not even where the stop came before that thread got to its open.
        File.Open(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
    }

    [TestMethod]
    public async Task Import_Pipe_IsRead()
    {
        using CliTestBed bed = new();
        string pipe = bed.MakePipe("pipe");
        Task writes = Task.Run(() => File.WriteAllText(pipe, """{"printers":[{"id":"a","type":"moonraker","url":"http://h"}]}"""));

        Assert.AreEqual(0, await bed.RunAsync("printers", "import", pipe), bed.Error);

        await writes;
        Assert.AreEqual("a", await Ids(bed));
    }

    [TestMethod]
    public async Task Import_FolderEmptyNameOrLargeFile_SaysWhich()
    {
        using CliTestBed bed = new();
        using (FileStream large = File.Create(bed.PathOf("large.json")))
        {
            large.SetLength(10_000_000);
        }

        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync("printers", "import", bed.PathOf("large.json")));
        Assert.AreEqual($"'{bed.PathOf("large.json")}' has 10000000 bytes; at most 1048576 are allowed", bed.Error.TrimEnd());
        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync("printers", "import", bed.Folder));
        StringAssert.Contains(bed.Error, "is a folder, not a file");
        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync("printers", "import", ""));
        Assert.AreEqual("the file's name is empty", bed.Error.TrimEnd());
    }

    [TestMethod]
    public async Task Import_EndlessStdin_StopsAtTheLimit()
    {
        using CliTestBed bed = new();
        using StringWriter error = new();
        using EndlessReader endless = new();
        int exitCode = await CliApp.RunAsync(["printers", "import", "-", "--data", bed.Folder], new VerbConsole(TextWriter.Null, error, endless), CancellationToken.None)
            .WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs));

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        Assert.AreEqual("stdin has more than the 1048576 bytes that are allowed", error.ToString().TrimEnd());
    }

    private sealed class EndlessReader : TextReader
    {
        public override int Read() => '[';

        public override int Read(char[] buffer, int index, int count)
        {
            Array.Fill(buffer, '[', index, count);
            return count;
        }

        public override string ReadToEnd() => throw new InvalidOperationException("that would take for ever");
    }

    [TestMethod]
    public async Task Import_ExportOfAnotherFolder_RoundTrips()
    {
        using CliTestBed one = new();
        using CliTestBed two = new();
        await AddOctoPrint(one, "--api-key", "fake-key-1");
        string exported = await Exported(one, "--with-secrets");

        Assert.AreEqual(0, await two.RunWithInputAsync(exported, "printers", "import", "-"), two.Error);

        Assert.AreEqual(exported, await Exported(two, "--with-secrets"));
    }

    [TestMethod]
    public async Task Import_WrongAfterAStoredTypo_SaysOnlyWhatIsWrong()
    {
        using CliTestBed bed = new();
        await bed.RunWithInputAsync("""{"printers":[{"id":"a","type":"moonraker","url":"http://h","pollms":700}]}""", "printers", "import", "-");

        await bed.RunWithInputAsync("[]", "printers", "import", "-");

        Assert.HasCount(1, bed.Error.TrimEnd().Split('\n'), bed.Error);
    }

    [TestMethod]
    public async Task Import_MistypedKey_IsWarnedOfOnStderr()
    {
        using CliTestBed bed = new();

        await bed.RunWithInputAsync("""{"printers":[{"id":"a","type":"moonraker","url":"http://h","pollms":700}]}""", "printers", "import", "-");

        StringAssert.Contains(bed.Error, "did you mean poll_ms?");
    }

    private static Task<int> AddOctoPrint(CliTestBed bed, params string[] more) =>
        bed.RunAsync(["printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key", .. more]);

    private static async Task<string> Exported(CliTestBed bed, params string[] more)
    {
        Assert.AreEqual(0, await bed.RunAsync(["printers", "export", .. more]), bed.Error);
        return bed.Out;
    }

    private static async Task<string> Ids(CliTestBed bed)
    {
        using JsonDocument document = JsonDocument.Parse(await Exported(bed));
        return string.Join(' ', document.RootElement.GetProperty("printers").EnumerateArray().Select(p => p.GetProperty("id").GetString()));
    }
}
