using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A laptop's clock for threads that stop and are woken late as on the board. Thread: any.</summary>
internal sealed class BoardClock(SingleCore core) : IClock
{
    private readonly DesktopClock _clock = new();

    public long NowMs
    {
        get
        {
            core.Pass();
            return _clock.NowMs;
        }
    }

    public DateTime UtcNow
    {
        get
        {
            core.Pass();
            return _clock.UtcNow;
        }
    }

    public bool IsUtcSynced => true;

    public void Sleep(int milliseconds)
    {
        core.Pass();
        _clock.Sleep(milliseconds);
        if (milliseconds > 0)
        {
            core.Woken();
        }
    }

    public bool Wait(WaitHandle handle, int milliseconds)
    {
        core.Pass();
        if (handle.WaitOne(0))
        {
            return true;
        }

        bool isSet = _clock.Wait(handle, milliseconds);
        core.Woken();
        return isSet;
    }
}
