using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Logging;

/// <summary>
/// Signs of life of the hub's threads: each says in every round what it does, so that one that hangs, in a TLS handshake for instance, has a name.
/// Thread: any.
/// </summary>
public sealed class Heartbeats
{
    private readonly IClock _clock;
    private readonly ArrayList _beats = new ArrayList();

    internal Heartbeats(IClock clock)
    {
        _clock = clock;
    }

    /// <summary>Threads that beat.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _beats.Count;
            }
        }
    }

    /// <summary>The one that has been silent for longest; null when there is none.</summary>
    public Heartbeat? Slowest
    {
        get
        {
            lock (Gate)
            {
                Heartbeat? slowest = null;
                for (int i = 0; i < _beats.Count; i++)
                {
                    Heartbeat beat = (Heartbeat)_beats[i]!;
                    if (slowest == null || beat.SilentMs > slowest.SilentMs)
                    {
                        slowest = beat;
                    }
                }

                return slowest;
            }
        }
    }

    /// <summary>Guards the list and every beat in it.</summary>
    internal object Gate { get; } = new object();

    internal long NowMs => _clock.NowMs;

    /// <summary>
    /// A thread begins; it must call <see cref="Heartbeat.End"/> when it ends. One that begins again under its name, after a fault, takes the
    /// place of its former self.
    /// </summary>
    /// <param name="name">A printer's id, or a part of the hub.</param>
    public Heartbeat Begin(string name)
    {
        Heartbeat beat = new Heartbeat(this, name);
        lock (Gate)
        {
            for (int i = _beats.Count - 1; i >= 0; i--)
            {
                if (((Heartbeat)_beats[i]!).Name == name)
                {
                    _beats.RemoveAt(i);
                }
            }

            _beats.Add(beat);
        }

        return beat;
    }

    internal void Remove(Heartbeat beat)
    {
        lock (Gate)
        {
            _beats.Remove(beat);
        }
    }
}
