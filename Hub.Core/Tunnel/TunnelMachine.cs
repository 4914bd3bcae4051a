using Hub.Core.Errors;

namespace Hub.Core.Tunnel;

/// <summary>
/// When the tunnel connects, greets, beats and gives a connection up. Pure: time and random numbers come from the caller.
/// Thread: one owner.
/// </summary>
/// <remarks>
/// The limits follow the AutoPrintFarm cloud (rnlschnell/AutoPrintFarm, cloud/src/durable-objects/hub-connection.ts): it closes a
/// connection without a hello for 10 s, and one without a message of its protocol for 60 s, which it checks every 30 s; pings do not count.
/// Retries use full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): a random part of a limit that grows. It grows so that half
/// of all outages of up to 10 s are over less than 5 s later, and every longer one within the last limit.
/// </remarks>
internal sealed class TunnelMachine
{
    /// <summary>Longest own silence, in ms.</summary>
    public const int HeartbeatMs = 25 * 1000;

    /// <summary>Silence of the cloud after which it is pinged, in ms.</summary>
    public const int PingMs = 30 * 1000;

    /// <summary>Silence of the cloud after which a hello asks for an answer, in ms.</summary>
    public const int AskMs = 60 * 1000;

    /// <summary>Silence of the cloud after which the connection is dead, in ms.</summary>
    public const int SilenceMs = 90 * 1000;

    /// <summary>How long the cloud may take to answer a hello, in ms.</summary>
    public const int WelcomeMs = 20 * 1000;

    /// <summary>A connection that lasted so long was a good one: the next retry comes soon. In ms.</summary>
    public const int GoodMs = 10 * 1000;

    /// <summary>Limit of the first retry, in ms.</summary>
    public const int FirstRetryMs = 1000;

    /// <summary>Limit of all retries, in ms.</summary>
    public const int LastRetryMs = 30 * 1000;

    /// <summary>The same after a connection that was welcomed and lost soon, in ms.</summary>
    public const int WelcomedRetryMs = 4 * 1000;

    /// <summary>The same while the cloud does not know the hub: somebody is claiming it and waits for it. In ms.</summary>
    public const int UnclaimedRetryMs = 15 * 1000;

    /// <summary>
    /// Least delay after another hub took this one's place, in ms: two hubs of one id take turns, and each is connected for a while.
    /// </summary>
    public const int TakenOverMs = 30 * 1000;

    /// <summary>How late the cloud may notice that it has lost a message, in ms.</summary>
    public const int DoubtMs = 5 * 1000;

    private const int LeastRetryMs = 100;
    private const int MostAskedMs = 5 * 60 * 1000;
    private const int NoSocketMs = 500;
    private const int HelloPauseMs = 1000;
    private const int RandomBits = 16;
    private const int MeanRandom = 1 << (RandomBits - 1);
    private const int NotFound = 404;
    private const int Forbidden = 403;

    /// <summary>The limit of each retry, in ms; 8 s come twice, for outages of about 10 s.</summary>
    private static readonly int[] s_limitsMs = { FirstRetryMs, 2000, WelcomedRetryMs, 8000, 8000, 16000, LastRetryMs };

    private int _failures;
    private long _untilMs;
    private long _sentMs;
    private long _heardMs;
    private long _pingedMs;
    private long _helloMs;
    private long _greetedMs;
    private long _onlineMs;
    private bool _needsHello;

    /// <summary>Where it stands.</summary>
    public TunnelPhase Phase { get; private set; } = TunnelPhase.Resting;

    /// <summary>True while the hub shows a code to be claimed by: the cloud welcomes it only once a person has entered the code.</summary>
    public bool IsClaiming { get; set; }

    /// <summary>True while a connection is open.</summary>
    public bool IsOpen => Phase == TunnelPhase.Greeting || Phase == TunnelPhase.Online;

    private bool IsWelcomeDue => Phase == TunnelPhase.Greeting && !IsClaiming;

    /// <summary>What was sent later may not have arrived: bytes that came may have been on their way already. In ms.</summary>
    public long ArrivedMs => _heardMs - DoubtMs;

    /// <summary>Has it connected at once: it was not meant to before, or knows a new address.</summary>
    public void Begin(long nowMs)
    {
        Phase = TunnelPhase.Offline;
        _failures = 0;
        _untilMs = nowMs;
    }

    /// <summary>Stays without a connection until <see cref="Begin"/>.</summary>
    public void Rest() => Phase = TunnelPhase.Resting;

    /// <summary>The hub has a new code: the cloud needs a hello with it.</summary>
    public void Claim(long nowMs)
    {
        if (IsOpen)
        {
            _needsHello = true;
        }
        else if (Phase == TunnelPhase.Offline)
        {
            Begin(nowMs);
        }
    }

    /// <summary>What is due now.</summary>
    public TunnelAction Next(long nowMs)
    {
        if (Phase == TunnelPhase.Offline)
        {
            return nowMs >= _untilMs ? TunnelAction.Connect : TunnelAction.Wait;
        }

        if (!IsOpen)
        {
            return TunnelAction.Wait;
        }

        long silentMs = nowMs - _heardMs;
        if (silentMs >= SilenceMs || (IsWelcomeDue && nowMs - _greetedMs >= WelcomeMs))
        {
            return TunnelAction.Drop;
        }

        if (_needsHello)
        {
            return nowMs >= _helloMs + HelloPauseMs ? TunnelAction.Hello : TunnelAction.Wait;
        }

        // A base cloud answers nothing but a hello.
        if (silentMs >= AskMs && nowMs - _helloMs >= SilenceMs - AskMs)
        {
            return TunnelAction.Hello;
        }

        if (nowMs - _sentMs >= HeartbeatMs)
        {
            return Phase == TunnelPhase.Online ? TunnelAction.Heartbeat : TunnelAction.Hello;
        }

        return silentMs >= PingMs && nowMs - _pingedMs >= PingMs ? TunnelAction.Ping : TunnelAction.Wait;
    }

    /// <summary>For how long nothing is due, in ms, if nothing happens; at most <paramref name="longestMs"/>.</summary>
    public int WaitMs(long nowMs, int longestMs)
    {
        long dueMs = nowMs + longestMs;
        if (Phase == TunnelPhase.Offline)
        {
            dueMs = Earlier(dueMs, _untilMs);
        }
        else if (IsOpen)
        {
            dueMs = Earlier(dueMs, _sentMs + HeartbeatMs);
            dueMs = Earlier(dueMs, _heardMs + SilenceMs);
            dueMs = Earlier(dueMs, Later(_heardMs, _pingedMs) + PingMs);
            dueMs = Earlier(dueMs, Later(_heardMs + AskMs, _helloMs + SilenceMs - AskMs));
            if (_needsHello)
            {
                dueMs = Earlier(dueMs, _helloMs + HelloPauseMs);
            }

            if (IsWelcomeDue)
            {
                dueMs = Earlier(dueMs, _greetedMs + WelcomeMs);
            }
        }

        return dueMs <= nowMs ? 0 : (int)(dueMs - nowMs);
    }

    /// <summary>A try begins.</summary>
    public void Connecting() => Phase = TunnelPhase.Connecting;

    /// <summary>The hub has no socket for it now.</summary>
    public void NoSocket(long nowMs)
    {
        Phase = TunnelPhase.Offline;
        _untilMs = nowMs + NoSocketMs;
    }

    /// <summary>The connection is open, and a hello due.</summary>
    public void Connected(long nowMs)
    {
        Phase = TunnelPhase.Greeting;
        _sentMs = nowMs;
        _heardMs = nowMs;
        _pingedMs = nowMs;
        _greetedMs = nowMs;
        _helloMs = nowMs - HelloPauseMs;
        _onlineMs = -1;
        _needsHello = true;
    }

    /// <summary>A message of the protocol went out.</summary>
    public void Sent(long nowMs) => _sentMs = nowMs;

    /// <summary>A hello went out.</summary>
    public void SentHello(long nowMs)
    {
        _sentMs = nowMs;
        _helloMs = nowMs;
        _needsHello = false;
    }

    /// <summary>A ping went out.</summary>
    public void Pinged(long nowMs) => _pingedMs = nowMs;

    /// <summary>Bytes arrived last at this time.</summary>
    public void Heard(long atMs) => _heardMs = Later(_heardMs, atMs);

    /// <summary>The cloud welcomed the hub.</summary>
    public void Welcomed(long nowMs)
    {
        if (_onlineMs < 0)
        {
            _onlineMs = nowMs;
        }

        Phase = TunnelPhase.Online;
        _needsHello = false;
    }

    /// <summary>
    /// The cloud does not know this connection any more, which happens when an older one of this hub closes: a hello on the same
    /// connection makes it known again, while a reconnect would begin the same anew.
    /// </summary>
    public void NotAuthenticated(long nowMs)
    {
        if (!IsOpen || _needsHello)
        {
            return;
        }

        if (Phase == TunnelPhase.Online)
        {
            Phase = TunnelPhase.Greeting;
            _greetedMs = nowMs;
        }

        _needsHello = true;
    }

    /// <summary>The connection could not be opened, or was lost: the next try is due after a while.</summary>
    /// <param name="error">Why.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="random">A random number from 0 to 65535.</param>
    public void Failed(HubException error, long nowMs, int random) =>
        Retry(IsUnclaimed(error) ? UnclaimedRetryMs : LastRetryMs, error.RetryAfterMs, nowMs, random);

    /// <summary>
    /// A fault of the hub itself ended what was under way, at whatever moment, and the connection is closed: the next try is due after a while, as
    /// after any failure. Nothing happens while none is wanted. Allocates nothing.
    /// </summary>
    /// <returns>True when there was something to end.</returns>
    public bool Interrupted(long nowMs)
    {
        if (Phase == TunnelPhase.Resting)
        {
            return false;
        }

        Retry(LastRetryMs, 0, nowMs, MeanRandom);
        return true;
    }

    /// <summary>The network is there again: what failed without it is tried at once.</summary>
    public void NetworkIsBack(long nowMs)
    {
        if (Phase == TunnelPhase.Offline)
        {
            Begin(nowMs);
        }
    }

    /// <summary>True when the cloud refuses a hub that nobody has claimed yet.</summary>
    public static bool IsUnclaimed(HubException error) => error.HttpStatus == NotFound || error.HttpStatus == Forbidden;

    /// <summary>
    /// The cloud is there again: what failed before does not count. After a short connection it counts a little, as the next one may be as
    /// short.
    /// </summary>
    private void StartOver(long lastedMs)
    {
        int mostMs = lastedMs >= GoodMs ? 0 : WelcomedRetryMs;
        while (_failures > 0 && s_limitsMs[_failures] > mostMs)
        {
            _failures--;
        }
    }

    private void Retry(int mostMs, long askedMs, long nowMs, int random)
    {
        if (Phase == TunnelPhase.Online)
        {
            StartOver(nowMs - _onlineMs);
        }

        Phase = TunnelPhase.Offline;
        int limitMs = LimitMs(mostMs);
        long delayMs = ((long)limitMs * random) >> RandomBits;
        delayMs = Later(delayMs, LeastRetryMs);
        _untilMs = nowMs + Later(delayMs, Earlier(askedMs, MostAskedMs));
        if (limitMs < mostMs)
        {
            // No more than the limit: days without a claim must not slow down the first connection after it.
            _failures++;
        }
    }

    private int LimitMs(int mostMs)
    {
        int limitMs = s_limitsMs[_failures];
        return limitMs < mostMs ? limitMs : mostMs;
    }

    private static long Earlier(long one, long other) => one < other ? one : other;

    private static long Later(long one, long other) => one > other ? one : other;
}
