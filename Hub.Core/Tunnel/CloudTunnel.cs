using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Requests;

namespace Hub.Core.Tunnel;

/// <summary>
/// The hub's side of the cloud, composed: connection, commands and what is sent. It follows cloud.json while it runs. Thread: any;
/// <see cref="Dispose"/> is the owner's.
/// </summary>
public sealed class CloudTunnel : IConfigListener, ICloudLink, IHealthSource, IDisposable
{
    /// <summary>Commands whose answers are remembered, on the board.</summary>
    private const int CommandsOnBoard = 256;

    /// <summary>The same where there is plenty of storage.</summary>
    private const int CommandsOnLaptop = 2048;

    private readonly IHal _hal;
    private readonly ConfigManager _config;
    private readonly string? _url;
    private readonly TunnelOutbox _outbox;
    private readonly CloudCommands _commands;
    private readonly CloudClaim _claim;
    private readonly CloudFiles _files;
    private readonly TunnelClient _client;

    /// <summary>Composes it; nothing is opened before <see cref="Start"/>. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a wrong address.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="log">The log.</param>
    /// <param name="config">The configuration, loaded; commands change it.</param>
    /// <param name="manager">The printers.</param>
    /// <param name="requests">Answers the cloud's requests.</param>
    /// <param name="health">What is reported of the hub itself.</param>
    /// <param name="url">The cloud's address instead of the one in cloud.json; null for that one.</param>
    public CloudTunnel(IHal hal, Log log, ConfigManager config, PrinterManager manager, HubRequests requests, HubHealth health, string? url)
    {
        _hal = hal;
        _config = config;
        _url = url;
        AutoResetEvent wake = new AutoResetEvent(false);
        FileStreams streams = new FileStreams();
        _outbox = new TunnelOutbox(manager, health, streams, hal.Clock, log, wake);
        CommandBook book = new CommandBook(hal.Nvs, log, hal.Sockets.MaxSockets >= SocketBudget.Plenty ? CommandsOnLaptop : CommandsOnBoard);
        _commands = new CloudCommands(hal, log, config, manager, book, _outbox, requests);
        _files = new CloudFiles(hal, log, manager, _outbox, book, streams, wake, _commands.End);
        _commands.Files = _files;
        _claim = new CloudClaim(hal, config);
        _client = new TunnelClient(hal, log, manager.Sockets, _outbox, streams, _commands, _claim, wake);
        _commands.Client = _client;
        health.Add(this);
        Connect();
    }

    /// <summary>Where the connection stands.</summary>
    public TunnelState State => _client.State;

    /// <summary>For how long the code of the last <see cref="BeginClaim"/> is valid, in ms; 0 when there is none, or the hub was claimed.</summary>
    public int ClaimLeftMs => _claim.LeftMs;

    /// <summary>
    /// Makes a new one-time code by which a person claims the hub in the cloud, valid for 15 minutes, and greets the cloud with its hash. Waits for nothing.
    /// Errors: <see cref="ErrorCode.ConfigInvalid"/> when no cloud is configured; <see cref="ErrorCode.Refused"/> for one that is reached
    /// neither over TLS with a checked certificate nor on this machine.
    /// </summary>
    public string BeginClaim()
    {
        TunnelSettings? cloud = TunnelSettings.Of(_config.Cloud, _url, _hal.System.DeviceId);
        if (cloud == null)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "no cloud is configured: set its address first");
        }

        return cloud.IsPrivate ? _claim.Begin() : throw CloudClaim.NotPrivate(cloud);
    }

    /// <inheritdoc/>
    public void WriteState(JsonWriter json)
    {
        TunnelState state = State;
        json.Name("phase");
        json.Value(TunnelPhases.Name(state.Phase));
        json.Member("url", state.Url);
        json.Member("error", state.Error);
        json.Member("hub_name", state.HubName);
        json.Member("tenant_id", state.TenantId);
        json.Name("connections");
        json.Value((long)state.Connections);
    }

    /// <inheritdoc/>
    public void WriteHealth(JsonWriter json)
    {
        json.Name("cloud");
        json.BeginObject();
        WriteState(json);
        json.Name("dropped_answers");
        json.Value((long)_outbox.Dropped);
        json.EndObject();
    }

    /// <summary>Connects, and keeps connected; waits for nothing.</summary>
    public void Start()
    {
        _config.Listen(this);
        _client.Start();
    }

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        if (documentKey == ConfigManager.CloudKey)
        {
            Connect();
        }
    }

    /// <summary>Closes the connection and ends the thread.</summary>
    public void Dispose()
    {
        _config.Unlisten(this);
        _client.Dispose();
        _files.Dispose();
    }

    private void Connect()
    {
        CloudConfig? cloud = _config.Cloud;
        TunnelSettings? settings = TunnelSettings.Of(cloud, _url, _hal.System.DeviceId);
        _files.Trust(settings?.Origin.Host, settings?.Tls, cloud == null ? TriState.Unknown : cloud.PrivateDownloads);
        _client.Connect(settings);
    }
}
