using System;
using System.Buffers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Hub.Tests.Virtual.Bambu;

/// <summary>A client of a printer's broker that is not the hub's own: MQTTnet's.</summary>
internal sealed class BambuPeer : IDisposable
{
    private readonly VirtualBambu _printer;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<byte[]> _reports = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationToken _stop;
    private readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sequence;

    private BambuPeer(VirtualBambu printer, CancellationToken stop)
    {
        _printer = printer;
        _stop = stop;
        _client.ApplicationMessageReceivedAsync += e =>
        {
            _reports.Writer.TryWrite(e.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += _ =>
        {
            _disconnected.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>The printer or the network ended the connection.</summary>
    public Task Disconnected => _disconnected.Task;

    public X509Certificate2? Seen { get; private set; }

    public static async Task<BambuPeer> ConnectAsync(VirtualBambu printer, string clientId, CancellationToken stop)
    {
        BambuPeer peer = await ConnectWithoutTopicAsync(printer, clientId, stop);
        await peer.SubscribeAsync(printer.Serial);
        return peer;
    }

    public static async Task<BambuPeer> ConnectWithoutTopicAsync(VirtualBambu printer, string clientId, CancellationToken stop)
    {
        BambuPeer peer = new(printer, stop);
        MqttClientConnectResult result = await peer.TryConnectAsync(clientId, printer.AccessCode);
        return result.ResultCode == MqttClientConnectResultCode.Success ? peer : throw new InvalidOperationException(result.ResultCode.ToString());
    }

    public static async Task<MqttClientConnectResultCode> RefusalAsync(VirtualBambu printer, string clientId, string code, CancellationToken stop)
    {
        using BambuPeer peer = new(printer, stop);
        return (await peer.TryConnectAsync(clientId, code)).ResultCode;
    }

    public Task SubscribeAsync(string serial) => _client.SubscribeAsync("device/" + serial + "/report", cancellationToken: _stop);

    public Task PublishAsync(string payload, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtMostOnce) =>
        _client.PublishAsync(new MqttApplicationMessage { Topic = "device/" + _printer.Serial + "/request", Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), QualityOfServiceLevel = quality }, _stop);

    /// <summary>Sends a print command and gives its reply; reports before it are dropped.</summary>
    public async Task<JsonObject> AskAsync(string command, string more = "", string group = "print")
    {
        string sequence = (++_sequence).ToString();
        await PublishAsync($"{{\"{group}\":{{\"sequence_id\":\"{sequence}\",\"command\":\"{command}\"{(more.Length == 0 ? "" : "," + more)}}}}}", MqttQualityOfServiceLevel.AtLeastOnce);
        while (true)
        {
            JsonObject message = await NextAsync();
            // An A1 does not name the command.
            if (message[group] is JsonObject reply && ((string?)reply["command"] ?? command) == command && (string?)reply["sequence_id"] == sequence)
            {
                return reply;
            }
        }
    }

    /// <summary>Asks for the full report and gives its print object.</summary>
    public async Task<JsonObject> PushAllAsync()
    {
        await PublishAsync("{\"pushing\":{\"sequence_id\":\"0\",\"command\":\"pushall\",\"version\":1,\"push_target\":1}}");
        while (true)
        {
            if ((await NextAsync())["print"] is JsonObject print && (string?)print["command"] == "push_status" && (int)print["msg"]! == 0)
            {
                return print;
            }
        }
    }

    public async Task<byte[]> NextBytesAsync()
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        timeout.CancelAfter(Patience.LimitMs);
        return await _reports.Reader.ReadAsync(timeout.Token);
    }

    public async Task<JsonObject> NextAsync() => (JsonObject)JsonNode.Parse(await NextBytesAsync())!;

    /// <summary>True when nothing has come by the time the broker answered a ping twice.</summary>
    public async Task<bool> IsQuietAsync()
    {
        await _client.PingAsync(_stop);
        await Task.Delay(50, _stop);
        await _client.PingAsync(_stop);
        return !_reports.Reader.TryPeek(out _);
    }

    public void Drain()
    {
        while (_reports.Reader.TryRead(out _))
        {
            // Nobody wants it.
        }
    }

    public void Dispose() => _client.Dispose();

    private Task<MqttClientConnectResult> TryConnectAsync(string clientId, string code)
    {
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", _printer.MqttPort)
            .WithClientId(clientId)
            .WithCredentials("bblp", code)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithTlsOptions(tls => tls.UseTls().WithSslProtocols(SslProtocols.Tls12).WithTargetHost(_printer.Serial).WithCertificateValidationHandler(e =>
            {
                Seen = X509CertificateLoader.LoadCertificate(e.Certificate.Export(X509ContentType.Cert));
                return true;
            }))
            .Build();
        return _client.ConnectAsync(options, _stop);
    }
}
