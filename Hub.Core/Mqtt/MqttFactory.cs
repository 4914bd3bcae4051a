using Hub.Core.Hal;

namespace Hub.Core.Mqtt;

/// <summary>Makes the core's own clients. Thread: any.</summary>
public sealed class MqttFactory : IMqttFactory
{
    private readonly IHal _hal;

    /// <summary>Makes the factory.</summary>
    /// <param name="hal">Clock, sockets and buffers; read only when a client is made, so it may be under construction.</param>
    public MqttFactory(IHal hal)
    {
        _hal = hal;
    }

    /// <inheritdoc/>
    public IMqttClient Create(MqttOptions options) => new CoreMqttClient(_hal, options);
}
