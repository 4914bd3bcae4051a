using System;
using System.IO;
using System.Text.Json;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>A cloud (`cloud serve`) in a process of its own, with its database in a folder.</summary>
internal sealed class CloudProcess : IDisposable
{
    private const int ReadyMs = 30_000;

    private readonly DirectoryInfo? _ownFolder;
    private readonly ManualResetEventSlim _isReady = new();
    private readonly HubProcess _process;
    private string _first = "";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It does not get ready.</exception>
    /// <param name="data">Its data folder, which stays; null for one that goes with it.</param>
    public CloudProcess(string? data = null)
    {
        _ownFolder = data == null ? Directory.CreateTempSubdirectory("hub-bench-") : null;
        _process = new HubProcess(Read, ["cloud", "serve", "--port", "0", "--json", "--data", data ?? _ownFolder!.FullName]);
        if (!_isReady.Wait(ReadyMs))
        {
            Dispose();
            throw new InvalidOperationException("the cloud did not get ready: " + _process.LastError);
        }

        using JsonDocument document = JsonDocument.Parse(_first);
        Address = new Uri(document.RootElement.GetProperty("url").GetString()!);
    }

    /// <summary>Where it listens, over HTTP.</summary>
    public Uri Address { get; }

    /// <summary>The same for hubs.</summary>
    public string HubUrl => "ws://" + Address.Authority;

    /// <summary>The process, for what it costs.</summary>
    public HubProcess Process => _process;

    /// <summary>Kills it, as a crash would.</summary>
    public void Dispose()
    {
        _process.Dispose();
        _isReady.Dispose();
        _ownFolder?.Delete(recursive: true);
    }

    private void Read(string line)
    {
        if (!_isReady.IsSet && line.StartsWith('{'))
        {
            _first = line;
            _isReady.Set();
        }
    }
}
