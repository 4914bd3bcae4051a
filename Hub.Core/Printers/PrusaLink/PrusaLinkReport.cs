using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// What <c>GET /api/v1/status</c> and <c>GET /api/v1/job</c> said (Prusa-Link-Web spec/openapi.yaml). A codec: bytes in, fields out, no I/O.
/// What an answer lacks or has in another type is unknown. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkReport : JsonReport
{
    private readonly JsonTextCache _conditionText = new JsonTextCache();
    private readonly JsonTextCache _displayName = new JsonTextCache();
    private readonly JsonTextCache _shortName = new JsonTextCache();
    private readonly JsonTextCache _storagePath = new JsonTextCache();
    private readonly JsonTextCache _wordText = new JsonTextCache();
    private PrinterState _word;
    private int _readId;
    private double _readProgress;
    private int _readTimeLeft;
    private string? _readName;
    private string? _readFileName;
    private string? _name;
    private string? _fileName;
    private int _namedId = -1;
    private double _lastProgress = double.NaN;
    private double _formerProgress = double.NaN;
    private int _workedId = -1;
    private bool _sawNoJob;

    /// <summary>The unified state. A report without a state that is known leaves the one before.</summary>
    public PrinterState State { get; private set; }

    /// <summary>True when the last report had a state that is known.</summary>
    public bool HasState => _word != PrinterState.Unknown;

    public double Nozzle { get; private set; } = double.NaN;

    public double NozzleTarget { get; private set; } = double.NaN;

    public double Bed { get; private set; } = double.NaN;

    public double BedTarget { get; private set; } = double.NaN;

    /// <summary>The state's word when the hub does not know it, else null.</summary>
    public string? StrangeWord { get; private set; }

    /// <summary>What is wrong with the printer in the words of the Python one, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>True when the printer is busy with its job and accepts no command for it: it is preparing or recovering it.</summary>
    public bool IsBusyWithJob => _word == PrinterState.Busy && JobId >= 0;

    /// <summary>The job's id, or -1 when there is none.</summary>
    public int JobId { get; private set; } = -1;

    /// <summary>The last id that was ever reported, or -1: it counts the jobs, and a new one is a new job.</summary>
    public int LastJobId { get; private set; } = -1;

    /// <summary>Counts the jobs that were reported.</summary>
    public int JobNumber { get; private set; }

    /// <summary>The last id as text; null before the first.</summary>
    public string? JobKey { get; private set; }

    /// <summary>The present job's file name as the printer has it, short on Buddy; null when it is not known.</summary>
    public string? FileName => JobId >= 0 && JobId == _namedId ? _fileName : null;

    /// <summary>0 to 100, or NaN.</summary>
    public double Progress { get; private set; } = double.NaN;

    /// <summary>Seconds, or -1.</summary>
    public int TimeRemaining { get; private set; } = -1;

    /// <summary>0 to 100 while a file is being received, else NaN.</summary>
    public double TransferProgress { get; private set; } = double.NaN;

    /// <summary>The first storage that can be written, as the server spells it ("/usb/"), or null.</summary>
    public string? Storage { get; private set; }

    /// <summary>True when the present job's name is not known yet: ask for /api/v1/job.</summary>
    public bool NeedsJob => JobId >= 0 && _namedId != JobId;

    /// <summary>The job's name for people; that of the last one while none is reported. Null when it is not known.</summary>
    public string? JobName => JobId < 0 || JobId == _namedId ? _name : null;

    /// <summary>Reads the body of /api/v1/status. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void ReadStatus(byte[] buffer, int offset, int count)
    {
        Clear();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            switch (PrusaLinkKeys.Names.IndexOf(Reader))
            {
                case PrusaLinkKeys.Printer:
                    ReadPrinter();
                    break;
                case PrusaLinkKeys.Job:
                    ReadJobMembers();
                    JobId = _readId;
                    Progress = _readProgress;
                    TimeRemaining = _readTimeLeft;
                    break;
                case PrusaLinkKeys.Transfer:
                    ReadTransfer();
                    break;
                case PrusaLinkKeys.Storage:
                    ReadStorages();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        CloseRoot();
        if (JobId >= 0)
        {
            ForgetFormerProgress();
            if (JobId != LastJobId)
            {
                JobNumber++;
                JobKey = JobId.ToString();
            }

            LastJobId = JobId;
            _workedId = _word == PrinterState.Printing || _word == PrinterState.Paused ? JobId : _workedId;
        }
        else
        {
            // Ids start again when the printer restarts; the name itself is still that of what has finished.
            _namedId = -1;
            _workedId = -1;
            _sawNoJob = true;
        }

        if (HasState)
        {
            State = IsBusyWithJob ? BusyState() : _word;
        }
    }

    /// <summary>
    /// Reads the body of /api/v1/job for the job's name. Errors: <see cref="ErrorCode.BadJson"/>; the name then stays, unless the present
    /// job's stood before the fault.
    /// </summary>
    public void ReadJob(byte[] buffer, int offset, int count)
    {
        OpenRoot(buffer, offset, count);
        _readName = _readFileName = null;
        try
        {
            ReadJobObject();
            CloseRoot();
        }
        catch (HubException)
        {
            if (_readName != null && _readId == JobId)
            {
                // The name stood before the fault: Buddy 5.0 to 6.1 closes "file" after a comma (Prusa-Firmware-Buddy issue 4193).
                SetName();
            }

            throw;
        }

        SetName();
    }

    private void SetName()
    {
        _namedId = _readName == null ? -1 : _readId;
        _name = _readName ?? _name;
        _fileName = _readFileName;
    }

    /// <summary>The printer rests: what ends next is another job than the last one that was named.</summary>
    public void ForgetName() => _name = null;

    /// <summary>The job that ended unseen is this one.</summary>
    public void NoteName(string name) => _name = name;

    /// <summary>The next job may have the id of this one: its name has to be asked for, and no command may name it.</summary>
    public void ForgetJob()
    {
        JobId = -1;
        _namedId = -1;
        _name = null;
    }

    /// <summary>The present job has no name that can be read: it is not asked for again.</summary>
    public void GiveUpJobName()
    {
        _namedId = JobId;
        _name = null;
    }

    /// <summary>The state is unknown until a report has it.</summary>
    public void ForgetState() => State = PrinterState.Unknown;

    /// <summary>
    /// The one on a Pi keeps showing the former job's progress until the printer reports one for the new job, if it ever does
    /// (recorded with 0.8.1: 100 % all through the next job). When the former job was not seen, 100 % from the beginning is its too.
    /// </summary>
    private void ForgetFormerProgress()
    {
        double reported = Progress;
        if (JobId != LastJobId)
        {
            bool isFormer = LastJobId >= 0 ? 0 < reported && reported == _lastProgress : _sawNoJob && 100 <= reported;
            _formerProgress = isFormer ? reported : double.NaN;
        }

        _lastProgress = reported;
        if (reported == _formerProgress)
        {
            Progress = double.NaN;
            TimeRemaining = -1;
        }
        else
        {
            _formerProgress = double.NaN;
        }
    }

    /// <summary>
    /// Heating and levelling before a print may be BUSY, and so are recoveries from a crash and from a power cut in the middle of
    /// it (Prusa-Firmware-Buddy src/state/printer_state.cpp).
    /// </summary>
    private PrinterState BusyState() => JobId == _workedId || 0 < Progress ? PrinterState.Printing : PrinterState.Preparing;

    private void Clear()
    {
        _word = PrinterState.Unknown;
        Nozzle = NozzleTarget = Bed = BedTarget = Progress = TransferProgress = double.NaN;
        JobId = TimeRemaining = -1;
        Trouble = Storage = StrangeWord = null;
    }

    private void ReadPrinter()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            switch (PrusaLinkKeys.Names.IndexOf(Reader))
            {
                case PrusaLinkKeys.State:
                    Reader.Read();
                    _word = Reader.Token == JsonToken.String ? StateOf(PrusaLinkStates.Names.IndexOf(Reader)) : PrinterState.Unknown;
                    StrangeWord = Reader.Token == JsonToken.String && _word == PrinterState.Unknown ? _wordText.Read(Reader) : null;
                    Reader.Skip();
                    break;
                case PrusaLinkKeys.TempNozzle:
                    Nozzle = Temperature(ReadNumber());
                    break;
                case PrusaLinkKeys.TargetNozzle:
                    NozzleTarget = Temperature(ReadNumber());
                    break;
                case PrusaLinkKeys.TempBed:
                    Bed = Temperature(ReadNumber());
                    break;
                case PrusaLinkKeys.TargetBed:
                    BedTarget = Temperature(ReadNumber());
                    break;
                case PrusaLinkKeys.StatusPrinter:
                    ReadCondition();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }
    }

    private static PrinterState StateOf(int word) => word switch
    {
        PrusaLinkStates.Idle => PrinterState.Idle,
        PrusaLinkStates.Ready => PrinterState.Idle,
        PrusaLinkStates.Busy => PrinterState.Busy,
        PrusaLinkStates.Printing => PrinterState.Printing,
        PrusaLinkStates.Paused => PrinterState.Paused,
        PrusaLinkStates.Finished => PrinterState.Finished,
        PrusaLinkStates.Stopped => PrinterState.Cancelled,
        PrusaLinkStates.Error => PrinterState.Error,
        PrusaLinkStates.Attention => PrinterState.Attention,
        _ => PrinterState.Unknown,
    };

    private void ReadCondition()
    {
        if (!OpenObject())
        {
            return;
        }

        bool isOk = true;
        string? message = null;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = PrusaLinkKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == PrusaLinkKeys.Ok)
            {
                isOk = Reader.Token != JsonToken.False;
            }
            else if (key == PrusaLinkKeys.Message)
            {
                message = _conditionText.Read(Reader);
            }

            Reader.Skip();
        }

        Trouble = isOk ? null : message;
    }

    private void ReadJobMembers()
    {
        _readId = -1;
        _readProgress = double.NaN;
        _readTimeLeft = -1;
        if (OpenObject())
        {
            ReadJobObject();
        }
    }

    private void ReadJobObject()
    {
        _readId = -1;
        while (Reader.Read() == JsonToken.Name)
        {
            switch (PrusaLinkKeys.Names.IndexOf(Reader))
            {
                case PrusaLinkKeys.Id:
                    _readId = ReadWhole();
                    break;
                case PrusaLinkKeys.Progress:
                    _readProgress = Percent(ReadNumber());
                    break;
                case PrusaLinkKeys.TimeRemaining:
                    _readTimeLeft = Plausible.Seconds(ReadNumber());
                    break;
                case PrusaLinkKeys.File:
                    ReadFile();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }
    }

    private void ReadFile()
    {
        if (!OpenObject())
        {
            return;
        }

        string? display = null;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = PrusaLinkKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == PrusaLinkKeys.DisplayName)
            {
                display = _displayName.Read(Reader);
            }
            else if (key == PrusaLinkKeys.Name)
            {
                _readFileName = _shortName.Read(Reader);
            }

            _readName = display ?? _readFileName;
            Reader.Skip();
        }
    }

    private void ReadTransfer()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            if (PrusaLinkKeys.Names.IndexOf(Reader) == PrusaLinkKeys.Progress)
            {
                TransferProgress = Percent(ReadNumber());
            }
            else
            {
                Reader.Skip();
            }
        }
    }

    /// <summary>An object on Buddy, a list of them on the Python one.</summary>
    private void ReadStorages()
    {
        JsonToken token = Reader.Read();
        if (token == JsonToken.ObjectStart)
        {
            ReadStorage();
        }
        else if (token == JsonToken.ArrayStart)
        {
            while (Reader.Read() != JsonToken.ArrayEnd)
            {
                if (Reader.Token == JsonToken.ObjectStart)
                {
                    ReadStorage();
                }
                else
                {
                    Reader.Skip();
                }
            }
        }
        else
        {
            Reader.Skip();
        }
    }

    private void ReadStorage()
    {
        string? path = null;
        bool isReadOnly = false;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = PrusaLinkKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == PrusaLinkKeys.Path && Storage == null)
            {
                path = _storagePath.Read(Reader);
            }
            else if (key == PrusaLinkKeys.ReadOnly)
            {
                isReadOnly = Reader.Token == JsonToken.True;
            }

            Reader.Skip();
        }

        if (!isReadOnly)
        {
            Storage ??= path;
        }
    }

    /// <summary>A whole number that is not negative, or -1.</summary>
    private int ReadWhole()
    {
        double value = ReadNumber();
        return 0 <= value && value < int.MaxValue ? (int)value : -1;
    }
}
