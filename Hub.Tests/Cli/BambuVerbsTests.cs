using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>The verbs with what only Bambu printers have, against a virtual one.</summary>
[TestClass]
public sealed class BambuVerbsTests
{
    private CliTestBed _bed = null!;
    private Fleet _fleet = null!;

    private VirtualBambu Printer => (VirtualBambu)_fleet.Printers[0];

    [TestInitialize]
    public async Task StartFleet()
    {
        _bed = new CliTestBed();
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuFirstNumber = ClassSerials.Of(this), Speed = 20 });
        Assert.AreEqual(0, await _bed.RunAsync(
            "printers", "add", "--id", "bambu-1", "--type", "bambu", "--host", "127.0.0.1", "--mqtt-port", $"{Printer.MqttPort}",
            "--ftps-port", $"{Printer.FtpsPort}", "--serial", Printer.Serial, "--access-code", Printer.AccessCode), _bed.Error);
    }

    [TestCleanup]
    public async Task StopFleet()
    {
        await _fleet.DisposeAsync();
        _bed.Dispose();
    }

    /// <summary>A plate and what the slicer says of it.</summary>
    private string Sliced(string plate)
    {
        File.Delete(_bed.PathOf("part.gcode.3mf"));
        string path = Project("Metadata/plate_1.gcode");
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
        using StreamWriter writer = new(zip.CreateEntry("Metadata/slice_info.config").Open());
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><config><plate><metadata key=\"index\" value=\"1\"/>" + plate + "</plate></config>");
        return path;
    }

    private string Project(params string[] entries)
    {
        string path = _bed.PathOf("part.gcode.3mf");
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (string entry in entries)
        {
            using StreamWriter writer = new(zip.CreateEntry(entry).Open());
            writer.Write("; made for a test\nM104 S220\nG28\n");
        }

        return path;
    }

    [TestMethod]
    public async Task Status_OfOnePrinter_ShowsEachSlot()
    {
        Printer.Faults = new VirtualBambuFaults { EmptySlots = "0" };
        Assert.AreEqual(0, await _bed.RunAsync("print", "bambu-1", Project("Metadata/plate_1.gcode"), "--ams", "1"), _bed.Error);
        Assert.AreEqual(0, await _bed.RunAsync("status", "bambu-1"), _bed.Error);

        string[] slots = [.. _bed.Out.ReplaceLineEndings("\n").TrimEnd().Split('\n').SkipWhile(l => l != "bambu-1:").Select(l => l.TrimEnd())];
        string[] expected =
        [
            "bambu-1:",
            "SLOT          FILAMENT COLOR   LEFT",
            "0    A1       empty",
            "1    A2       PETG-CF  #161616 45%  in use",
            "2    A3       PLA      #C12E1F",
            "3    A4       ?",
            "255  external PLA      #FFFFFF",
        ];
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', slots), _bed.Out);
    }

    [TestMethod]
    public async Task Status_Json_HasTheFilamentOfThePrintersThatWereNamed()
    {
        Assert.AreEqual(0, await _bed.RunAsync("status", "bambu-1", "--json"), _bed.Error);
        JsonElement printers = JsonDocument.Parse(_bed.Out).RootElement.GetProperty("printers");
        Assert.AreEqual(
            """{"slot":0,"empty":false,"type":"PLA","color":"#FFFFFF","remaining":80,"active":false}""",
            printers[0].GetProperty("filaments")[0].GetRawText());

        Assert.AreEqual(ExitCodes.Failed, await _bed.RunAsync("status", "nobody"));
        StringAssert.Contains(_bed.Error, "nobody");
        Assert.AreEqual(ExitCodes.WrongUsage, await _bed.RunAsync("status", "bambu-1", "--follow"));
    }

    [TestMethod]
    public async Task Print_Project_StartsThePlate()
    {
        string file = Project("Metadata/plate_1.gcode", "Metadata/plate_3.gcode");
        Assert.AreEqual(0, await _bed.RunAsync("print", "bambu-1", file, "--plate", "3", "--ams", "auto", "--json"), _bed.Error);
        JsonElement done = JsonDocument.Parse(_bed.Out).RootElement;
        Assert.IsTrue(done.GetProperty("started").GetBoolean());
        Assert.IsTrue(done.GetProperty("state").GetString() is "preparing" or "printing", _bed.Out);
    }

    [TestMethod]
    [DataRow("Metadata/plate_1.gcode", "2", "has no plate 2: there is 1")]
    [DataRow("3D/3dmodel.model", "1", "slice it first")]
    [DataRow("Metadata/plate_1.gcode.md5", "1", "slice it first")]
    public async Task Print_WrongProject_SaysSoBeforeTheUpload(string entry, string plate, string words)
    {
        string file = Project(entry);
        Assert.AreNotEqual(0, await _bed.RunAsync("print", "bambu-1", file, "--plate", plate));
        Assert.Contains(words, _bed.Error);
        Assert.IsEmpty(Directory.GetFiles(Printer.Storage.Root, "*.3mf", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("0,2", "filament 3 of the plate has no slot")]
    [DataRow("-1,1,2", "filament 1 of the plate has no slot")]
    public async Task Print_FilamentWithoutASlot_IsWrongUsageBeforeTheUpload(string slots, string words)
    {
        string file = Sliced("<filament id=\"1\" type=\"PLA\"/><filament id=\"3\" type=\"PLA\"/>");
        Assert.AreEqual(ExitCodes.WrongUsage, await _bed.RunAsync("print", "bambu-1", file, "--ams", slots));
        Assert.Contains(words, _bed.Error);
        Assert.IsEmpty(Directory.GetFiles(Printer.Storage.Root, "*.3mf", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("off", 0)]
    [DataRow("2,-1,0", 0)]
    [DataRow("254,-1,1", 0)]
    public async Task Print_SlicedFile_HasAnEntryForEachFilament(string slots, int expected)
    {
        string file = Sliced("<filament id=\"1\" type=\"PLA\"/><filament id=\"3\" type=\"PLA\"/>");
        Assert.AreEqual(expected, await _bed.RunAsync("print", "bambu-1", file, "--ams", slots), _bed.Error);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public void Filaments_OfAPlate_AreThoseOfItsProject()
    {
        int[]? Read(string inside, int plate = 1) => ProjectArchive.Filaments(Sliced(inside), plate);
        CollectionAssert.AreEqual(new[] { 0, -1, 0 }, Read("<filament id=\"1\"/><filament id=\"3\"/>"));
        CollectionAssert.AreEqual(new[] { -1, -1, -1, 2 }, Read("<metadata key=\"filament_maps\" value=\"1 1 1 2\"/><filament id=\"4\"/>"));
        CollectionAssert.AreEqual(new[] { 1, 2, -1 }, Read("<metadata key=\"filament_maps\" value=\"1 1 1\"/><filament id=\"1\"/><filament id=\"2\" group_id=\"1\"/>"));
        Assert.IsNull(Read("<filament id=\"1\"/>", plate: 2));
        foreach (string strange in new[] { "", "<filament id=\"0\"/>", "<filament id=\"x\"/>", "<filament/>", "<filament id=\"65\"/>", "<filament id=\"1\">", "<filament id=\"99999999999\"/>" })
        {
            Assert.IsNull(Read(strange), strange);
        }
    }

    [TestMethod]
    public async Task Print_DamagedProject_SaysSo()
    {
        await File.WriteAllTextAsync(_bed.PathOf("x.gcode.3mf"), "no ZIP");
        Assert.AreNotEqual(0, await _bed.RunAsync("print", "bambu-1", _bed.PathOf("x.gcode.3mf")));
        Assert.Contains("no ZIP archive", _bed.Error);
    }

    [TestMethod]
    [DataRow("--plate", "0")]
    [DataRow("--ams", "maybe")]
    [DataRow("--ams", "1,,2")]
    [DataRow("--ams", "-1")]
    [DataRow("--ams", "0,999")]
    [DataRow("--ams", "16")]
    [DataRow("--ams", "0,253")]
    [DataRow("--ams", "136")]
    [DataRow("--ams", "24")]
    public async Task Print_SenselessFlag_IsWrongUsage(string flag, string value) =>
        Assert.AreEqual(ExitCodes.WrongUsage, await _bed.RunAsync("print", "bambu-1", Project("Metadata/plate_1.gcode"), flag, value), _bed.Error);

    [TestMethod]
    public async Task Test_Steps_ShowFingerprintAndFileServer()
    {
        Assert.AreEqual(0, await _bed.RunAsync("printers", "test", "bambu-1"), _bed.Out + _bed.Error);
        Assert.Contains(BambuCertificates.PinOf(Printer.Certificate), _bed.Out);
        Assert.Contains("seen for the first time", _bed.Out);
        Assert.Contains("FTPS port", _bed.Out);
        Assert.Contains("idle", _bed.Out);
    }

    [TestMethod]
    public async Task TrustNew_AfterTheCertificateChanged_IsNeededOnce()
    {
        Assert.AreEqual(0, await _bed.RunAsync("printers", "test", "bambu-1"), _bed.Out);
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };
        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("printers", "test", "bambu-1"));
        Assert.Contains("--trust-new", _bed.Out);

        Assert.AreEqual(0, await _bed.RunAsync("printers", "edit", "bambu-1", "--trust-new"), _bed.Error);
        Assert.AreEqual(0, await _bed.RunAsync("printers", "test", "bambu-1"), _bed.Out);
    }
}
