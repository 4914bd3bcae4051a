namespace Hub.Core.Printers.Bambu;

/// <summary>What a silent printer needs.</summary>
internal enum BambuWatch
{
    /// <summary>Nothing.</summary>
    Wait = 0,

    /// <summary>Ask it to go on with its reports; costs it little.</summary>
    AskToPush = 1,

    /// <summary>Ask for a full report.</summary>
    AskForAll = 2,

    /// <summary>Open a fresh session.</summary>
    Reconnect = 3,
}

/// <summary>
/// Decides what to do about a printer that is connected but silent, a common fault (ha-bambulab 442, bambu-farm 44): ask at 30 s, a fresh
/// session at 60 s. P1 and A1 lag when asked for everything more than every 5 minutes. Pure. Thread: one owner.
/// </summary>
internal sealed class BambuWatchdog
{
    /// <summary>Silence after which the printer is asked, in ms.</summary>
    public const int AskMs = 30000;

    /// <summary>Silence after which the session is given up, in ms.</summary>
    public const int ReconnectMs = 60000;

    /// <summary>Silence after which the printer counts as offline, in ms.</summary>
    public const int OfflineMs = 90000;

    /// <summary>Least time between two full reports that a weak printer is asked for within a session, in ms.</summary>
    public const int WeakAllMs = 300000;

    private long _newsMs;
    private long _allMs;
    private bool _isAsked;
    private bool _isFull;

    /// <summary>A session began, and with it a full report was asked for.</summary>
    public void Connected(long nowMs)
    {
        _newsMs = nowMs;
        _allMs = nowMs;
        _isAsked = false;
        _isFull = false;
    }

    /// <summary>A report came. Partial ones are no news before the first full one.</summary>
    public void Reported(long nowMs, bool isFullKnown)
    {
        _isFull |= isFullKnown;
        if (_isFull)
        {
            _newsMs = nowMs;
            _isAsked = false;
        }
    }

    /// <summary>What to do now; each is said once for a silence.</summary>
    public BambuWatch Step(long nowMs, bool isWeak)
    {
        long silenceMs = nowMs - _newsMs;
        if (silenceMs >= ReconnectMs)
        {
            return BambuWatch.Reconnect;
        }

        if (silenceMs < AskMs || _isAsked)
        {
            return BambuWatch.Wait;
        }

        _isAsked = true;
        if (_isFull && isWeak && nowMs - _allMs < WeakAllMs)
        {
            return BambuWatch.AskToPush;
        }

        _allMs = nowMs;
        return BambuWatch.AskForAll;
    }
}
