using Hub.Core.Hal;

namespace Hub.Core.Mqtt;

/// <summary>The one message object of a <see cref="CoreMqttClient"/>: a view of the last message.</summary>
internal sealed class MqttInbound : MqttMessage
{
    private static readonly byte[] s_none = new byte[0];

    private readonly MqttReceiver _receiver;
    private byte[] _buffer = s_none;
    private string _topic = "";
    private int _length;
    private int _qos;
    private bool _isRetained;
    private int _offset;
    private int _count;

    internal MqttInbound(MqttReceiver receiver)
    {
        _receiver = receiver;
    }

    /// <inheritdoc/>
    public override string Topic => _topic;

    /// <inheritdoc/>
    public override int Length => _length;

    /// <inheritdoc/>
    public override int Qos => _qos;

    /// <inheritdoc/>
    public override bool IsRetained => _isRetained;

    /// <inheritdoc/>
    public override byte[] Buffer => _buffer;

    /// <inheritdoc/>
    public override int Offset => _offset;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override int Read(byte[] target, int offset, int count) => _receiver.ReadPayload(target, offset, count);

    internal void SetHeader(MqttCodec codec)
    {
        _topic = codec.Topic;
        _length = codec.PayloadLength;
        _qos = codec.Qos;
        _isRetained = codec.IsRetained;
    }

    internal void SetPayload(byte[] buffer, int offset, int count)
    {
        _buffer = buffer;
        _offset = offset;
        _count = count;
    }

    /// <summary>Releases the buffer.</summary>
    internal void Clear() => SetPayload(s_none, 0, 0);
}
