using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Reads what comes on a printer's report topic (facts A4): full and partial reports of X1, P1, A1, H2 and P2 are merged,
/// answers are taken apart. A codec: bytes in, values out, no I/O, no allocation when nothing but numbers changes. A
/// field of another type than expected keeps its old value; a document that is broken changes nothing. Thread: one owner.
/// </summary>
internal sealed partial class BambuReport : JsonReport
{
    private static readonly JsonNames s_roots = new JsonNames(new[] { "print", "system", "info" });

    private static readonly JsonNames s_phases = new JsonNames(new[]
    {
        "IDLE", "PREPARE", "SLICING", "INIT", "RUNNING", "PAUSE", "FINISH", "FAILED",
    });

    private static readonly JsonNames s_printTypes = new JsonNames(new[] { "idle", "local", "cloud", "system" });
    private static readonly JsonNames s_statusCommand = new JsonNames(new[] { "push_status" });
    private static readonly JsonNames s_success = new JsonNames(new[] { "success", "SUCCESS", "Success" });

    private readonly JsonTextCache _jobName = new JsonTextCache();
    private readonly JsonTextCache _gcodeFile = new JsonTextCache();
    private BambuValues _values = new BambuValues();
    private BambuValues _next = new BambuValues();

    private bool _isStatus;
    private bool _isPartial;
    private bool _hasPhase;
    private bool _hasProgress;
    private bool _hasRemaining;
    private bool _hasBed;
    private bool _hasTrouble;

    /// <summary>What is known; another object after each report.</summary>
    public BambuValues Values => _values;

    /// <summary>True when the last status told all there is.</summary>
    public bool WasFull { get; private set; }

    /// <summary>The last answer to a command.</summary>
    public BambuReply Reply { get; } = new BambuReply();

    /// <summary>Firmware as get_version told it, or null.</summary>
    public string? Firmware { get; private set; }

    /// <summary>Model as get_version told it, or null.</summary>
    public string? ModelName { get; private set; }

    /// <summary>Forgets the status: the next one shown begins with a full report.</summary>
    public void Clear() => _values = new BambuValues();

    /// <summary>Takes a message; one that is larger than the receive buffer is read through it. Errors: <see cref="ErrorCode.BadJson"/>; then nothing changed.</summary>
    public BambuMessageKind Read(MqttMessage message)
    {
        message.BeginJson(Reader);
        if (Reader.Read() != JsonToken.ObjectStart)
        {
            throw new HubException(ErrorCode.BadJson, "the message is JSON, but not an object");
        }

        return ReadRoot();
    }

    /// <summary>The same for a message in a buffer.</summary>
    public BambuMessageKind Read(byte[] buffer, int offset, int count)
    {
        OpenRoot(buffer, offset, count);
        return ReadRoot();
    }

    private BambuMessageKind ReadRoot()
    {
        BambuMessageKind kind = BambuMessageKind.Other;
        _next.CopyFrom(_values);
        Reply.Clear();
        while (Reader.Read() == JsonToken.Name)
        {
            int root = s_roots.IndexOf(Reader);
            if (root < 0)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                BambuMessageKind read = root == 2 ? ReadVersion() : ReadPrint(root == 0);
                kind = read == BambuMessageKind.Other ? kind : read;
            }
        }

        CloseRoot();
        if (kind == BambuMessageKind.Status)
        {
            Commit();
        }

        return kind;
    }

    /// <summary>Both the status and the answers to commands come as "print"; the command tells which, and it may come last.</summary>
    private BambuMessageKind ReadPrint(bool isPrint)
    {
        _isStatus = isPrint;
        _isPartial = _hasPhase = _hasProgress = _hasRemaining = _hasBed = _hasTrouble = false;
        BeginDevice();
        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_print.IndexOf(Reader);
            if (key < 0)
            {
                Reader.Skip();
                continue;
            }

            Reader.Read();
            if (key < FirstReplyKey)
            {
                ReadStatusField(key);
            }
            else
            {
                ReadReplyField(key);
            }

            Reader.Skip();
        }

        EndDevice();
        return _isStatus ? BambuMessageKind.Status : BambuMessageKind.Reply;
    }

    /// <summary>Takes the merged values over, all at once.</summary>
    private void Commit()
    {
        BambuValues before = _values;
        WasFull = !_isPartial && _hasPhase && _hasProgress && _hasBed && _hasTrouble;
        _next.IsFull |= WasFull;
        NoteStaleError(before, _next);
        if (!_hasProgress && IsNewJob(before, _next) && _next.Percent > 0)
        {
            // Of the former job: its own comes with a later report, since only what changes is sent.
            _next.Percent = double.NaN;
            _next.RemainingMinutes = _hasRemaining ? _next.RemainingMinutes : -1;
        }

        if (_next.Phase != BambuPhase.Pause)
        {
            _next.HmsBeforePause.CopyFrom(_next.Hms);
        }

        _values = _next;
        _next = before;
    }

    private static bool IsNewJob(BambuValues before, BambuValues now) =>
        BambuStateRules.HasJob(now.Phase) && !BambuStateRules.HasJob(before.Phase);

    /// <summary>print_error may go on showing the former job's error after a new start, until it changes.</summary>
    private static void NoteStaleError(BambuValues before, BambuValues now)
    {
        if (!BambuStateRules.HasJob(now.Phase) || now.PrintError != now.StaleError)
        {
            now.StaleError = 0;
        }

        if (IsNewJob(before, now))
        {
            // A print that is seen running for the first time has no present error either.
            bool isOld = before.Phase == BambuPhase.Unknown ? now.Phase != BambuPhase.Pause : now.PrintError == before.PrintError;
            now.StaleError = isOld ? now.PrintError : 0;
        }
    }
}
