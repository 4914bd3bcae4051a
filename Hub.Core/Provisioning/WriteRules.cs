namespace Hub.Core.Provisioning;

/// <summary>
/// Who may write (docs/provisioning.md, "Who may write"): a step machine of the time, the button, the connection, the logins and whether the hub has a network.
/// Pure. Thread: the caller's lock. Times are those of the hub's clock, in ms.
/// </summary>
internal sealed class WriteRules
{
    /// <summary>Wrong codes in a row after which no login is accepted.</summary>
    public const int MaxWrongCodes = 5;

    /// <summary>For how long a hub that has a network can be reached after its start, or after it got its first one.</summary>
    public const int StartWindowMs = 15 * 60 * 1000;

    /// <summary>For how long the button opens it.</summary>
    public const int ButtonWindowMs = 10 * 60 * 1000;

    /// <summary>For how long a connection keeps what it was allowed, and a login lives without a request.</summary>
    public const int ConnectionMs = 10 * 60 * 1000;

    private long _startWindowEndMs;
    private long _buttonWindowEndMs;
    private long _connectionEndMs;
    private long _loginEndMs;
    private bool _isProvisioned;

    /// <summary>Begins at the hub's start.</summary>
    public WriteRules(long nowMs)
    {
        _startWindowEndMs = nowMs + StartWindowMs;
    }

    /// <summary>True while a central is connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Logins that may still fail before all are refused.</summary>
    public int TriesLeft { get; private set; } = MaxWrongCodes;

    /// <summary>True when no login is accepted until the button is pressed or the hub restarts.</summary>
    public bool IsLocked => TriesLeft == 0;

    /// <summary>The hub has a network in its configuration, or no longer.</summary>
    public void SetProvisioned(bool isProvisioned, long nowMs)
    {
        Refresh(nowMs);
        if (isProvisioned && !_isProvisioned && _startWindowEndMs < nowMs + StartWindowMs)
        {
            // Whoever has just given the network must be able to connect again.
            _startWindowEndMs = nowMs + StartWindowMs;
        }

        _isProvisioned = isProvisioned;
        Refresh(nowMs);
    }

    /// <summary>A person pressed the button.</summary>
    public void Pressed(long nowMs)
    {
        TriesLeft = MaxWrongCodes;
        _buttonWindowEndMs = nowMs + ButtonWindowMs;
        Refresh(nowMs);
    }

    /// <summary>A central connected: what the former one was allowed is over.</summary>
    public void Connected(long nowMs)
    {
        Disconnected();
        IsConnected = true;
        Refresh(nowMs);
    }

    /// <summary>The central has gone.</summary>
    public void Disconnected()
    {
        IsConnected = false;
        _connectionEndMs = 0;
        _loginEndMs = 0;
    }

    /// <summary>True while plain values and Improv may write.</summary>
    public bool IsWriteOpen(long nowMs)
    {
        Refresh(nowMs);
        return IsOpenToAll(nowMs) || (IsConnected && nowMs < _connectionEndMs);
    }

    /// <summary>True while the hub is advertised and centrals may stay connected.</summary>
    public bool IsReachable(long nowMs) => IsWriteOpen(nowMs) || nowMs < _startWindowEndMs || IsLoggedIn(nowMs);

    /// <summary>True while the central's login holds.</summary>
    public bool IsLoggedIn(long nowMs) => IsConnected && nowMs < _loginEndMs;

    /// <summary>For how long the hub can still be reached without the button, in ms; -1 while it has no network.</summary>
    public long WindowLeftMs(long nowMs)
    {
        if (!_isProvisioned)
        {
            return -1;
        }

        long endMs = _startWindowEndMs > _buttonWindowEndMs ? _startWindowEndMs : _buttonWindowEndMs;
        return endMs > nowMs ? endMs - nowMs : 0;
    }

    /// <summary>A login had the right code.</summary>
    public void RightCode(long nowMs)
    {
        TriesLeft = MaxWrongCodes;
        Asked(nowMs);
    }

    /// <summary>A login had a wrong one.</summary>
    public void WrongCode()
    {
        _loginEndMs = 0;
        if (TriesLeft > 0)
        {
            TriesLeft--;
        }
    }

    /// <summary>The central asked for something: its login lives on.</summary>
    public void Asked(long nowMs) => _loginEndMs = nowMs + ConnectionMs;

    /// <summary>The login is over; the connection stays.</summary>
    public void LoggedOut() => _loginEndMs = 0;

    private bool IsOpenToAll(long nowMs) => !_isProvisioned || nowMs < _buttonWindowEndMs;

    /// <summary>A connection for which writing is open now keeps that for a while.</summary>
    private void Refresh(long nowMs)
    {
        if (IsConnected && IsOpenToAll(nowMs))
        {
            _connectionEndMs = nowMs + ConnectionMs;
        }
    }
}
