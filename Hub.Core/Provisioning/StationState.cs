using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>
/// What the plain status shows of the network (0 to 5, <see cref="WifiState"/>): joins that a person asked for come first, for a failed one must be seen although the hub is back
/// in its old network. Pure. Thread: the caller's lock.
/// </summary>
internal sealed class StationState
{
    private readonly Queue _news = new Queue();
    private int _joining;
    private bool _hasFailed;
    private bool _hasLeft;
    private int _shown = -1;

    /// <summary>True while a join that came over Bluetooth runs.</summary>
    public bool IsJoining => _joining > 0;

    /// <summary>A join begins.</summary>
    public void JoinBegan()
    {
        _joining++;
        _hasFailed = false;
        _hasLeft = false;
        Add((int)WifiState.Connecting);
    }

    /// <summary>A join ended.</summary>
    public void JoinEnded(bool isJoined)
    {
        _joining--;
        _hasFailed = !isJoined;
        Add((int)(isJoined ? WifiState.Connected : WifiState.Failed));
    }

    /// <summary>A join could not begin for want of a network.</summary>
    public void NothingToJoin() => Add((int)WifiState.NoCredentials);

    /// <summary>The stored network is another one: what became of earlier joins does not matter any more.</summary>
    public void NetworkChanged()
    {
        _hasFailed = false;
        _hasLeft = false;
    }

    /// <summary>A person had the hub leave its network.</summary>
    public void Left()
    {
        _hasFailed = false;
        _hasLeft = true;
    }

    /// <summary>The state now.</summary>
    public int Now(WifiState radio, bool isProvisioned)
    {
        if (_joining > 0)
        {
            return (int)WifiState.Connecting;
        }

        if (_hasFailed)
        {
            return (int)WifiState.Failed;
        }

        if (radio == WifiState.Connected || radio == WifiState.Connecting)
        {
            return (int)radio;
        }

        if (!isProvisioned)
        {
            return (int)WifiState.NoCredentials;
        }

        return (int)(_hasLeft ? WifiState.Disconnected : radio);
    }

    /// <summary>The next state that a central must hear of; -1 for none. Ends and beginnings of joins are never left out.</summary>
    public int TakeNews(WifiState radio, bool isProvisioned)
    {
        if (_news.Count > 0)
        {
            _shown = (int)_news.Dequeue()!;
            return _shown;
        }

        int now = Now(radio, isProvisioned);
        if (now == _shown)
        {
            return -1;
        }

        _shown = now;
        return now;
    }

    /// <summary>A central begins to listen: it reads the state by itself.</summary>
    public void Heard(WifiState radio, bool isProvisioned)
    {
        _news.Clear();
        _shown = Now(radio, isProvisioned);
    }

    private void Add(int state)
    {
        // Nobody listens for so long: the oldest are dropped.
        const int MaxNews = 8;
        if (_news.Count >= MaxNews)
        {
            _news.Dequeue();
        }

        _news.Enqueue(state);
    }
}
