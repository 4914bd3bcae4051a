using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>A HAL whose MQTT broker delivers the same report repeatedly from memory.</summary>
internal sealed class BenchBroker(byte[] report) : IHal, IMqttFactory
{
    /// <summary>Reports that a Bambu client reads in one poll.</summary>
    public const int MessagesPerPoll = 16;

    private static readonly DesktopHal s_desktop = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });

    public IClock Clock => s_desktop.Clock;

    public INvs Nvs => s_desktop.Nvs;

    public ISocketFactory Sockets => s_desktop.Sockets;

    public IBufferPool Buffers => s_desktop.Buffers;

    public IJsonDocuments JsonDocuments => s_desktop.JsonDocuments;

    public IHash Hash => s_desktop.Hash;

    public ISystem System => s_desktop.System;

    public IIndicator Indicator => s_desktop.Indicator;

    public IGpio Gpio => s_desktop.Gpio;

    public IRadio Radio => s_desktop.Radio;

    public IMqttFactory Mqtt => this;

    public IUpdateStore Updates => s_desktop.Updates;

    public IMqttClient Create(MqttOptions options) => new Session(report);

    private sealed class Session(byte[] report) : IMqttClient
    {
        private readonly Message _message = new(report);

        public bool IsConnected => true;

        public TlsPeer? Peer => null;

        public void Connect(CancellationToken cancel)
        {
            // There is no connection.
        }

        public void Subscribe(string filter, int qos, CancellationToken cancel) => _message.SubscribedTopic = filter;

        public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel) => 0;

        public bool IsAcknowledged(int packetId) => true;

        public MqttMessage? Receive(int waitMs, CancellationToken cancel) => _message;

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
