using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// The HAL of an ESP32-S3 running .NET nanoFramework. Real so far: clock, system and buffers. Network,
/// storage, documents, digests and radio are null drivers that refuse until the real ones are written.
/// </summary>
public sealed class Esp32Hal : IHal
{
    /// <summary>16 KiB: one TLS record.</summary>
    private const int BufferSizeBytes = 16 * 1024;

    /// <summary>Four transfer windows of 64 KiB.</summary>
    private const int BufferCount = 16;

    /// <summary>Makes the drivers; made once, by the firmware's composition root.</summary>
    public Esp32Hal()
    {
        Clock = new Esp32Clock();
        System = new Esp32System();
        Buffers = new Esp32BufferPool(BufferSizeBytes, BufferCount);
        Nvs = new NullNvs();
        Sockets = new NullSocketFactory();
        JsonDocuments = new NullJsonDocuments();
        Hash = new NullHash();
        Radio = new Radio(new NullWifi(WifiState.Idle, "this board build does not drive the Wi-Fi yet"), new NullBle());
        Indicator = new NullIndicator();
        Gpio = new NullGpio();
        Mqtt = new Esp32MqttFactory(this);
        Updates = new NullUpdateStore();
    }

    /// <summary>What this build lacks, in one line for the log.</summary>
    public static string Missing =>
        "network, storage, JSON documents, digests, Wi-Fi, BLE, light, pins, watchdog and updates come with later issues";

    /// <inheritdoc/>
    public IClock Clock { get; }

    /// <inheritdoc/>
    public INvs Nvs { get; }

    /// <inheritdoc/>
    public ISocketFactory Sockets { get; }

    /// <inheritdoc/>
    public IBufferPool Buffers { get; }

    /// <inheritdoc/>
    public IJsonDocuments JsonDocuments { get; }

    /// <inheritdoc/>
    public IHash Hash { get; }

    /// <inheritdoc/>
    public ISystem System { get; }

    /// <inheritdoc/>
    public IIndicator Indicator { get; }

    /// <inheritdoc/>
    public IGpio Gpio { get; }

    /// <inheritdoc/>
    public IRadio Radio { get; }

    /// <inheritdoc/>
    public IMqttFactory Mqtt { get; }

    /// <inheritdoc/>
    public IUpdateStore Updates { get; }
}
