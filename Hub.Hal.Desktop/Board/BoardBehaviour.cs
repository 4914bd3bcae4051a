using System;

namespace Hub.Hal.Desktop;

/// <summary>
/// How the board's threads, TLS and CPU behave, as far as a laptop can behave in the same way (docs/board.md, "What --board-limits imposes"): its
/// connections are then made by the board's own driver code.
/// </summary>
public sealed class BoardBehaviour
{
    /// <summary>How many TLS connections may be open at once.</summary>
    public int MaxTls { get; set; } = 15;

    /// <summary>Shortest TLS handshake, which stops every other thread, in ms.</summary>
    public int MinHandshakeMs { get; set; } = 500;

    /// <summary>Longest TLS handshake with a server that answers at once, in ms.</summary>
    public int MaxHandshakeMs { get; set; } = 2000;

    /// <summary>By how much a thread that slept or waited may be woken late, in ms; most are late by much less.</summary>
    public int MaxLateMs { get; set; } = 234;

    /// <summary>CPU time of each call to a socket or to the storage, in microseconds.</summary>
    public int CallMicroseconds { get; set; } = 2000;

    /// <summary>CPU time of each byte that is received or sent, in nanoseconds.</summary>
    public int ByteNanoseconds { get; set; } = 10_000;

    /// <summary>What the lengths of handshakes and delays are drawn with.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Looks a name up instead of the operating system; every other thread stops until it returns.</summary>
    internal Func<string, byte[]>? Resolve { get; set; }
}
