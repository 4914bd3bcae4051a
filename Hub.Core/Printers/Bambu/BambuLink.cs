using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// One MQTT session with a printer: messages in, requests out. Commands go with QoS 0, so that none is ever sent twice
/// (a second project_file gives 0500_4003). Thread: the printer's worker.
/// </summary>
internal sealed class BambuLink : IDisposable
{
    private const string User = "bblp";
    private const int FirstRequestBytes = 512;
    private const int MaxRequestBytes = 32 * 1024;
    private const int IdDigits = 16;
    private const int KeepAliveSeconds = 30;
    private const int MaxPacketBytes = 256 * 1024;

    private readonly IMqttClient _mqtt;
    private readonly IClock _clock;
    private readonly BambuReport _report;
    private readonly BambuFullReports _fullReports;
    private readonly string _reportTopic;
    private readonly string _requestTopic;
    private readonly JsonWriter _writer = new JsonWriter(FirstRequestBytes, MaxRequestBytes);

    public BambuLink(IHal hal, PrinterConfig config, TlsOptions tls, BambuReport report, BambuFullReports fullReports)
    {
        string serial = config.Serial ?? "";
        _clock = hal.Clock;
        _report = report;
        _fullReports = fullReports;
        _reportTopic = "device/" + serial + "/report";
        _requestTopic = "device/" + serial + "/request";
        _mqtt = hal.Mqtt.Create(new MqttOptions
        {
            Host = config.Host ?? "",
            Port = config.MqttPort,
            Tls = tls,
            ClientId = ClientId(hal, config),
            User = User,
            Password = config.AccessCode,
            KeepAliveSeconds = KeepAliveSeconds,
            MaxPacketBytes = MaxPacketBytes,
        });
    }

    /// <summary>What the TLS handshake showed.</summary>
    public TlsPeer? Peer => _mqtt.Peer;

    /// <summary>Messages that were no JSON.</summary>
    public int BrokenMessages { get; private set; }

    /// <summary>Writes the present request.</summary>
    public JsonWriter Writer => _writer;

    /// <summary>Connects and logs in; without a subscription yet.</summary>
    public void Connect(CancellationToken cancel) => _mqtt.Connect(cancel);

    /// <summary>Asks for the printer's reports.</summary>
    public void Subscribe(CancellationToken cancel) => _mqtt.Subscribe(_reportTopic, 0, cancel);

    /// <summary>
    /// Waits for a message and reads it, or drops it as a full report that is not needed; false when none came. Another printer's message, or one that a broker in between
    /// has retained, does not count.
    /// </summary>
    public bool Receive(int waitMs, bool isWeak, CancellationToken cancel, out BambuMessageKind kind)
    {
        kind = BambuMessageKind.Other;
        MqttMessage? message = _mqtt.Receive(waitMs, cancel);
        if (message == null || message.IsRetained || message.Topic != _reportTopic)
        {
            return false;
        }

        // The rest of a message is dropped by the next call; the client skips it without a copy.
        if (_fullReports.Drops(message, isWeak, _clock.NowMs))
        {
            kind = BambuMessageKind.Dropped;
            return true;
        }

        try
        {
            _report.NowMs = _clock.NowMs;
            kind = _report.Read(message);
            _fullReports.Read(kind == BambuMessageKind.Status && _report.WasFull, _clock.NowMs);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadJson)
            {
                throw;
            }

            BrokenMessages++;
        }

        return true;
    }

    /// <summary>See <see cref="IMqttClient.TrySignal"/>.</summary>
    public bool TrySignal(AutoResetEvent arrived) => _mqtt.TrySignal(arrived);

    /// <summary>Begins a request: {"ROOT":{"sequence_id":"N","command":"…", and more may follow.</summary>
    public void Begin(string root, string command, int sequence)
    {
        _writer.Reset();
        _writer.BeginObject();
        _writer.Name(root);
        _writer.BeginObject();
        _writer.Name("sequence_id");
        _writer.Value(sequence.ToString());
        _writer.Name("command");
        _writer.Value(command);
    }

    /// <summary>Ends the request and sends it.</summary>
    public void Send(CancellationToken cancel)
    {
        _writer.EndObject();
        _writer.EndObject();
        _mqtt.Publish(_requestTopic, _writer.Buffer, 0, _writer.Length, 0, false, cancel);
    }

    /// <summary>Asks for a full report.</summary>
    public void AskForAll(CancellationToken cancel)
    {
        _fullReports.Asked();
        Begin("pushing", "pushall", 0);
        _writer.Name("version");
        _writer.Value(1);
        _writer.Name("push_target");
        _writer.Value(1);
        Send(cancel);
    }

    /// <summary>Asks the printer to go on with its reports.</summary>
    public void AskToPush(CancellationToken cancel)
    {
        Begin("pushing", "start", 0);
        Send(cancel);
    }

    /// <summary>Asks for model and firmware.</summary>
    public void AskVersion(CancellationToken cancel)
    {
        Begin("info", "get_version", 0);
        Send(cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mqtt.Disconnect();
        _mqtt.Dispose();
    }

    /// <summary>The same at every connect and unique: two clients with the same id disconnect each other (bambuddy 955).</summary>
    private static string ClientId(IHal hal, PrinterConfig config)
    {
        byte[] name = Encoding.UTF8.GetBytes(hal.System.DeviceId + "/" + config.Id);
        return "hub-" + HexText.Of(hal.Hash.Sha256(name, 0, name.Length), IdDigits);
    }
}
