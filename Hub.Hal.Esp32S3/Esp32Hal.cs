using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// The HAL of an ESP32-S3 with 16 MB of flash and 8 MB of PSRAM on .NET nanoFramework. The drivers pass calls on; what there is to decide is in
/// Hub.Core/Drivers. Not there yet: a watchdog.
/// </summary>
public sealed class Esp32Hal : IHal
{
    /// <summary>16 KiB: one TLS record.</summary>
    private const int BufferSizeBytes = 16 * 1024;

    /// <summary>
    /// 512 KiB of some 7 MB: windows of 64 KiB for four uploads and four files on their way from the cloud would leave nothing for the answers to commands and polls
    /// with fewer.
    /// </summary>
    private const int BufferCount = 32;

    /// <summary>lwIP's and mbedTLS's: the CLR is built for 16 sockets, and the key slots suffice for 15 TLS connections (docs/board.md).</summary>
    private const int MaxSockets = 16;
    private const int MaxTls = 15;

    private const string StorageFolder = "I:\\nvs";

    /// <summary>Makes the drivers; made once, by the firmware's composition root.</summary>
    /// <param name="pins">The pins in use.</param>
    public Esp32Hal(Esp32Pins pins)
    {
        NanoNetwork network = new NanoNetwork();
        Nvs = new SlotNvs(new Esp32Files(StorageFolder));
        System = new Esp32System(Nvs);
        Buffers = new Esp32BufferPool(BufferSizeBytes, BufferCount);
        Sockets = new RawSockets(network, Clock, MaxSockets, MaxTls);
        Gpio = new Esp32Gpio(pins.Outputs(), new int[] { pins.Button });
        Button = new Esp32Button(Gpio, pins.Button);
        Indicator = pins.Light < 0 ? new NullIndicator() : new Esp32Indicator(Gpio, pins.Light);
        Radio = new Radio(new RawWifi(new NanoWifi(network), Clock), new RawBle(new NanoBle(), Clock));
        Mqtt = new Esp32MqttFactory(this);
    }

    /// <inheritdoc/>
    public IClock Clock { get; } = new Esp32Clock();

    /// <inheritdoc/>
    public INvs Nvs { get; }

    /// <inheritdoc/>
    public ISocketFactory Sockets { get; }

    /// <inheritdoc/>
    public IBufferPool Buffers { get; }

    /// <inheritdoc/>
    public IJsonDocuments JsonDocuments { get; } = new TreeJsonDocuments();

    /// <inheritdoc/>
    public IHash Hash { get; } = new Esp32Hash();

    /// <inheritdoc/>
    public ICipher Cipher { get; } = new Esp32Cipher();

    /// <inheritdoc/>
    public ISystem System { get; }

    /// <inheritdoc/>
    public IIndicator Indicator { get; }

    /// <inheritdoc/>
    public IGpio Gpio { get; }

    /// <inheritdoc/>
    public IButton Button { get; }

    /// <inheritdoc/>
    public IRadio Radio { get; }

    /// <inheritdoc/>
    public IMqttFactory Mqtt { get; }

    /// <inheritdoc/>
    public IUpdateStore Updates { get; } = new NullUpdateStore("this board cannot update itself: flash it over USB (docs/board.md)");

    /// <summary>Begins to ask a time server for the time. Returns at once; <see cref="IClock.IsUtcSynced"/> shows the success.</summary>
    public static void StartClockSync() => Esp32Clock.StartSync();
}
