using System;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>A HAL of scripted sockets, a driven clock and counted buffers; it has nothing else.</summary>
public sealed class ScriptedHal : IHal
{
    /// <summary>Makes it with buffers of 16 KiB.</summary>
    public ScriptedHal()
        : this(16 * 1024)
    {
    }

    /// <summary>Makes it without larger buffers for files.</summary>
    public ScriptedHal(int bufferSize)
        : this(bufferSize, bufferSize)
    {
    }

    /// <summary>Makes it.</summary>
    public ScriptedHal(int bufferSize, int largeSize)
    {
        Pool = new CountingBufferPool(bufferSize, 8, largeSize);
        Net.Clock = Time;
    }

    /// <summary>The clock, to be driven.</summary>
    public ManualClock Time { get; } = new ManualClock();

    /// <summary>The connections, to be scripted.</summary>
    public ScriptedSockets Net { get; } = new ScriptedSockets();

    /// <summary>The buffers, to be counted.</summary>
    public CountingBufferPool Pool { get; }

    /// <inheritdoc/>
    public IClock Clock => Time;

    /// <inheritdoc/>
    public ISocketFactory Sockets => Net;

    /// <inheritdoc/>
    public IBufferPool Buffers => Pool;

    /// <inheritdoc/>
    public INvs Nvs { get; set; } = new MemoryNvs();

    /// <inheritdoc/>
    public IJsonDocuments JsonDocuments => throw Missing();

    /// <summary>The digests, where a test needs them.</summary>
    public IHash? Hasher { get; set; }

    /// <inheritdoc/>
    public IHash Hash => Hasher ?? throw Missing();

    /// <summary>The encryption, where a test needs it.</summary>
    public ICipher? Encryption { get; set; }

    /// <inheritdoc/>
    public ICipher Cipher => Encryption ?? throw Missing();

    /// <inheritdoc/>
    public IButton Button { get; set; } = new NullButton();

    /// <summary>The machine, where a test needs one.</summary>
    public ISystem? Machine { get; set; }

    /// <inheritdoc/>
    public ISystem System => Machine ?? throw Missing();

    /// <inheritdoc/>
    public IIndicator Indicator => throw Missing();

    /// <inheritdoc/>
    public IGpio Gpio => throw Missing();

    /// <summary>The radio, where a test needs one.</summary>
    public IRadio? Waves { get; set; }

    /// <inheritdoc/>
    public IRadio Radio => Waves ?? throw Missing();

    /// <inheritdoc/>
    public IMqttFactory Mqtt => throw Missing();

    /// <inheritdoc/>
    public IUpdateStore Updates => throw Missing();

    /// <summary>Prepares the next connection.</summary>
    public ScriptedStream AddPeer() => Net.Add(new ScriptedStream(Time));

    private static InvalidOperationException Missing() => new InvalidOperationException("the scripted HAL lacks this driver");
}
