using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Hub.Flash;

/// <summary>Checks that CLR and image fit together, then lets nanoff write them.</summary>
internal sealed partial class FlashCommand
{
    /// <summary>The CLR's target: an ESP32-S3 with octal PSRAM.</summary>
    public const string Target = "ESP32_S3_OCTAL";

    /// <summary>How to use it.</summary>
    public const string Usage =
        """
        build/flash.sh PORT --package ESP32_S3_OCTAL-VERSION.zip   writes CLR and image
        build/flash.sh PORT --clr VERSION                          the same; nanoff downloads the package
        build/flash.sh PORT --image-only                           writes the image to a board whose CLR fits
        build/flash.sh log PORT                                    follows the board's log
          --image FILE   the image (Hub.Firmware/bin/Release/netnano1.0/Hub.Firmware.bin)
          --erase        erases everything first: settings, printers, pairing code
        On Windows: dotnet run --project build/flash -- instead of build/flash.sh.
        PORT is COM5, /dev/ttyUSB0, /dev/cu.usbserial-0001 or the like.
        """;

    // The deployment partition of ESP32_S3_OCTAL with 16 MB (nf-interpreter: targets/ESP32/_IDF/esp32s3/partitions_nanoclr_16mb.csv).
    private const int DeployBytes = 0x2E0000;

    private readonly INanoff _nanoff;
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly string _profile;

    /// <summary>Creates it.</summary>
    /// <param name="nanoff">Writes the flash.</param>
    /// <param name="output">For reports.</param>
    /// <param name="error">For errors.</param>
    /// <param name="profile">The user's folder, where nanoff keeps packages.</param>
    public FlashCommand(INanoff nanoff, TextWriter output, TextWriter error, string profile)
    {
        _nanoff = nanoff;
        _output = output;
        _error = error;
        _profile = profile;
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>Exit code: 0 done, otherwise that of the <see cref="FlashException"/>.</returns>
    public int Run(string[] args)
    {
        try
        {
            Options options = Parse(args);
            byte[] bytes = ReadImage(options.Image);
            List<ImageAssembly> image = HubImage.Read(bytes);
            if (bytes.Length > DeployBytes)
            {
                throw new FlashException(FlashException.Refused, options.Image + " has " + bytes.Length + " bytes, but its place in the flash only " + DeployBytes + ".");
            }

            if (options.ImageOnly)
            {
                WriteImage(options, image);
            }
            else
            {
                WriteBoth(options, image);
            }

            _output.WriteLine("Done. Now follow the log: build/flash.sh log " + options.Port);
            return 0;
        }
        catch (FlashException error)
        {
            _error.WriteLine(error.Message);
            return error.Code;
        }
    }

    private void WriteBoth(Options options, List<ImageAssembly> image)
    {
        string package = options.Package ?? Download(options.Version!);
        Match name = PackageName().Match(Path.GetFileName(package));
        if (!name.Success)
        {
            throw new FlashException(FlashException.Usage, Path.GetFileName(package) + ": keep the name that the package was downloaded with, such as " + Target + "-1.17.0.100.zip. nanoff finds it by that.");
        }

        if (!File.Exists(package))
        {
            throw new FlashException(FlashException.Usage, package + " does not exist.");
        }

        NativeCode.Check(NativeCode.OfPackage(package), image, "the CLR " + name.Groups[1].Value);

        // nanoff prefers a package of the same name in its cache, whose content was not checked here.
        string cached = Path.Combine(_profile, ".nanoFramework", "fw_cache", Target, Path.GetFileName(package));
        if (File.Exists(cached) && !File.ReadAllBytes(cached).AsSpan().SequenceEqual(File.ReadAllBytes(package)))
        {
            throw new FlashException(FlashException.Refused, "nanoff would use another file of this name from its cache. Run: nanoff --clearcache");
        }

        // Without --masserase nothing beyond CLR and image is written, so the settings need no backup either.
        Nanoff("The board may hold half of it: run the same command again.", out _,
            "--update", "--target", Target, "--serialport", options.Port, "--fwversion", name.Groups[1].Value,
            "--fromarchive", "--archivepath", Path.GetDirectoryName(Path.GetFullPath(package))!,
            "--deploy", "--image", Path.GetFullPath(options.Image), options.Erase ? "--masserase" : "--nobackupconfig");
    }

    private void WriteImage(Options options, List<ImageAssembly> image)
    {
        Nanoff("Nothing was written. Is nanoCLR on the board, and the port free?", out string report, "--nanodevice", "--devicedetails", "--serialport", options.Port);
        NativeCode.Check(NativeCode.OfReport(report), image, "the board");
        Nanoff("The board may hold half of the image: run the same command again.", out _,
            "--target", Target, "--serialport", options.Port, "--deploy", "--image", Path.GetFullPath(options.Image));
    }

    private string Download(string version)
    {
        string folder = Path.Combine(_profile, ".nanoFramework", "print-farm-hub");
        string package = Path.Combine(folder, Target + "-" + version + ".zip");
        if (!File.Exists(package))
        {
            Directory.CreateDirectory(folder);
            Nanoff(
                "nanoff lists packages of the last weeks only. Download " + Target + " " + version + " from cloudsmith.io (net-nanoframework, nanoframework-images) and use --package. Nothing was written.",
                out _,
                "--updatearchive", "--target", Target, "--fwversion", version, "--archivepath", folder);
        }

        return package;
    }

    private void Nanoff(string advice, out string report, params string[] arguments)
    {
        int code = _nanoff.Run(arguments, out report);
        if (code != 0)
        {
            throw new FlashException(FlashException.Failed, "nanoff ended with code " + code + ". " + advice);
        }
    }

    private static byte[] ReadImage(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FlashException(FlashException.Usage, path + " cannot be read. Build it: dotnet build Hub.Firmware -c Release -p:Nano=true");
        }
    }

    private static Options Parse(string[] args)
    {
        Options options = new();
        for (int at = 0; at < args.Length; at++)
        {
            string Value()
            {
                return at + 1 < args.Length ? args[++at] : throw new FlashException(FlashException.Usage, args[at] + " needs a value.\n" + Usage);
            }

            switch (args[at])
            {
                case "--package":
                    options.Package = Value();
                    break;
                case "--clr":
                    options.Version = Value();
                    break;
                case "--image":
                    options.Image = Value();
                    break;
                case "--image-only":
                    options.ImageOnly = true;
                    break;
                case "--erase":
                    options.Erase = true;
                    break;
                case var other when other.StartsWith('-') || options.Port.Length > 0:
                    throw new FlashException(FlashException.Usage, "'" + other + "' is not known.\n" + Usage);
                case var port:
                    options.Port = port;
                    break;
            }
        }

        int ways = new[] { options.Package != null, options.Version != null, options.ImageOnly }.Count(chosen => chosen);
        if (options.Port.Length == 0 || ways != 1 || (options.ImageOnly && options.Erase))
        {
            throw new FlashException(FlashException.Usage, Usage);
        }

        return options;
    }

    [GeneratedRegex(@"^ESP32_S3_OCTAL-(\d+\.\d+\.\d+\.\d+)\.zip$")]
    private static partial Regex PackageName();

    private sealed class Options
    {
        public string Port { get; set; } = string.Empty;

        public string? Package { get; set; }

        public string? Version { get; set; }

        public string Image { get; set; } = Path.Combine("Hub.Firmware", "bin", "Release", "netnano1.0", "Hub.Firmware.bin");

        public bool ImageOnly { get; set; }

        public bool Erase { get; set; }
    }
}
