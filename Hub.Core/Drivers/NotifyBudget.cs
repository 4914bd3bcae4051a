namespace Hub.Core.Drivers;

/// <summary>
/// How many notifications may be on their way in the radio. The ESP32's stack does not say that it is full: without a buffer for the value, it asks the hub for it instead, which
/// stops every thread for the 2 s that such a question may take (NativeNotifyClient and ble_gattc_notify_custom). So only a few are sent at once, and further ones as fast as any connection
/// carries them. Thread: serialised by the owner.
/// </summary>
internal sealed class NotifyBudget
{
    /// <summary>Most at once: half of the stack's smaller kind of buffers.</summary>
    public const int Burst = 6;

    /// <summary>Time for one more, in ms: four in each interval of the slowest usual connections, 60 ms.</summary>
    public const int EachMs = 15;

    private int _left = Burst;
    private long _countedMs;

    /// <summary>All are free: a connection begins.</summary>
    public void Reset(long nowMs)
    {
        _left = Burst;
        _countedMs = nowMs;
    }

    /// <summary>True when one may be sent now; it counts.</summary>
    public bool TryTake(long nowMs)
    {
        long more = (nowMs - _countedMs) / EachMs;
        if (_left + more >= Burst)
        {
            Reset(nowMs);
        }
        else
        {
            _left += (int)more;
            _countedMs += more * EachMs;
        }

        if (_left == 0)
        {
            return false;
        }

        _left--;
        return true;
    }
}
