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

    /// <summary>Which printers are not announced, and why; null when all are.</summary>
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

        if (options.Counts.Values.Any(count => count < 0) || options.PrusaLinkOnPi < 0
            || options.BasePort < 0 || options.BasePort + PortCount(options) > 65536)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "The number of printers or the base port is out of range.");
        }

        string? temporary = options.StorageFolder == null ? Directory.CreateTempSubdirectory("hub-fleet-").FullName : null;
        Fleet fleet = new(temporary);
        try
        {
            foreach (VirtualSystem system in VirtualSystems.All)
            {
                for (int number = 1; number <= options.CountOf(system.Type); number++)
                {
                    fleet._printers.Add(system.Make(number, options, options.StorageFolder ?? temporary!));
                }
            }

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

    /// <summary>Number of ports that a fleet needs.</summary>
    public static int PortCount(FleetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return VirtualSystems.All.Sum(system => system.Ports * options.CountOf(system.Type));
    }

    /// <summary>The printers.json for this fleet (docs/configuration.md).</summary>
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
            throw new HubException(ErrorCode.ConnectFailed, $"The virtual Bambu printers cannot listen on {options.BambuAddress} from port {options.BasePort + _printers.Count} on ({e.Message}): choose another base port or stop the program that uses it.", e);
        }
    }

    /// <summary>Printers that cannot be announced are still reachable by their address.</summary>
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
                AnnouncementProblem = "the virtual Bambu printers are not announced (SSDP): " + e.Message;
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
