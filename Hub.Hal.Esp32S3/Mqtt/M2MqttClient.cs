using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// nanoFramework.M2Mqtt behind the HAL's interface. Tried on nanoCLR against mosquitto, with and without TLS (docs/board.md).
/// </summary>
/// <remarks>
/// Limits of the library (read in 5.1.220): four threads for each client; every message is allocated twice, whatever
/// its size, before <see cref="MqttOptions.MaxPacketBytes"/> can drop it; the certificate's name is compared with the
/// host, never with a serial, and cannot be pinned or read; connect, handshake and the wait for the broker's answer
/// support neither our timeouts (30 s each) nor cancellation; closing takes 0.2 to 2.2 s. A message with QoS 1 would be
/// sent up to three times by itself, which the interface forbids: QoS 1 is received here, but not sent. At most 8
/// messages wait for their owner. The last will must be text.
/// </remarks>
internal sealed class M2MqttClient : Hub.Core.Hal.IMqttClient
{
    private const int WaitSliceMs = 100;

    /// <summary>The library waits 30 s for the broker's answer.</summary>
    private const int AnswerTimeoutMs = 30000;

    private const int RefusedSubscription = 0x80;

    // The library keeps "validate the server's certificate" in settings that all clients share.
    private static readonly object s_dialing = new object();

    private readonly IClock _clock;
    private readonly MqttOptions _options;
    private readonly string _peer;
    private readonly M2MqttInbox _inbox = new M2MqttInbox();
    private MqttClient? _client;
    private bool _isSubscriptionRefused;

    internal M2MqttClient(IClock clock, MqttOptions options)
    {
        _clock = clock;
        _options = options;
        _peer = options.Host + ":" + options.Port.ToString();
    }

    /// <inheritdoc/>
    public bool IsConnected => _client != null && _client.IsConnected;

    /// <summary>With TLS whether the library verified the certificate; it does not show its digest.</summary>
    public TlsPeer? Peer { get; private set; }

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        Dispose();
        if (cancel.IsCancellationRequested)
        {
            throw Cancelled();
        }

        MqttReasonCode answer;
        long begunMs = _clock.NowMs;
        try
        {
            answer = Dial();
        }
        catch (MqttCommunicationException error)
        {
            Dispose();
            throw NoAnswer(_clock.NowMs - begunMs, error);
        }
        catch (Exception error)
        {
            Dispose();
            throw new HubException(ErrorCode.ConnectFailed, _peer + " cannot be reached over MQTT", error);
        }

        if (answer != MqttReasonCode.Success)
        {
            Dispose();
            throw Refusal((int)answer);
        }

        Peer = _options.Tls == null ? null : new TlsPeer("", !_options.Tls.Insecure);
    }

    /// <inheritdoc/>
    public void Subscribe(string filter, int qos, CancellationToken cancel) =>
        Open().Subscribe(new string[] { filter }, new MqttQoSLevel[] { (MqttQoSLevel)qos });

    /// <summary>
    /// Queues the message; the library sends it. Errors besides the interface's: <see cref="ErrorCode.NotSupported"/>
    /// for QoS 1, which the library would repeat by itself.
    /// </summary>
    public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel)
    {
        if (qos != 0)
        {
            throw new HubException(ErrorCode.NotSupported, "this board's MQTT library may send a message with QoS 1 twice: use QoS 0");
        }

        byte[] message = new byte[count];
        Array.Copy(payload, offset, message, 0, count);
        Open().Publish(topic, message, "", null, MqttQoSLevel.AtMostOnce, retain);
        return 0;
    }

    /// <summary>Always false: QoS 1 is not sent.</summary>
    public bool IsAcknowledged(int packetId) => false;

    /// <inheritdoc/>
    public MqttMessage? Receive(int waitMs, CancellationToken cancel)
    {
        long untilMs = _clock.NowMs + waitMs;
        while (true)
        {
            if (cancel.IsCancellationRequested)
            {
                throw Cancelled();
            }

            ThrowIfRefused();
            MqttMessage? message = _inbox.Take();
            if (message != null)
            {
                return message;
            }

            Open();
            long leftMs = untilMs - _clock.NowMs;
            if (leftMs <= 0)
            {
                return null;
            }

            _inbox.Wait(leftMs < WaitSliceMs ? (int)leftMs : WaitSliceMs);
        }
    }

    /// <summary>Cannot: its owner waits in <see cref="Receive"/>.</summary>
    public bool TrySignal(AutoResetEvent arrived) => false;

    /// <inheritdoc/>
    public void Disconnect()
    {
        try
        {
            if (IsConnected)
            {
                _client!.Disconnect();
            }
        }
        catch (Exception)
        {
            // The connection ends anyway.
        }

        Dispose();
    }

    /// <summary>Closes without a DISCONNECT: the broker then publishes the last will.</summary>
    public void Dispose()
    {
        MqttClient? client = _client;
        _client = null;
        _inbox.Clear();
        _isSubscriptionRefused = false;
        client?.Close();
    }

    private MqttReasonCode Dial()
    {
        TlsOptions? tls = _options.Tls;
        X509Certificate? ca = tls != null && tls.CaPem != null ? new X509Certificate(tls.CaPem) : null;
        MqttSslProtocols protocol = tls == null ? MqttSslProtocols.None : MqttSslProtocols.TLSv1_2;
        byte[] will = _options.WillPayload ?? new byte[0];
        lock (s_dialing)
        {
            MqttClient client = new MqttClient(_options.Host, _options.Port, tls != null, ca!, null!, protocol);
            _client = client;
            client.Settings.ValidateServerCertificate = tls == null || !tls.Insecure;
            client.MqttMsgPublishReceived += OnMessage;
            client.MqttMsgSubscribed += OnSubscribed;
            client.ConnectionClosed += OnClosed;
            return client.Connect(
                _options.ClientId,
                _options.User!,
                _options.Password == null ? null! : _options.Password.Reveal(),
                _options.WillRetain,
                (MqttQoSLevel)_options.WillQos,
                _options.WillTopic != null,
                _options.WillTopic!,
                Encoding.UTF8.GetString(will, 0, will.Length),
                _options.CleanSession,
                (ushort)_options.KeepAliveSeconds);
        }
    }

    private void OnMessage(object sender, MqttMsgPublishEventArgs message)
    {
        if (message.Message.Length <= _options.MaxPacketBytes)
        {
            _inbox.Put(new M2MqttMessage(message));
        }
    }

    private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs answer)
    {
        if (answer.GrantedQoSLevels.Length > 0 && (int)answer.GrantedQoSLevels[0] == RefusedSubscription)
        {
            _isSubscriptionRefused = true;
            _inbox.Wake();
        }
    }

    private void OnClosed(object sender, EventArgs nothing) => _inbox.Wake();

    private void ThrowIfRefused()
    {
        if (_isSubscriptionRefused)
        {
            _isSubscriptionRefused = false;
            throw new HubException(ErrorCode.Refused, _peer + " refuses the subscription to a topic");
        }
    }

    private MqttClient Open()
    {
        if (!IsConnected)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the MQTT connection to " + _peer + " is closed");
        }

        return _client!;
    }

    /// <summary>
    /// The library says the same of a silent broker and of one that closes. A refusal's CONNACK, after which brokers close at once, gets lost in that: mosquitto's
    /// answer to a wrong password was never seen.
    /// </summary>
    private HubException NoAnswer(long afterMs, Exception error) => afterMs < AnswerTimeoutMs
        ? new HubException(ErrorCode.ConnectionLost, _peer + " closed the connection at the MQTT CONNECT; are user and password right?", error)
        : new HubException(ErrorCode.Timeout, _peer + " accepts connections but does not answer the MQTT CONNECT", error);

    private HubException Cancelled() => new HubException(ErrorCode.Cancelled, "the MQTT connection to " + _peer + " was cancelled");

    /// <summary>The library passes on the CONNACK's code unchanged (MQTT 3.1.1 section 3.2.2.3).</summary>
    private HubException Refusal(int code) => Hub.Core.Mqtt.MqttConnackCodes.Refusal(_peer, code);
}
