using Hub.Core.Hal;
using Hub.Core.Mqtt;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// The core's own client where the broker's certificate must belong to a serial or be a pinned one, which
/// nanoFramework.M2Mqtt cannot check; that library for the other brokers.
/// </summary>
internal sealed class Esp32MqttFactory : IMqttFactory
{
    private readonly IHal _hal;
    private readonly MqttFactory _core;

    /// <summary>Makes the factory.</summary>
    internal Esp32MqttFactory(IHal hal)
    {
        _hal = hal;
        _core = new MqttFactory(hal);
    }

    /// <inheritdoc/>
    public IMqttClient Create(MqttOptions options) =>
        NeedsCore(options) ? _core.Create(options) : new M2MqttClient(_hal.Clock, options);

    private static bool NeedsCore(MqttOptions options)
    {
        TlsOptions? tls = options.Tls;
        if (tls == null)
        {
            return false;
        }

        return tls.PinSha256 != null || (!tls.Insecure && tls.ServerName != null && tls.ServerName != options.Host);
    }
}
