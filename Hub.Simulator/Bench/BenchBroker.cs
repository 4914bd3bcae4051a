using System;
using System.Text;
using System.Threading;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>
/// A HAL whose MQTT broker delivers a report repeatedly from memory, one for each poll. One number in it changes each time, so
/// that the status shows which report was read last.
/// </summary>
internal sealed class BenchBroker : IHal, IMqttFactory
{
    private static readonly DesktopHal s_desktop = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });

    private readonly byte[] _report;
    private readonly int _onesAt;

    /// <summary>Makes it for a report that <see cref="Has"/> the number; the report is copied.</summary>
    /// <param name="report">The report.</param>
    /// <param name="before">What stands before the number, such as <c>"mc_percent":</c>.</param>
    public BenchBroker(byte[] report, string before)
    {
        _report = [.. report];
        _onesAt = OnesAt(report, before);
    }

    /// <summary>How the number in the last report differs from the one before.</summary>
    public int Step { get; private set; }

    /// <summary>True when a number stands there.</summary>
    public static bool Has(byte[] report, string before) => OnesAt(report, before) >= 0;

    public IClock Clock => s_desktop.Clock;

    public INvs Nvs => s_desktop.Nvs;

    public ISocketFactory Sockets => s_desktop.Sockets;

    public IBufferPool Buffers => s_desktop.Buffers;

    public IJsonDocuments JsonDocuments => s_desktop.JsonDocuments;

    public IHash Hash => s_desktop.Hash;

    public ICipher Cipher => s_desktop.Cipher;

    public ISystem System => s_desktop.System;

    public IIndicator Indicator => s_desktop.Indicator;

    public IGpio Gpio => s_desktop.Gpio;

    public IButton Button => s_desktop.Button;

    public IRadio Radio => s_desktop.Radio;

    public IMqttFactory Mqtt => this;

    public IUpdateStore Updates => s_desktop.Updates;

    public IMqttClient Create(MqttOptions options) => new Session(this);

    private static int OnesAt(byte[] report, string before)
    {
        byte[] key = Encoding.UTF8.GetBytes(before);
        int at = report.AsSpan().IndexOf(key);
        int digits = at < 0 ? 0 : report.AsSpan(at + key.Length).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 ? at + key.Length + digits - 1 : -1;
    }

    private void ChangeNumber()
    {
        Step = _report[_onesAt] == '9' ? -9 : 1;
        _report[_onesAt] = (byte)(_report[_onesAt] + Step);
    }

    private sealed class Session(BenchBroker broker) : IMqttClient
    {
        private readonly Message _message = new(broker._report);
        private bool _isPollOver = true;

        public bool IsConnected => true;

        public TlsPeer? Peer => null;

        public void Connect(CancellationToken cancel)
        {
            // There is no connection.
        }

        public void Subscribe(string filter, int qos, CancellationToken cancel) => _message.SubscribedTopic = filter;

        public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel) => 0;

        public bool IsAcknowledged(int packetId) => true;

        public MqttMessage? Receive(int waitMs, CancellationToken cancel)
        {
            _isPollOver = !_isPollOver;
            if (_isPollOver)
            {
                return null;
            }

            broker.ChangeNumber();
            return _message;
        }

        public bool TrySignal(AutoResetEvent arrived) => false;

        public void Disconnect()
        {
            // Nothing is open.
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    private sealed class Message(byte[] report) : MqttMessage
    {
        public string SubscribedTopic { get; set; } = "";

        public override string Topic => SubscribedTopic;

        public override int Length => report.Length;

        public override int Qos => 0;

        public override bool IsRetained => false;

        public override byte[] Buffer => report;

        public override int Offset => 0;

        public override int Count => report.Length;

        public override int Read(byte[] target, int offset, int count) => throw new NotSupportedException("it lies whole in the buffer");
    }
}
