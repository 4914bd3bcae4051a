using System;

namespace Hub.Core.Mqtt;

/// <summary>When a ping is due and its answer overdue (MQTT 3.1.1 section 3.1.2.10). A pure step machine; times as of the clock. Thread: one owner.</summary>
internal sealed class MqttKeepAlive
{
    private const int MaxPongWaitMs = 10000;

    private readonly int _keepAliveMs;

    /// <summary>When the answer to a ping is overdue; 0 while none is awaited.</summary>
    private long _pongDueMs;

    /// <summary>Makes it for a keep-alive time, 0 for none.</summary>
    internal MqttKeepAlive(int keepAliveSeconds)
    {
        _keepAliveMs = keepAliveSeconds * 1000;
    }

    /// <summary>Forgets a ping, for a new connection.</summary>
    internal void Start() => _pongDueMs = 0;

    /// <summary>True at three quarters of the time after which the broker may drop the client, unless a pong is awaited already.</summary>
    internal bool IsPingDue(long nowMs, long lastSentMs) =>
        _keepAliveMs > 0 && _pongDueMs == 0 && nowMs - lastSentMs >= _keepAliveMs / 4 * 3;

    internal void NotePing(long nowMs) => _pongDueMs = nowMs + Math.Min(_keepAliveMs, MaxPongWaitMs);

    internal void NotePong() => _pongDueMs = 0;

    /// <summary>Any bytes show that the broker is alive, and a pong cannot overtake a message that is on its way.</summary>
    internal void NoteBytes(long nowMs)
    {
        if (_pongDueMs > 0)
        {
            NotePing(nowMs);
        }
    }

    internal bool IsPongOverdue(long nowMs) => _pongDueMs > 0 && nowMs >= _pongDueMs;
}
