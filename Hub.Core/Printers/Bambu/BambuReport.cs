using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Reads the messages of a printer's report topic (docs/bambu.md): full and partial reports of X1, P1, A1, H2 and P2 are merged,
/// answers are parsed. A codec: bytes in, values out, no I/O, no allocation when nothing but numbers changes. A
/// field of another type than expected keeps its old value, but a temperature is unknown then; a document that is broken changes
/// nothing. Thread: one owner.
/// </summary>
internal sealed partial class BambuReport : JsonReport
{
    /// <summary>A full report may lack what is empty. This many of the known fields make one that is marked as full (msg 0) …</summary>
    private const int FewFields = 6;

    /// <summary>… and this many one without a mark.</summary>
    private const int ManyFields = 10;

    /// <summary>The first phase that has a word.</summary>
    private const int FirstPhase = (int)BambuPhase.Idle;

    private static readonly JsonNames s_phases = new JsonNames(Phases());
    private static readonly JsonNames s_printTypes = new JsonNames(PrintTypes());
    private static readonly JsonNames s_statusCommand = new JsonNames(new[] { "push_status" });

    private readonly JsonTextCache _jobName = new JsonTextCache();
    private readonly JsonTextCache _gcodeFile = new JsonTextCache();
    private BambuValues _values = new BambuValues();
    private BambuValues _next = new BambuValues();

    private bool _isStatus;
    private bool _isPartial;
    private bool _isMarkedFull;
    private bool _hasPhase;
    private bool _hasProgress;
    private bool _hasCommand;
    private bool _hasResult;
    private bool _hasBed;
    private bool _hasTrouble;
    private int _fields;

    /// <summary>What is known; another object after each report.</summary>
    public BambuValues Values => _values;

    /// <summary>True when the last status was complete.</summary>
    public bool WasFull { get; private set; }

    /// <summary>The last answer to a command.</summary>
    public BambuReply Reply { get; } = new BambuReply();

    /// <summary>Firmware as reported by get_version, or null.</summary>
    public string? Firmware { get; private set; }

    /// <summary>Model as reported by get_version, or null.</summary>
    public string? ModelName { get; private set; }

    /// <summary>What is remembered of the present job.</summary>
    public BambuJobWatch Job { get; } = new BambuJobWatch();

    /// <summary>Monotonic time of the next message; the reader has no clock.</summary>
    public long NowMs { get; set; }

    /// <summary>Forgets the status: the next one shown begins with a full report.</summary>
    public void Clear()
    {
        _values = new BambuValues();
        Job.NoteOutage();
    }

    /// <summary>Reads a message; one that is larger than the receive buffer is read through it. Errors: <see cref="ErrorCode.BadJson"/>; then nothing changed.</summary>
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

    private static string[] Phases()
    {
        string[] words = new string[(int)BambuPhase.Failed - FirstPhase + 1];
        words[(int)BambuPhase.Idle - FirstPhase] = "IDLE";
        words[(int)BambuPhase.Prepare - FirstPhase] = "PREPARE";
        words[(int)BambuPhase.Slicing - FirstPhase] = "SLICING";
        words[(int)BambuPhase.Init - FirstPhase] = "INIT";
        words[(int)BambuPhase.Running - FirstPhase] = "RUNNING";
        words[(int)BambuPhase.Pause - FirstPhase] = "PAUSE";
        words[(int)BambuPhase.Finish - FirstPhase] = "FINISH";
        words[(int)BambuPhase.Failed - FirstPhase] = "FAILED";
        return words;
    }

    private static string[] PrintTypes()
    {
        string[] words = new string[BambuValues.TypeCount];
        words[BambuValues.TypeIdle] = "idle";
        words[BambuValues.TypeLocal] = "local";
        words[BambuValues.TypeCloud] = "cloud";
        words[BambuValues.TypeSystem] = "system";
        return words;
    }

    private BambuMessageKind ReadRoot()
    {
        BambuMessageKind kind = BambuMessageKind.Other;
        _next.CopyFrom(_values);
        Reply.Clear();
        while (Reader.Read() == JsonToken.Name)
        {
            int root = BambuKeys.Names.IndexOf(Reader);
            if (root != BambuKeys.Print && root != BambuKeys.System && root != BambuKeys.Info)
            {
                Reader.Skip();
            }
            else if (OpenObject())
            {
                BambuMessageKind read = root == BambuKeys.Info ? ReadVersion() : ReadPrint(root == BambuKeys.Print);
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

    /// <summary>Both the status and the answers to commands come as "print"; the command shows which, and it may come last.</summary>
    private BambuMessageKind ReadPrint(bool isPrint)
    {
        _isStatus = isPrint;
        _isPartial = _isMarkedFull = _hasPhase = _hasProgress = _hasBed = _hasTrouble = _hasCommand = _hasResult = false;
        _next.Came = 0;
        _fields = 0;
        BeginDevice();
        BeginUnits();
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuPrintKeys.Names.IndexOf(Reader);
            if (key < 0)
            {
                Reader.Skip();
                continue;
            }

            Reader.Read();
            if (key < BambuPrintKeys.Command)
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

        // An A1 mini answers without the command's name: no report has a result.
        _isStatus &= _hasCommand || !_hasResult;
        return _isStatus ? BambuMessageKind.Status : BambuMessageKind.Reply;
    }

    /// <summary>Makes the merged values current, all at once.</summary>
    private void Commit()
    {
        BambuValues before = _values;
        EndUnits();
        WasFull = !_isPartial && _hasPhase && ((_hasProgress && _hasBed && _hasTrouble) || _fields >= (_isMarkedFull ? FewFields : ManyFields));
        _next.IsFull |= WasFull;
        EndTrays();
        Job.Reported(_next, _isPartial, NowMs);
        _values = _next;
        _next = before;
    }
}
