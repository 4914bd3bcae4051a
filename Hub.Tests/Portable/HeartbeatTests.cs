using Hub.Core.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Signs of life of the hub's threads.</summary>
[TestClass]
public class HeartbeatTests : ILogSink
{
    private readonly ManualClock _clock = new ManualClock();
    private readonly Heartbeats _beats;

    public HeartbeatTests()
    {
        _beats = new Log(this, _clock, LogLevel.Info).Heartbeats;
    }

    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        // Beats write nothing.
    }

    [TestMethod]
    public void Slowest_SeveralThreads_IsTheOneThatIsSilentForLongest()
    {
        Assert.IsNull(_beats.Slowest);
        Heartbeat first = _beats.Begin("a");
        Heartbeat second = _beats.Begin("b");
        _clock.Advance(100);
        first.Beat("waiting");
        _clock.Advance(50);
        Assert.AreEqual(2, _beats.Count);
        Assert.AreSame(second, _beats.Slowest);
        Assert.AreEqual(150, (int)second.SilentMs);
        Assert.AreEqual("starting", second.Doing);
        Assert.AreEqual(50, (int)first.SilentMs);
        Assert.AreEqual("waiting", first.Doing);

        second.Beat("serving");
        Assert.AreSame(first, _beats.Slowest);
        first.End();
        first.End();
        Assert.AreEqual(1, _beats.Count);
        Assert.AreSame(second, _beats.Slowest);
    }

    [TestMethod]
    public void Begin_AgainAfterAFault_TakesThePlaceOfTheFormerOne()
    {
        Heartbeat former = _beats.Begin("a");
        _clock.Advance(1000);
        Heartbeat present = _beats.Begin("a");
        Assert.AreEqual(1, _beats.Count);
        Assert.AreSame(present, _beats.Slowest);
        Assert.AreEqual(0, (int)present.SilentMs);

        // The former thread comes to its end late.
        former.Beat("late");
        former.End();
        Assert.AreSame(present, _beats.Slowest);
    }
}
