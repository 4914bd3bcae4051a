using System;
using Hub.Core.Drivers;
using Hub.Core.Hal;
using Hub.Core.Mqtt;

namespace Hub.Hal.Desktop;

/// <summary>The HAL of a laptop. Thread: any. Ownership: the caller disposes of it, after the hub has stopped.</summary>
public sealed class DesktopHal : IHal, IDisposable
{
    private readonly DesktopSystem _system;

    /// <summary>Makes the drivers; nothing is written or opened yet.</summary>
    /// <param name="dataDirectory">The hub's data folder; created by the first write.</param>
    /// <param name="options">Changes to the defaults.</param>
    public DesktopHal(string dataDirectory, DesktopHalOptions? options = null)
    {
        options ??= new DesktopHalOptions();
        Nvs = options.Nvs ?? new FileNvs(dataDirectory);
        Buffers = new PooledBuffers(options.MaxBuffers, options.SendBufferBytes);
        if (options.Board == null)
        {
            Clock = new DesktopClock();
            Sockets = new DesktopSockets(options.MaxSockets, options.OneTlsDialAtATime ? new TlsDialGate(Clock) : null);
        }
        else
        {
            SingleCore core = new(options.Board);
            Core = core;
            Clock = new BoardClock(core);
            Nvs = new BoardNvs(Nvs, core);
            Buffers = new BoardBuffers(Buffers, core);
            Sockets = new RawSockets(new BoardNetwork(core, options.Board), Clock, options.MaxSockets, options.Board.MaxTls);
        }

        if (options.Networks != null)
        {
            SimulatedRadio radio = new(Clock, options.Networks);
            Simulated = radio;
            Radio = radio;
            Button = radio.Button;
            Sockets = RadioSockets.Of(Sockets, radio.Station, Clock);
        }

        Indicator = new CallbackIndicator(options.IndicatorChanged);
        Mqtt = new MqttFactory(this);
        _system = new DesktopSystem(Nvs, options.Reboot ?? EndProcess, options.CpuCostFactor);
    }

    /// <inheritdoc/>
    public IClock Clock { get; }

    /// <inheritdoc/>
    public INvs Nvs { get; }

    /// <inheritdoc/>
    public ISocketFactory Sockets { get; }

    /// <inheritdoc/>
    public IBufferPool Buffers { get; }

    /// <inheritdoc/>
    public IJsonDocuments JsonDocuments { get; } = new SystemTextJsonDocuments();

    /// <inheritdoc/>
    public IHash Hash { get; } = new DesktopHash();

    /// <inheritdoc/>
    public ICipher Cipher { get; } = new DesktopCipher();

    /// <inheritdoc/>
    public ISystem System => _system;

    /// <inheritdoc/>
    public IIndicator Indicator { get; }

    /// <inheritdoc/>
    public IGpio Gpio { get; } = new NullGpio();

    /// <inheritdoc/>
    public IButton Button { get; } = new NullButton();

    /// <inheritdoc/>
    public IRadio Radio { get; } = new Radio(new NullWifi(), new NullBle());

    /// <inheritdoc/>
    public IMqttFactory Mqtt { get; }

    /// <inheritdoc/>
    public IUpdateStore Updates { get; } = new NullUpdateStore();

    /// <summary>The world around the radio and the button, where they are simulated.</summary>
    public SimulatedRadio? Simulated { get; }

    /// <summary>The board's CPU, where it is imposed.</summary>
    internal SingleCore? Core { get; }

    /// <summary>Disarms the watchdog and ends a simulated radio. Connections belong to those who opened them.</summary>
    public void Dispose()
    {
        Simulated?.Dispose();
        _system.Dispose();
    }

    private static void EndProcess(string reason)
    {
        Console.Error.WriteLine($"the hub stops: {reason}");
        Environment.Exit(1);
    }
}
