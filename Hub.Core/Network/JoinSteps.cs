using Hub.Core.Hal;

namespace Hub.Core.Network;

/// <summary>
/// When to join the configured network: at once, then again after 1, 2, 5, 10, 30 and 60 s and every minute from then on, for ever: an access point that was
/// switched off, or a weak signal that looks like a wrong password, must not leave the hub offline. Pure. Thread: one owner.
/// </summary>
internal sealed class JoinSteps
{
    private static readonly int[] s_pausesMs = { 1000, 2000, 5000, 10000, 30000, 60000 };

    private int _failures;
    private long _dueMs;

    /// <summary>The configuration changed: the next join is due at once.</summary>
    public void Restart()
    {
        _failures = 0;
        _dueMs = 0;
    }

    /// <summary>True when a join is due.</summary>
    public bool IsDue(WifiState state, long nowMs) => state != WifiState.Connected && state != WifiState.Connecting && nowMs >= _dueMs;

    /// <summary>A join ended.</summary>
    public void Ended(bool isJoined, long nowMs)
    {
        if (isJoined)
        {
            Restart();
            return;
        }

        _dueMs = nowMs + s_pausesMs[_failures];
        if (_failures < s_pausesMs.Length - 1)
        {
            _failures++;
        }
    }
}
