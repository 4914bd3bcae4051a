namespace Hub.Core.Logging;

/// <summary>What one thread of the hub last said of itself. Thread: the owner beats, any reads.</summary>
public sealed class Heartbeat
{
    private readonly Heartbeats _all;
    private long _lastMs;
    private string _doing = "starting";

    internal Heartbeat(Heartbeats all, string name)
    {
        _all = all;
        Name = name;
        _lastMs = all.NowMs;
    }

    /// <summary>A printer's id, or a part of the hub.</summary>
    public string Name { get; }

    /// <summary>What the thread was about to do at its last beat, such as <c>waiting</c>.</summary>
    public string Doing
    {
        get
        {
            lock (_all.Gate)
            {
                return _doing;
            }
        }
    }

    /// <summary>For how long it has not beaten, in ms.</summary>
    public long SilentMs
    {
        get
        {
            lock (_all.Gate)
            {
                return _all.NowMs - _lastMs;
            }
        }
    }

    /// <summary>The thread makes progress. Allocates nothing.</summary>
    /// <param name="doing">What it does next: a constant, for it is called in every round.</param>
    public void Beat(string doing)
    {
        lock (_all.Gate)
        {
            _lastMs = _all.NowMs;
            _doing = doing;
        }
    }

    /// <summary>The thread ends.</summary>
    public void End() => _all.Remove(this);
}
