using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Hal.Desktop;

namespace Hub.Tests.Support;

/// <summary>The laptop's HAL with a clock that runs fast: a wait of half a minute takes a second or two.</summary>
internal sealed class QuickHal : ForwardingHal, IClock
{
    private readonly DesktopClock _clock = new();
    private readonly int _speed;
    private int _sleeps;

    public QuickHal(IHal hal, int speed)
        : base(hal)
    {
        _speed = speed;
        Mqtt = new MqttFactory(this);
    }

    public override IClock Clock => this;

    public override IMqttFactory Mqtt { get; }

    public long NowMs => _clock.NowMs * _speed;

    public DateTime UtcNow => _clock.UtcNow;

    public bool IsUtcSynced => true;

    /// <summary>The number of sleeps on it.</summary>
    public int Sleeps => Volatile.Read(ref _sleeps);

    public void Sleep(int milliseconds)
    {
        _clock.Sleep(milliseconds / _speed);
        Interlocked.Increment(ref _sleeps);
    }

    public bool Wait(WaitHandle handle, int milliseconds) => _clock.Wait(handle, milliseconds / _speed);
}
