using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What must hold of the link machine whatever comes, in any order: random events from fixed seeds.</summary>
[TestClass]
public class LinkMachineRandomTests
{
    private const int Seeds = 40;
    private const int Events = 500;
    private const int PollMs = 2000;

    private LinkMachine _link = new LinkMachine(0, PollMs, true);
    private string _what = "";
    private uint _random;
    private bool _isRetrying;
    private int _moves;
    private int _seen;

    [TestMethod]
    public void AnyEvents_Enabled_KeepTheRules()
    {
        _seen = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Run(seed, true);
        }

        int all = (1 << (int)LinkState.Waiting) | (1 << (int)LinkState.Connecting) | (1 << (int)LinkState.Online)
            | (1 << (int)LinkState.Degraded) | (1 << (int)LinkState.Refused);
        Assert.AreEqual(all, _seen, "the events do not lead everywhere");
    }

    [TestMethod]
    public void AnyEvents_Disabled_ChangeNothing()
    {
        _moves = 0;
        Run(7, false);
        Assert.AreEqual(0, _moves);
        Assert.AreEqual((int)LinkState.Disabled, (int)_link.State);
        Assert.IsTrue(_link.DueMs == long.MaxValue && !_link.IsOpen, "a disabled link is due");
    }

    private void Run(int seed, bool isEnabled)
    {
        _random = (uint)seed;
        long now = 1000;
        long failedMs = -1;
        long reportMs = -1;
        int backoffMs = 0;
        _link = new LinkMachine(now, PollMs, isEnabled);
        for (int i = 0; i < Events; i++)
        {
            now += Next(10) == 0 ? Next(90000) : Next(3000);
            int kind = Next(14);
            _what = "seed " + seed.ToString() + ", event " + i.ToString() + " of kind " + kind.ToString();
            bool wasOpen = _link.IsOpen;
            LinkState before = _link.State;
            switch (kind)
            {
                case 0:
                case 1:
                    _link.Connecting(now);
                    break;
                case 2:
                case 3:
                    _link.Connected(now);
                    break;
                case 4:
                case 5:
                    _link.Reported(now);
                    reportMs = wasOpen ? now : reportMs;
                    break;
                case 6:
                    long heardMs = now - Next(50000);
                    _link.Waited(now, heardMs > reportMs ? heardMs : reportMs);
                    reportMs = wasOpen && heardMs > reportMs ? heardMs : reportMs;
                    break;
                case 7:
                    int namedMs = Next(4) == 0 ? Next(5000000) : 0;
                    _link.Failed(now, ErrorCode.Timeout, namedMs, Next(1000) / 1000.0);
                    failedMs = now;
                    backoffMs = namedMs;
                    break;
                case 8:
                    _link.Failed(now, Next(8) == 0 ? ErrorCode.AuthRejected : ErrorCode.ConnectionLost, 0, Next(1000) / 1000.0);
                    failedMs = now;
                    backoffMs = 0;
                    break;
                case 9:
                    _link.NoSocket(now);
                    break;
                case 10:
                    _link.SocketFree(now);
                    break;
                case 11:
                    _link.Wanted(now);
                    break;
                case 12:
                    _link.PollWithin(now, 250);
                    break;
                default:
                    _isRetrying = Next(3) == 0;
                    if (_isRetrying)
                    {
                        _link.Retry(now);
                    }

                    break;
            }

            Stepped(before);
            _isRetrying = false;
            LinkState beforeTick = _link.State;
            _link.Tick(now);
            Stepped(beforeTick);
            Check(now, before, reportMs);
            if (failedMs == now && _link.State != LinkState.Refused && _link.DueMs != long.MaxValue && isEnabled)
            {
                Assert.IsTrue(_link.DueMs - now <= LinkMachine.MaxBackoffMs, "waits " + (_link.DueMs - now).ToString() + " ms; " + _what);
                Assert.IsTrue(_link.DueMs >= now + (backoffMs < LinkMachine.MaxBackoffMs ? backoffMs : LinkMachine.MaxBackoffMs), "before the named wait; " + _what);
            }
        }
    }

    private void Stepped(LinkState from)
    {
        LinkState to = _link.State;
        if (from == to)
        {
            return;
        }

        _moves++;
        _seen |= 1 << (int)to;
        Assert.IsTrue(from != LinkState.Disabled && to != LinkState.Disabled, "switched by an event; " + _what);
        Assert.IsTrue(from != LinkState.Refused || _isRetrying, "a refused link came back by itself; " + _what);
    }

    private void Check(long now, LinkState before, long reportMs)
    {
        LinkState state = _link.State;
        bool isAtRest = state == LinkState.Disabled || state == LinkState.Refused || state == LinkState.Connecting;
        Assert.AreEqual(isAtRest, _link.DueMs == long.MaxValue, "due at the wrong time; " + _what);
        Assert.IsTrue(_link.DueMs >= 1000, "due before it was made; " + _what);
        Assert.IsTrue(isAtRest || _link.DueMs <= now + LinkMachine.MaxBackoffMs, "due too late; " + _what);
        Assert.IsTrue(_link.WakeMs <= _link.DueMs, "sleeps over what is due; " + _what);

        Assert.IsFalse(_link.IsOpen && state != LinkState.Online && state != LinkState.Degraded, "open, but not called so; " + _what);
        Assert.IsFalse(state == LinkState.Online && !_link.IsOpen, "online without a link; " + _what);
        Assert.IsFalse(state == LinkState.Online && now - _link.HeardMs > _link.QuietMs, "online, but silent; " + _what);
        Assert.IsFalse(_link.IsOpen && _link.LastError != ErrorCode.None, "open with an error; " + _what);
        Assert.IsFalse(_link.IsFresh && !_link.IsOpen, "fresh without a link; " + _what);

        bool isYoung = reportMs >= 0 && now - reportMs < Staleness.DefaultMs;
        Assert.IsFalse(state == LinkState.Degraded && !_link.IsOpen && !isYoung, "degraded, but there is nothing to show; " + _what);
        Assert.AreEqual(!_link.IsOpen && !isYoung, _link.IsStale(now), "stale or not; " + _what);
        Assert.IsFalse(before == LinkState.Refused && state != LinkState.Refused && _link.IsOpen, "refused, then open at once; " + _what);
    }

    private int Next(int below)
    {
        // Numerical Recipes' generator: the same numbers on the board as here.
        _random = unchecked((_random * 1664525) + 1013904223);
        return (int)((_random >> 8) % (uint)below);
    }
}
