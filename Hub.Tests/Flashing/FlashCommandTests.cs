using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Flash;
using Hub.Tests.Web.Flash;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Flashing;

/// <summary>build/flash: what it refuses, and the command lines that it gives to nanoff (nanoFirmwareFlasher.Tool/Options.cs).</summary>
[TestClass]
public sealed class FlashCommandTests : IDisposable
{
    private const string Report = "Native Assemblies:\r\n  mscorlib v100.5.0.24, checksum 0x1549C856\r\n  System.Net v100.2.0.12, checksum 0x6DFA71D6\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-flash-").FullName;
    private readonly StandIn _nanoff = new();
    private readonly StringWriter _error = new();

    [TestMethod]
    public void Run_Package_GivesNanoffThePackageThatWasChecked()
    {
        string package = Write("ESP32_S3_OCTAL-1.17.0.100.zip", FlashSamples.Package());
        string image = Write("hub.bin", FlashSamples.Image());

        Assert.AreEqual(0, Run("COM5", "--package", package, "--image", image), _error.ToString());

        Assert.AreEqual(
            "--update --target ESP32_S3_OCTAL --serialport COM5 --fwversion 1.17.0.100 --fromarchive --archivepath " + _folder + " --deploy --image " + image + " --nobackupconfig",
            _nanoff.Calls.Single());
    }

    [TestMethod]
    public void Run_Erase_ErasesInsteadOfKeeping()
    {
        string package = Write("ESP32_S3_OCTAL-1.17.0.100.zip", FlashSamples.Package());

        Assert.AreEqual(0, Run("COM5", "--package", package, "--image", Write("hub.bin", FlashSamples.Image()), "--erase"), _error.ToString());

        StringAssert.EndsWith(_nanoff.Calls.Single(), " --masserase");
    }

    [TestMethod]
    public void Run_Version_DownloadsAndChecksBeforeTheBoardIsTouched()
    {
        string archive = Path.Combine(_folder, ".nanoFramework", "print-farm-hub");
        string image = Write("hub.bin", FlashSamples.Image(0x8EFB9944));
        _nanoff.OnRun = _ => File.WriteAllBytes(Path.Combine(archive, "ESP32_S3_OCTAL-1.17.0.9.zip"), FlashSamples.Package());

        Assert.AreEqual(FlashException.Refused, Run("COM5", "--clr", "1.17.0.9", "--image", image));

        Assert.AreEqual("--updatearchive --target ESP32_S3_OCTAL --fwversion 1.17.0.9 --archivepath " + archive, _nanoff.Calls.Single());
        StringAssert.Contains(_error.ToString(), "System.Net: the image needs 0x8EFB9944, the CLR 1.17.0.9 has 0x6DFA71D6");
    }

    [TestMethod]
    public void Run_ImageOnly_ComparesWithTheBoard()
    {
        string image = Write("hub.bin", FlashSamples.Image());
        _nanoff.Report = Report;

        Assert.AreEqual(0, Run("COM5", "--image-only", "--image", image), _error.ToString());

        CollectionAssert.AreEqual(
            new[] { "--nanodevice --devicedetails --serialport COM5", "--target ESP32_S3_OCTAL --serialport COM5 --deploy --image " + image },
            _nanoff.Calls);
    }

    [TestMethod]
    [DataRow("6DFA71D6", "8EFB9944", "System.Net: the image needs 0x6DFA71D6, the board has 0x8EFB9944")]
    [DataRow("mscorlib v", "other v", "mscorlib: the image needs 0x1549C856, the board has none")]
    [DataRow("checksum", "sum", "reported no native assemblies")]
    public void Run_ImageOnlyOnAnotherClr_IsRefusedBeforeWriting(string part, string changed, string message)
    {
        _nanoff.Report = Report.Replace(part, changed, StringComparison.Ordinal);

        Assert.AreEqual(FlashException.Refused, Run("COM5", "--image-only", "--image", Write("hub.bin", FlashSamples.Image())));

        Assert.AreEqual(1, _nanoff.Calls.Count);
        StringAssert.Contains(_error.ToString(), message);
    }

    [TestMethod]
    public void Run_WrongFiles_NanoffIsNeverRun()
    {
        string image = Write("hub.bin", FlashSamples.Image());
        string package = Write("ESP32_S3_OCTAL-1.17.0.100.zip", FlashSamples.Package());
        (string Package, string Image, int Code, string Message)[] cases =
        [
            (package, Write("cut.bin", FlashSamples.Image()[..^40]), FlashException.Refused, "middle of an assembly"),
            (package, package, FlashException.Refused, "not a hub image"),
            (package, Write("empty.bin", []), FlashException.Refused, "empty"),
            (package, Write("large.bin", Enumerable.Repeat(FlashSamples.Image(), 125).SelectMany(bytes => bytes).ToArray()), FlashException.Refused, "its place in the flash only 3014656"),
            (package, Path.Combine(_folder, "missing.bin"), FlashException.Usage, "cannot be read"),
            (package, _folder, FlashException.Usage, "cannot be read"),
            (Write("renamed.zip", FlashSamples.Package()), image, FlashException.Usage, "keep the name"),
            (Path.Combine(_folder, "ESP32_S3_OCTAL-1.0.0.1.zip"), image, FlashException.Usage, "does not exist"),
            (Write("ESP32_S3_OCTAL-1.0.0.2.zip", FlashSamples.Image()), image, FlashException.Refused, "not a ZIP archive"),
            (Write("ESP32_S3_OCTAL-1.0.0.3.zip", FlashSamples.Package(checksums: null)), image, FlashException.Refused, "no native_assemblies.csv"),
            (Write("ESP32_S3_OCTAL-1.0.0.4.zip", FlashSamples.Package("mscorlib,1.0.0.0,0x1549C856")), image, FlashException.Refused, "System.Net: the image needs 0x6DFA71D6, the CLR 1.0.0.4 has none"),
        ];
        foreach ((string chosen, string hub, int code, string message) in cases)
        {
            _error.GetStringBuilder().Clear();
            Assert.AreEqual(code, Run("COM5", "--package", chosen, "--image", hub), message);
            StringAssert.Contains(_error.ToString(), message);
        }

        Assert.AreEqual(0, _nanoff.Calls.Count);
    }

    [TestMethod]
    public void Run_NanoffHasAnotherPackageInItsCache_IsRefused()
    {
        string package = Write("ESP32_S3_OCTAL-1.17.0.100.zip", FlashSamples.Package());
        Write(Path.Combine(".nanoFramework", "fw_cache", "ESP32_S3_OCTAL", "ESP32_S3_OCTAL-1.17.0.100.zip"), FlashSamples.Package("mscorlib,1.0.0.0,0x1"));

        Assert.AreEqual(FlashException.Refused, Run("COM5", "--package", package, "--image", Write("hub.bin", FlashSamples.Image())));

        Assert.AreEqual(0, _nanoff.Calls.Count);
        StringAssert.Contains(_error.ToString(), "nanoff --clearcache");
    }

    [TestMethod]
    public void Run_NanoffFails_SaysWhatToDo()
    {
        string package = Write("ESP32_S3_OCTAL-1.17.0.100.zip", FlashSamples.Package());
        _nanoff.Code = 6000;

        Assert.AreEqual(FlashException.Failed, Run("COM5", "--package", package, "--image", Write("hub.bin", FlashSamples.Image())));

        StringAssert.Contains(_error.ToString(), "code 6000. The board may hold half of it: run the same command again.");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("COM5")]
    [DataRow("--image-only")]
    [DataRow("COM5 --image-only --clr 1.2.3.4")]
    [DataRow("COM5 --image-only --erase")]
    [DataRow("COM5 --image-only --fast")]
    [DataRow("COM5 COM6 --image-only")]
    [DataRow("COM5 --package")]
    public void Run_WrongUsage_ShowsTheUsage(string line)
    {
        Assert.AreEqual(FlashException.Usage, Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        StringAssert.Contains(_error.ToString(), "flash.sh PORT --package");
    }

    [TestMethod]
    public void Read_MscorlibAsPublished_NeedsTheRecordedNativeCode()
    {
        string library = Path.ChangeExtension(typeof(FlashCommandTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(item => item.Key == "NanoCoreLibrary").Value!, ".pe");

        ImageAssembly assembly = HubImage.Read(File.ReadAllBytes(library)).Single();

        Assert.AreEqual(new ImageAssembly("mscorlib", 0x1549C856), assembly);
    }

    [TestMethod]
    public void NanoffProcess_StandIn_GetsTheArgumentsAndItsOutputIsReturned()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("The stand-in is a shell script.");
            return;
        }

        string program = Write("nanoff", "#!/bin/sh\nfor argument in \"$@\"; do echo \"<$argument>\"; done\nexit 7\n"u8.ToArray());
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.AreEqual(7, new NanoffProcess(program).Run(["--image", "a file"], out string output));

        Assert.AreEqual("<--image>\n<a file>\n", output);
        Assert.ThrowsExactly<FlashException>(() => new NanoffProcess(Path.Combine(_folder, "none")).Run([], out _));
    }

    [TestMethod]
    public void Log_AnotherSpeed_CannotConfuseTheTerminal()
    {
        StringWriter log = new();
        SerialLog.Copy(new MemoryStream([.. "pairing code\r\n"u8, 0x1B, 0x80, 0xFF, 0]), log);
        Assert.AreEqual("pairing code\r\n....", log.ToString());
    }

    public void Dispose()
    {
        Directory.Delete(_folder, true);
    }

    private int Run(params string[] args)
    {
        return new FlashCommand(_nanoff, TextWriter.Null, _error, _folder).Run(args);
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    private sealed class StandIn : INanoff
    {
        public List<string> Calls { get; } = [];

        public string Report { get; set; } = string.Empty;

        public int Code { get; set; }

        public Action<string[]>? OnRun { get; set; }

        public int Run(string[] arguments, out string output)
        {
            Calls.Add(string.Join(' ', arguments));
            OnRun?.Invoke(arguments);
            output = Report;
            return Code;
        }
    }
}
