using System;
using System.Collections.Immutable;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;

namespace Hub.Simulator.Cli;

/// <summary>fleet</summary>
internal static class FleetVerb
{
    private const int DefaultBasePort = 5100;
    private const int MaxPrinters = 1000;
    private const int MaxPort = 65535;
    private const int MaxFirstNumber = 1_000_000;
    private const double MaxSpeed = 100_000;

    public static Command Create(VerbConsole console)
    {
        Option<int>[] counts = [.. VirtualSystems.All.Select(system => CountOption("--" + system.Type, system.Description))];
        Option<int> bambuFirst = NumberOption("--bambu-first", "N", "Number in the first Bambu printer's serial, for a second fleet on this machine", 1, 1, MaxFirstNumber);
        Option<string> bambuModel = new("--bambu-model") { Description = "Model of the Bambu printers: " + string.Join(", ", BambuModel.Names), DefaultValueFactory = _ => "P1S", HelpName = "MODEL" };
        bambuModel.AcceptOnlyFromAmong(BambuModel.Names);
        Option<string> bambuAddress = new("--bambu-address") { Description = "Address of this machine on which the Bambu printers listen and announce themselves", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
        bambuAddress.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork))
            {
                result.AddError("--bambu-address must be an IPv4 address of this machine.");
            }
        });
        Option<int> basePort = NumberOption("--base-port", "PORT", "Port of the first printer; 0 uses free ports", DefaultBasePort, 0, MaxPort);
        Option<double> speed = SpeedOption();
        Option<bool> noKey = new("--no-key") { Description = "Disable Moonraker authentication, as for trusted clients" };
        Option<bool> spoolman = new("--spoolman") { Description = "Give the Moonrakers a Spoolman with an active spool" };
        Option<bool> noAnnounce = new("--no-announce") { Description = "Do not announce the printers by mDNS and SSDP" };
        Option<int> mdnsPort = NumberOption("--mdns-port", "PORT", "UDP port of the mDNS announcements", MdnsTypes.Port, 1, MaxPort);
        Option<int> ssdpPort = NumberOption("--ssdp-port", "PORT", "UDP port of the Bambu printers' SSDP announcements", SsdpMessage.BambuPort, 1, MaxPort);
        Option<string?> outFile = new("--out") { Description = "Write the matching printers.json to this file once all printers listen", HelpName = "FILE" };
        Option<string?> caFile = new("--bambu-ca") { Description = "Write the CA certificate of the Bambu printers to this file (PEM)", HelpName = "FILE" };
        Option<string?> storage = new("--storage") { Description = "Keep the printers' files and certificates in this folder, so that they stay the same printers after a restart", HelpName = "DIR" };
        Option<double?> duration = GlobalOptions.For();
        return CliApp.Verb(
            "fleet",
            "Run only virtual printers, for any client",
            [.. counts, bambuFirst, bambuModel, bambuAddress, basePort, speed, noKey, spoolman, noAnnounce, mdnsPort, ssdpPort, storage, outFile, caFile, duration],
            console,
            context =>
            {
                FleetOptions options = new()
                {
                    Counts = CountsOf(context, counts),
                    BambuFirstNumber = context.Get(bambuFirst),
                    BambuModel = context.Get(bambuModel)!,
                    BambuAddress = IPAddress.Parse(context.Get(bambuAddress)!),
                    SsdpPort = context.Get(noAnnounce) ? 0 : context.Get(ssdpPort),
                    MdnsPort = context.Get(noAnnounce) ? 0 : context.Get(mdnsPort),
                    BasePort = context.Get(basePort),
                    Speed = context.Get(speed),
                    MoonrakerWithoutKey = context.Get(noKey),
                    Spoolman = context.Get(spoolman),
                    StorageFolder = context.Get(storage),
                };
                return RunAsync(context, options, context.Get(outFile), context.Get(caFile), duration);
            },
            isHosted: false);
    }

    public static Option<double> SpeedOption(double usual = 1)
    {
        Option<double> option = new("--speed") { Description = "Speed of the virtual printers as a multiple of a real printer's", DefaultValueFactory = _ => usual, HelpName = "FACTOR" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!double.TryParse(result.Tokens[0].Value, out double value) || !(value > 0 && value <= MaxSpeed)))
            {
                result.AddError($"--speed must be a number above 0 and at most {MaxSpeed}.");
            }
        });
        return option;
    }

    /// <summary>The counts given; one printer of the first system when none is.</summary>
    private static ImmutableDictionary<string, int> CountsOf(CliContext context, Option<int>[] counts)
    {
        ImmutableDictionary<string, int> given = ImmutableDictionary<string, int>.Empty;
        for (int i = 0; i < counts.Length; i++)
        {
            if (context.IsGiven(counts[i]))
            {
                given = given.SetItem(VirtualSystems.All[i].Type, context.Get(counts[i]));
            }
        }

        return given.IsEmpty ? given.SetItem(VirtualSystems.All[0].Type, 1) : given;
    }

    private static string Flags()
    {
        string[] flags = [.. VirtualSystems.All.Select(system => $"--{system.Type} N")];
        return string.Join(", ", flags[..^1]) + " or " + flags[^1];
    }

    private static Option<int> NumberOption(string name, string helpName, string description, int usual, int min, int max)
    {
        Option<int> option = new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number < min || number > max))
            {
                result.AddError($"{name} must be {min} to {max}.");
            }
        });
        return option;
    }

    private static Option<int> CountOption(string name, string description)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int count) || count is < 0 or > MaxPrinters))
            {
                result.AddError($"{name} must be 0 to {MaxPrinters}.");
            }
        });
        return option;
    }

    private static async Task<int> RunAsync(CliContext context, FleetOptions options, string? outFile, string? caFile, Option<double?> duration)
    {
        int count = Fleet.PortCount(options);
        if (count == 0)
        {
            throw VerbException.Usage("nothing to run: give " + Flags());
        }

        if (options.BasePort + count > 65536)
        {
            throw VerbException.Usage($"{count} ports from {options.BasePort} exceed port 65535");
        }

        using CancellationTokenSource stop = context.StopAfter(duration);
        await using Fleet fleet = await Fleet.StartAsync(options);
        byte[] document = fleet.PrintersJson();
        if (outFile != null)
        {
            WriteAtomically(outFile, document);
        }

        if (caFile != null)
        {
            string ca = fleet.Printers.OfType<VirtualBambu>().FirstOrDefault()?.CaPem ?? throw VerbException.Usage("--bambu-ca needs --bambu");
            WriteAtomically(caFile, Encoding.ASCII.GetBytes(ca + "\n"));
        }

        foreach (VirtualPrinter printer in fleet.Printers)
        {
            context.Say($"{printer.Id}  {printer.Type}  {printer.Address}");
        }

        if (fleet.AnnouncementProblem != null)
        {
            context.Say("Warning: " + fleet.AnnouncementProblem);
        }

        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, document, indented: false);
        }

        context.Console.Out.Flush();
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Done;
    }

    /// <summary>A reader that waits for the file never sees a part of it.</summary>
    private static void WriteAtomically(string path, byte[] bytes)
    {
        string part = path + ".part";
        try
        {
            File.Delete(part);
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!System.OperatingSystem.IsWindows())
            {
                // It contains keys.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream file = new(part, options))
            {
                file.Write(bytes);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, $"cannot write '{path}': {e.Message}");
        }
    }
}
