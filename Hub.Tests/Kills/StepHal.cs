using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Kills;

/// <summary>The machine of one process whose only thread is the test's: a wait returns at once and says until when it would have lasted.</summary>
internal sealed class StepHal(DyingNvs nvs, StepTime time) : IHal, IClock
{
    private static readonly ISystem s_system = Mock.Of<ISystem>();
    private static readonly ISocketFactory s_sockets = Mock.Of<ISocketFactory>(s => s.MaxSockets == 16);
    private static readonly DesktopHash s_hash = new();

    /// <summary>When this process has something to do next.</summary>
    public long WakeMs { get; private set; }

    public bool IsUtcSynced { get; set; } = true;

    public long NowMs => time.NowMs;

    public DateTime UtcNow => StepTime.Epoch.AddMilliseconds(time.NowMs);

    public IClock Clock => this;

    public INvs Nvs => nvs;

    public ISocketFactory Sockets => s_sockets;

    public IHash Hash => s_hash;

    public ICipher Cipher => throw new NotSupportedException();

    public ISystem System => s_system;

    public IBufferPool Buffers => throw new NotSupportedException();

    public IJsonDocuments JsonDocuments => throw new NotSupportedException();

    public IIndicator Indicator => throw new NotSupportedException();

    public IGpio Gpio => throw new NotSupportedException();

    public IButton Button => throw new NotSupportedException();

    public IRadio Radio => throw new NotSupportedException();

    public IMqttFactory Mqtt => throw new NotSupportedException();

    public IUpdateStore Updates => throw new NotSupportedException();

    public void Sleep(int milliseconds) => Assert.Fail("the only thread waits for another one");

    public bool Wait(WaitHandle handle, int milliseconds)
    {
        bool isSet = handle.WaitOne(0);
        WakeMs = isSet ? NowMs : NowMs + Math.Max(milliseconds, 1);
        return isSet;
    }
}

/// <summary>The time of all processes and printers of a run.</summary>
internal sealed class StepTime
{
    public static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public long NowMs { get; set; } = 1000000;

    public long UnixMs => ((Epoch.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) + NowMs;
}
