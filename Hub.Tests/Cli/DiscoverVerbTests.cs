using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Discovery;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Discovery;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class DiscoverVerbTests
{
    private const string Service = "_octoprint._tcp.local";
    private const int FirstSerial = 7310;

    private readonly CliTestBed _bed = new();

    [TestCleanup]
    public void CleanUp() => _bed.Dispose();

    [TestMethod]
    public async Task Discover_VirtualFleet_FoundAddedFromTheOutputAndKnownThen()
    {
        int mdnsPort = UdpPorts.Next();
        int ssdpPort = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, PrusaLink = 1, Moonraker = 2, Bambu = 1, BambuFirstNumber = FirstSerial, MdnsPort = mdnsPort, SsdpPort = ssdpPort });
        string[] search = ["discover", "--interface", "127.0.0.1", "--for", "3", "--mdns-port", $"{mdnsPort}", "--ssdp-port", $"{ssdpPort}", "--json"];

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(search), _bed.Error);
        List<JsonElement> found = Printers();

        CollectionAssert.AreEqual(new[] { "bambu", "moonraker", "moonraker", "octoprint", "prusalink" }, found.Select(p => p.GetProperty("type").GetString()).ToArray(), _bed.Out);
        Assert.HasCount(5, found.Select(p => p.GetProperty("add_command").GetString()).Distinct().ToArray());
        foreach (JsonElement printer in found)
        {
            string line = printer.GetProperty("add_command").GetString()!.Replace("KEY", "obviously-fake-key", StringComparison.Ordinal).Replace("CODE", "fake0001", StringComparison.Ordinal);
            string[] words = [.. Words(line), .. printer.GetProperty("type").GetString() == "octoprint" ? new[] { "--no-key" } : []];
            Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(words), $"{line}: {_bed.Error}");
        }

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(search), _bed.Error);
        CollectionAssert.AreEqual(
            new[] { "bambu-1", "moon-1", "moon-2", "octo-1", "prusa-1" }, Printers().Select(p => p.GetProperty("configured_id").GetString()).ToArray(), _bed.Out);
        Assert.IsFalse(_bed.Out.Contains("add_command", StringComparison.Ordinal), _bed.Out);
    }

    [TestMethod]
    public async Task Discover_BambuElsewhereThanConfigured_SaysThatItMoved()
    {
        int ssdpPort = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 0, Bambu = 1, BambuFirstNumber = FirstSerial, SsdpPort = ssdpPort });
        string serial = fleet.Printers.Single().ToConfig().Serial!;
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("printers", "add", "--type", "bambu", "--id", "p1s", "--host", "192.0.2.9", "--serial", serial, "--access-code", "fake0001"), _bed.Error);

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("discover", "--interface", "127.0.0.1", "--for", "3", "--mdns-port", $"{UdpPorts.Next()}", "--ssdp-port", $"{ssdpPort}"), _bed.Error);

        StringAssert.Contains(_bed.Out, "p1s has moved from 192.0.2.9; 'printers edit p1s --host 127.0.0.1' follows it");
    }

    [TestMethod]
    public async Task Discover_ProbeOfOneAddress_FoundWithoutAnyAnnouncement()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 0, Moonraker = 1 });
        int port = fleet.Printers.Single().Port;

        int exitCode = await _bed.RunAsync("discover", "--interface", "127.0.0.1", "--for", "0.2", "--mdns-port", $"{UdpPorts.Next()}", "--ssdp-port", $"{UdpPorts.Next()}", "--probe", "127.0.0.1-127.0.0.2", "--ports", $"1,{port}");

        Assert.AreEqual(ExitCodes.Done, exitCode, _bed.Error);
        StringAssert.Contains(_bed.Out, $"printers add --id moon-1 --type moonraker --url http://127.0.0.1:{port}");
    }

    [TestMethod]
    public async Task Discover_HostileNames_NothingToRunOrToDraw()
    {
        string[] names = ["\u001b[31mred\u0007", "\";touch x;`id`$(id)'", "a\u202Eb", new string('x', 63), "--insecure true"];
        using ScriptedMdnsResponder responder = new((name, type) => name == Service
            ? w =>
            {
                for (int i = 0; i < names.Length; i++)
                {
                    string instance = MdnsNames.Escape(names[i]) + "." + Service;
                    w.AddPtr(Service, instance, 10);
                    w.AddSrv(instance, "h.local", 1 + i, 10, false);
                    w.AddTxt(instance, [i == 0 ? "path=/$(id)" : "version=\u001b]0;v\u0007"], 10, false);
                }

                w.AddA("h.local", [127, 0, 0, 1], 10, false);
            }
        : null);
        string[] search = ["discover", "--interface", "127.0.0.1", "--for", "2", "--mdns-port", $"{responder.Port}", "--ssdp-port", $"{UdpPorts.Next()}"];

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(search), _bed.Error);
        StringAssert.Contains(_bed.Out, "does not answer as octoprint");
        Assert.IsFalse(_bed.Out.Any(c => c is '\u202E' or '\u001b' or '\u0007'), _bed.Out);
        string[] lines = [.. _bed.Out.Split('\n').Where(l => l.Contains("printers add", StringComparison.Ordinal)).Select(l => l[l.IndexOf("printers add", StringComparison.Ordinal)..])];
        Assert.HasCount(4, lines, _bed.Out);
        foreach (string line in lines)
        {
            Assert.IsFalse(line.Replace(" --data '" + _bed.Folder + "'", "", StringComparison.Ordinal).Any(c => "$`;|&<>\\!%".Contains(c, StringComparison.Ordinal)), line);
        }

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync([.. search, "--json"]), _bed.Error);
        Assert.HasCount(5, Printers());
        Assert.AreEqual(4, Printers().Count(p => p.TryGetProperty("add_command", out _)));
    }

    [TestMethod]
    public async Task Discover_Nothing_OneHelpfulLine()
    {
        string[] search = ["discover", "--interface", "127.0.0.1", "--for", "0.2", "--mdns-port", $"{UdpPorts.Next()}", "--ssdp-port", $"{UdpPorts.Next()}"];

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(search), _bed.Error);
        Assert.HasCount(1, _bed.Out.TrimEnd().Split('\n'));
        StringAssert.Contains(_bed.Out, "--probe");
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync([.. search, "--json"]), _bed.Error);
        Assert.AreEqual("{\"printers\":[]}", _bed.Out.Trim());
    }

    /// <summary>As a shell would take the line apart.</summary>
    private static string[] Words(string line)
    {
        string[] parts = line.Split('"');
        return [.. parts.SelectMany((p, i) => i % 2 == 1 ? [p] : p.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    private List<JsonElement> Printers() => [.. JsonDocument.Parse(_bed.Out).RootElement.GetProperty("printers").EnumerateArray()];
}
