namespace Hub.Core.Hal;

/// <summary>
/// Chooses the MQTT 3.1.1 client for a broker: the core's own where the certificate must belong to a
/// serial, the platform's elsewhere. Thread: any.
/// </summary>
public interface IMqttFactory
{
    /// <summary>Makes a client that the caller owns; nothing is opened yet.</summary>
    IMqttClient Create(MqttOptions options);
}
