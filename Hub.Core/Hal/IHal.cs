namespace Hub.Core.Hal;

/// <summary>
/// Everything the hub needs from the machine it runs on, as a set of small drivers. Hub.Core reaches no
/// clock, socket, file or radio except through this object.
/// </summary>
/// <remarks>
/// Thread: every property may be read from any thread and always returns the same driver.
/// Ownership: the composition root makes the HAL and disposes of it; users never do.
/// A driver that the machine lacks is its <c>Null…</c> twin, never <c>null</c>.
/// </remarks>
public interface IHal
{
    /// <summary>Time and sleeping.</summary>
    IClock Clock { get; }

    /// <summary>Small documents that survive a power cut.</summary>
    INvs Nvs { get; }

    /// <summary>TCP, TLS and UDP.</summary>
    ISocketFactory Sockets { get; }

    /// <summary>Fixed-size transfer buffers.</summary>
    IBufferPool Buffers { get; }

    /// <summary>JSON documents as trees, for configuration.</summary>
    IJsonDocuments JsonDocuments { get; }

    /// <summary>Digests.</summary>
    IHash Hash { get; }

    /// <summary>Encryption of what is sent over Bluetooth.</summary>
    ICipher Cipher { get; }

    /// <summary>Identity, memory, entropy and reboot.</summary>
    ISystem System { get; }

    /// <summary>The status light.</summary>
    IIndicator Indicator { get; }

    /// <summary>General-purpose pins.</summary>
    IGpio Gpio { get; }

    /// <summary>The button of the machine.</summary>
    IButton Button { get; }

    /// <summary>Wi-Fi and Bluetooth.</summary>
    IRadio Radio { get; }

    /// <summary>MQTT connections.</summary>
    IMqttFactory Mqtt { get; }

    /// <summary>Updates of the application.</summary>
    IUpdateStore Updates { get; }
}
