using System;
using Hub.Core.Hal;
using nanoFramework.M2Mqtt.Messages;

namespace Hub.Hal.Esp32S3;

/// <summary>A message of nanoFramework.M2Mqtt, which always has the whole payload in an array of its own.</summary>
internal sealed class M2MqttMessage : MqttMessage
{
    private readonly MqttMsgPublishEventArgs _message;
    private int _given;

    internal M2MqttMessage(MqttMsgPublishEventArgs message)
    {
        _message = message;
    }

    /// <inheritdoc/>
    public override string Topic => _message.Topic;

    /// <inheritdoc/>
    public override int Length => _message.Message.Length;

    /// <inheritdoc/>
    public override int Qos => (int)_message.QosLevel;

    /// <inheritdoc/>
    public override bool IsRetained => _message.Retain;

    /// <inheritdoc/>
    public override byte[] Buffer => _message.Message;

    /// <inheritdoc/>
    public override int Offset => 0;

    /// <inheritdoc/>
    public override int Count => _message.Message.Length;

    /// <inheritdoc/>
    public override int Read(byte[] target, int offset, int count)
    {
        int copied = target == _message.Message ? 0 : Math.Min(count, Length - _given);
        Array.Copy(_message.Message, _given, target, offset, copied);
        _given += copied;
        return copied;
    }
}
