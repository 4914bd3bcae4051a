using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Announcements;
using Hub.Simulator.Virtual.Bambu;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Simulator.Virtual.OctoPrint;
using Hub.Simulator.Virtual.PrusaLink;

namespace Hub.Simulator.Virtual;

/// <summary>Virtual printers on 127.0.0.1 for any client, in one process and one HTTP host.</summary>
public sealed class Fleet : IAsyncDisposable
{
    private readonly List<VirtualPrinter> _printers = [];
    private readonly string? _temporaryFolder;
    private FleetHost? _host;
    private BambuSsdp? _ssdp;
    private MdnsResponder? _mdns;

    private Fleet(string? temporaryFolder)
    {
        _temporaryFolder = temporaryFolder;
    }

    /// <summary>The printers, in the order of their ports.</summary>
    public IReadOnlyList<VirtualPrinter> Printers => _printers;

    /// <summary>Which printers are not announced, and why; else null.</summary>
    public string? AnnouncementProblem { get; private set; }

    /// <summary>Starts the fleet; all printers listen when this returns.</summary>
    /// <exception cref="HubException">ConnectFailed when a port is taken, ConfigInvalid when the options make no sense, StorageFailed when the folder cannot be used.</exception>
    public static async Task<Fleet> StartAsync(FleetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Speed > 0) || double.IsInfinity(options.Speed))
        {
            throw new HubException(ErrorCode.ConfigInvalid, "The speed must be a number above 0.");
        }

        if (options.OctoPrint < 0 || options.PrusaLink < 0 || options.PrusaLinkOnPi < 0 || options.Moonraker < 0 || options.Bambu < 0
            || options.BasePort < 0 || options.BasePort + PortCount(options) > 65536)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "The number of printers or the base port is out of range.");
        }

        string? temporary = options.StorageFolder == null ? Directory.CreateTempSubdirectory("hub-fleet-").FullName : null;
        Fleet fleet = new(temporary);
        try
        {
            fleet.AddOctoPrints(options, options.StorageFolder ?? temporary!);
            fleet.AddPrusaLinks(options, options.StorageFolder ?? temporary!);
            fleet.AddMoonrakers(options, options.StorageFolder ?? temporary!);
            fleet.AddBambus(options, options.StorageFolder ?? temporary!);
            fleet._host = await FleetHost.StartAsync(fleet._printers, i => options.BasePort == 0 ? 0 : options.BasePort + i).ConfigureAwait(false);
            await fleet.StartBambusAsync(options).ConfigureAwait(false);
            fleet.Announce(options);
            return fleet;
        }
        catch (Exception e)
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new HubException(ErrorCode.StorageFailed, "The fleet's folder cannot be used: " + e.Message, e);
            }

            throw;
        }
    }

    /// <summary>Ports that a fleet takes.</summary>
    public static int PortCount(FleetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.OctoPrint + options.PrusaLink + options.PrusaLinkOnPi + options.Moonraker + (3 * options.Bambu);
    }

    /// <summary>The printers.json (design §4) that fits this fleet.</summary>
    public byte[] PrintersJson()
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("printers");
            foreach (VirtualPrinter printer in _printers)
            {
                Write(json, printer.ToConfig());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Starts a print on one printer; false when it is busy or offline.</summary>
    public bool StartDemoJob(int index) => _printers[index].StartDemoJob();

    public async ValueTask DisposeAsync()
    {
        if (_ssdp != null)
        {
            await _ssdp.DisposeAsync().ConfigureAwait(false);
        }

        if (_mdns != null)
        {
            await _mdns.DisposeAsync().ConfigureAwait(false);
        }

        if (_host != null)
        {
            await _host.DisposeAsync().ConfigureAwait(false);
        }

        foreach (VirtualPrinter printer in _printers)
        {
            (printer as IDisposable)?.Dispose();
            if (printer is IAsyncDisposable connected)
            {
                await connected.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (_temporaryFolder != null && Directory.Exists(_temporaryFolder))
        {
            Directory.Delete(_temporaryFolder, recursive: true);
        }
    }

    private static void Write(Utf8JsonWriter json, PrinterConfig printer)
    {
        json.WriteStartObject();
        WriteText(json, "id", printer.Id);
        WriteText(json, "name", printer.Name);
        WriteText(json, "type", printer.Type);
        WriteText(json, "url", printer.Url);
        WriteText(json, "user", printer.User);
        WriteText(json, "password", printer.Password?.Reveal());
        WriteText(json, "api_key", printer.ApiKey?.Reveal());
        if (printer.Host != null)
        {
            WriteText(json, "host", printer.Host);
            json.WriteNumber("mqtt_port", printer.MqttPort);
            json.WriteNumber("ftps_port", printer.FtpsPort);
            WriteText(json, "serial", printer.Serial);
            WriteText(json, "model", printer.Model);
            WriteText(json, "access_code", printer.AccessCode?.Reveal());
            json.WriteStartObject("tls");
            WriteText(json, "pin", printer.Tls?.PinSha256);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string key, string? value)
    {
        if (value != null)
        {
            json.WriteString(key, value);
        }
    }

    private void AddOctoPrints(FleetOptions options, string folder)
    {
        for (int i = 1; i <= options.OctoPrint; i++)
        {
            string id = "octo-" + i;
            VirtualStorage storage = new(Path.Combine(folder, id));
            VirtualMachine machine = new(options.Time, options.Speed);
            VirtualOctoPrint printer = new(id, "Virtual OctoPrint " + i, $"octo{i:D4}fakekeyfakekeyfakekey{i:D4}", machine, storage, options.Time, options.MaxUploadBytes);
            printer.AppKeys.AutoAcceptMs = options.AutoAcceptKeysMs;
            _printers.Add(printer);
        }
    }

    private void AddPrusaLinks(FleetOptions options, string folder)
    {
        for (int i = 1; i <= options.PrusaLink + options.PrusaLinkOnPi; i++)
        {
            bool isPython = i > options.PrusaLink || i % 2 == 0;
            string id = "prusa-" + i;
            VirtualStorage storage = new(Path.Combine(folder, id));
            VirtualMachine machine = new(options.Time, options.Speed);
            string name = (isPython ? "Virtual PrusaLink on a Pi " : "Virtual PrusaLink ") + i;
            _printers.Add(new VirtualPrusaLink(isPython, id, name, $"prusafake{i:D6}", machine, storage, options.Time, options.MaxUploadBytes));
        }
    }

    private void AddMoonrakers(FleetOptions options, string folder)
    {
        for (int i = 1; i <= options.Moonraker; i++)
        {
            string id = "moon-" + i;
            VirtualStorage storage = new(Path.Combine(folder, id));
            VirtualMachine machine = new(options.Time, options.Speed);
            VirtualMoonraker printer = new(id, "Virtual Moonraker " + i, $"{i:x4}facefacefacefacefaceface{i:x4}", machine, storage, options.Time, options.MaxUploadBytes);
            printer.RefusesWebSocket = options.RefuseWebSockets;
            printer.RequiresKey = !options.TrustEverybody;
            _printers.Add(printer);
        }
    }

    private void AddBambus(FleetOptions options, string folder)
    {
        if (options.Bambu == 0)
        {
            return;
        }

        BambuModel model = BambuModel.Find(options.BambuModel);
        BambuCertificates certificates = options.StorageFolder == null ? BambuCertificates.OfProcess : new(Path.Combine(folder, "bambu-certificates"));
        for (int i = 1; i <= options.Bambu; i++)
        {
            string id = "bambu-" + i;
            VirtualStorage storage = new(Path.Combine(folder, id));
            VirtualMachine machine = new(options.Time, options.Speed);
            _printers.Add(new VirtualBambu(id, "Virtual Bambu " + i, model.SerialOf(options.BambuFirstNumber + i - 1), $"fake{i:D4}", model, machine, storage, certificates, options.Time, options.BambuAddress)
            {
                ReportMs = options.BambuReportMs,
            });
        }
    }

    private async Task StartBambusAsync(FleetOptions options)
    {
        VirtualBambu[] bambus = [.. _printers.OfType<VirtualBambu>()];
        int port = options.BasePort + _printers.Count;
        try
        {
            foreach (VirtualBambu printer in bambus)
            {
                await (options.BasePort == 0 ? printer.StartAsync(0, 0) : printer.StartAsync(port++, port++)).ConfigureAwait(false);
            }
        }
        catch (SocketException e)
        {
            throw new HubException(ErrorCode.ConnectFailed, $"The virtual Bambu printers cannot listen on {options.BambuAddress} from port {options.BasePort + _printers.Count} on ({e.Message}): choose another base port or stop the program that holds it.", e);
        }
    }

    /// <summary>Printers that cannot be announced can be used by their address all the same.</summary>
    private void Announce(FleetOptions options)
    {
        VirtualBambu[] bambus = [.. _printers.OfType<VirtualBambu>()];
        if (bambus.Length > 0 && options.SsdpPort > 0)
        {
            try
            {
                _ssdp = new BambuSsdp(bambus, options.BambuAddress, options.SsdpPort, options.Time);
            }
            catch (SocketException e)
            {
                AnnouncementProblem = "the virtual Bambus are not announced (SSDP): " + e.Message;
            }
        }

        MdnsService[] services = [.. _printers.SelectMany(FleetServices.Of)];
        if (services.Length > 0 && options.MdnsPort > 0)
        {
            try
            {
                _mdns = new MdnsResponder(services, FleetServices.Host, IPAddress.Loopback, options.MdnsPort, options.Time);
            }
            catch (SocketException e)
            {
                string before = AnnouncementProblem == null ? "" : AnnouncementProblem + "; ";
                AnnouncementProblem = before + $"the virtual printers are not announced on UDP port {options.MdnsPort} (mDNS): {e.Message}";
            }
        }
    }
}
