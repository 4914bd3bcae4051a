using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using Hub.Tests.Cli;

namespace Hub.Tests.Farm;

/// <summary>The printers of one system in a process of their own, which can be killed and comes back as the same printers.</summary>
internal sealed class FarmFleet : IDisposable
{
    private readonly string[] _arguments;
    private readonly string _file;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMilliseconds(Hub.Tests.Support.Patience.LimitMs) };
    private HubProgram? _program;

    public FarmFleet(string type, int count, int basePort, string folder, int mdnsPort, int ssdpPort, double speed)
    {
        Type = type;
        _file = Path.Combine(folder, type + ".json");
        BasePort = basePort;
        _arguments =
        [
            "fleet", "--" + type, count.ToString(), "--base-port", basePort.ToString(), "--speed", speed.ToString(), "--storage", Path.Combine(folder, type),
            "--mdns-port", mdnsPort.ToString(), "--ssdp-port", ssdpPort.ToString(), "--out", _file,
        ];
    }

    public string Type { get; }

    public int BasePort { get; }

    public bool IsRunning => _program != null;

    /// <summary>The entries of printers.json that fit.</summary>
    public IReadOnlyList<JsonElement> Printers { get; private set; } = [];

    public void Start()
    {
        File.Delete(_file);
        _program = HubProgram.Start(_arguments);
        _program.WaitFor(() => File.Exists(_file), "the fleet of " + Type);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_file));
        Printers = [.. document.RootElement.GetProperty("printers").EnumerateArray().Select(printer => printer.Clone())];
    }

    /// <summary>What a power cut does to the printers.</summary>
    public void Kill()
    {
        _program!.Kill();
        _program.Dispose();
        _program = null;
    }

    /// <summary>What the printer really does.</summary>
    public JsonElement State(int index)
    {
        using JsonDocument document = JsonDocument.Parse(_http.GetStringAsync($"http://127.0.0.1:{BasePort + index}/virtual/state").GetAwaiter().GetResult());
        return document.RootElement.Clone();
    }

    public void SetFaults(int index, string json)
    {
        using StringContent body = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = _http.PostAsync($"http://127.0.0.1:{BasePort + index}/virtual/faults", body).GetAwaiter().GetResult();
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _program?.Dispose();
        _http.Dispose();
    }
}
