using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Hal.Desktop;

namespace Hub.Tests.Support;

/// <summary>The laptop's HAL with a clock that runs ahead: what waits for half a minute waits for a second or two.</summary>
internal sealed class QuickHal : IHal, IClock
{
    private readonly IHal _hal;
    private readonly DesktopClock _clock = new();
    private readonly int _speed;
    private int _sleeps;

    public QuickHal(IHal hal, int speed)
    {
        _hal = hal;
        _speed = speed;
        Mqtt = new MqttFactory(this);
    }

    public IClock Clock => this;

    public INvs Nvs => _hal.Nvs;

    public ISocketFactory Sockets => _hal.Sockets;

    public IBufferPool Buffers => _hal.Buffers;

    public IJsonDocuments JsonDocuments => _hal.JsonDocuments;

    public IHash Hash => _hal.Hash;

    public ISystem System => _hal.System;

    public IIndicator Indicator => _hal.Indicator;

    public IGpio Gpio => _hal.Gpio;

    public IRadio Radio => _hal.Radio;

    public IMqttFactory Mqtt { get; }

    public IUpdateStore Updates => _hal.Updates;

    public long NowMs => _clock.NowMs * _speed;

    public DateTime UtcNow => _clock.UtcNow;

    public bool IsUtcSynced => true;

    /// <summary>How often somebody has slept on it.</summary>
    public int Sleeps => Volatile.Read(ref _sleeps);

    public void Sleep(int milliseconds)
    {
        _clock.Sleep(milliseconds / _speed);
        Interlocked.Increment(ref _sleeps);
    }

    public bool Wait(WaitHandle handle, int milliseconds) => _clock.Wait(handle, milliseconds / _speed);
}
