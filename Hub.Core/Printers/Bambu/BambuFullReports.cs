using Hub.Core.Hal;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Selects the full reports that are not needed: X1 and H2 send theirs once a second, some 11 KB each. They are
/// dropped unread: one is read as soon as poll_ms has passed since the last, 5 s at most, and if none comes by then it is
/// asked for. Pure. Thread: one owner.
/// </summary>
/// <remarks>
/// "msg" (0 full, 1 partial) comes after most of the report, so it cannot be seen without reading it. What is known
/// beforehand are the beginning and the length: a report is dropped only when it begins as the last full one and has at
/// least 7/8 of its length, and when this session's printer has sent two full ones that this hub did not ask for. A
/// partial one holds only the changed keys and stays far below. P1 and A1 send full ones only when asked, so nothing
/// of theirs is ever dropped.
/// </remarks>
internal sealed class BambuFullReports
{
    /// <summary>How long after a command every report is read: its proof may be in any.</summary>
    public const int ProofMs = 30000;

    /// <summary>As far as the first key: {"print":{"ams": for X1, {"print":{"2D": for H2.</summary>
    private const int BeginningBytes = 15;
    private const int LeastUnasked = 2;

    /// <summary>
    /// A larger poll_ms is meant to spare a printer that is polled. This one pushes, so nothing would be spared,
    /// while a fault or a job started at the printer would stay hidden.
    /// </summary>
    private const int MostMs = 5000;

    /// <summary>Below this a report is read faster than thought about; recorded full ones have 2.4 KB and more, partial ones 100 to 500 bytes.</summary>
    private const int LeastBytes = 2048;

    private readonly int _everyMs;
    private readonly byte[] _beginning = new byte[BeginningBytes];
    private readonly byte[] _candidate = new byte[BeginningBytes];
    private bool _isAsked;
    private int _unasked;
    private int _length;
    private int _candidateLength;
    private long _readMs;
    private long _proofUntilMs;
    private long _droppedMs = -1;

    /// <summary>Makes one that drops nothing yet.</summary>
    public BambuFullReports(int pollMs)
    {
        _everyMs = pollMs < MostMs ? pollMs : MostMs;
    }

    /// <summary>Full reports that were dropped.</summary>
    public int Dropped { get; private set; }

    /// <summary>A session begins: the first full report is needed, and what this printer does is not known.</summary>
    public void Connected()
    {
        _unasked = 0;
        _length = 0;
        _proofUntilMs = 0;
        Asked();
    }

    /// <summary>A full report was asked for: the next one is needed.</summary>
    public void Asked()
    {
        _isAsked = true;
        _droppedMs = -1;
    }

    /// <summary>A command was sent.</summary>
    public void Commanded(long nowMs) => _proofUntilMs = nowMs + ProofMs;

    /// <summary>True for a report to drop; else <see cref="Read"/> is told what it was.</summary>
    public bool Drops(MqttMessage message, bool isWeak, long nowMs)
    {
        _candidateLength = message.Length;
        int count = message.Count < BeginningBytes ? message.Count : BeginningBytes;
        bool isAlike = count == BeginningBytes;
        byte[] buffer = message.Buffer;
        int offset = message.Offset;
        for (int i = 0; i < count; i++)
        {
            _candidate[i] = buffer[offset + i];
            isAlike &= _candidate[i] == _beginning[i];
        }

        bool isNeeded = isWeak || _isAsked || _unasked < LeastUnasked || nowMs - _readMs >= _everyMs || nowMs < _proofUntilMs;
        if (isNeeded || !isAlike || message.Length < LeastBytes || message.Length < _length - (_length / 8))
        {
            return false;
        }

        Dropped++;
        _droppedMs = _droppedMs < 0 ? nowMs : _droppedMs;
        return true;
    }

    /// <summary>The report was read.</summary>
    public void Read(bool isFull, long nowMs)
    {
        if (!isFull)
        {
            return;
        }

        _unasked = _isAsked || _unasked == LeastUnasked ? _unasked : _unasked + 1;
        _isAsked = false;
        _readMs = nowMs;
        _droppedMs = -1;
        _length = _candidateLength;
        for (int i = 0; i < BeginningBytes; i++)
        {
            _beginning[i] = _candidate[i];
        }
    }

    /// <summary>True when the printer fell silent behind a dropped report, which may have told something: ask for a full one.</summary>
    public bool IsMissing(long nowMs) => _droppedMs >= 0 && nowMs - _droppedMs >= _everyMs;
}
