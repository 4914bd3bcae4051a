using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// What one round of <c>GET /api/printer</c> and <c>GET /api/job</c> said (facts A1). A codec: bytes in,
/// fields out, no I/O. What an answer lacks or has in another type stays unknown. Thread: one owner.
/// </summary>
internal sealed class OctoPrintReport : JsonReport
{
    private static readonly JsonNames s_printerKeys = new JsonNames(new[] { "temperature", "state" });
    private static readonly JsonNames s_stateKeys = new JsonNames(new[] { "text", "flags" });
    private static readonly JsonNames s_flagKeys = new JsonNames(new[]
    {
        "operational", "printing", "paused", "pausing", "resuming", "cancelling", "finishing", "error", "closedOrError",
    });

    private static readonly JsonNames s_heaterKeys = new JsonNames(new[] { "tool0", "bed", "chamber" });
    private static readonly JsonNames s_temperatureKeys = new JsonNames(new[] { "actual", "target" });
    private static readonly JsonNames s_jobKeys = new JsonNames(new[] { "job", "progress", "state", "error" });
    private static readonly JsonNames s_fileHolderKeys = new JsonNames(new[] { "file" });
    private static readonly JsonNames s_fileKeys = new JsonNames(new[] { "display", "name", "path" });
    private static readonly JsonNames s_progressKeys = new JsonNames(new[] { "completion", "printTimeLeft" });

    private readonly JsonTextCache _stateText = new JsonTextCache();
    private readonly JsonTextCache _jobStateText = new JsonTextCache();
    private readonly JsonTextCache _jobError = new JsonTextCache();
    private readonly JsonTextCache _display = new JsonTextCache();
    private readonly JsonTextCache _name = new JsonTextCache();
    private readonly JsonTextCache _path = new JsonTextCache();
    private double _actual;
    private double _target;

    private bool _hasFlags;

    /// <summary>What one percent of the completion is told as: 1, or 100 where it is told as 0 to 1.</summary>
    public double CompletionScale { get; set; } = 1;

    /// <summary>False when /api/printer answered 409: the server has no link to the machine.</summary>
    public bool IsPrinterLinked { get; private set; }

    public bool Operational { get; private set; }

    public bool Printing { get; private set; }

    public bool Paused { get; private set; }

    public bool Pausing { get; private set; }

    public bool Resuming { get; private set; }

    public bool Cancelling { get; private set; }

    public bool Finishing { get; private set; }

    public bool Error { get; private set; }

    public bool ClosedOrError { get; private set; }

    public string? StateText { get; private set; }

    public double Nozzle { get; private set; }

    public double NozzleTarget { get; private set; }

    public double Bed { get; private set; }

    public double BedTarget { get; private set; }

    public double Chamber { get; private set; }

    /// <summary>State text of /api/job; the only place that says "Offline after error".</summary>
    public string? JobStateText { get; private set; }

    public string? JobErrorText { get; private set; }

    /// <summary>The selected file, printing or not; null when none is.</summary>
    public string? FileName { get; private set; }

    public string? FilePath { get; private set; }

    /// <summary>0 to 100, or NaN.</summary>
    public double Completion { get; private set; }

    /// <summary>Seconds, or -1.</summary>
    public int PrintTimeLeft { get; private set; }

    /// <summary>Notes a 409 of /api/printer.</summary>
    public void SetPrinterUnlinked()
    {
        ClearPrinter();
        IsPrinterLinked = false;
    }

    /// <summary>Reads the body of /api/printer. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void ReadPrinter(byte[] buffer, int offset, int count)
    {
        ClearPrinter();
        IsPrinterLinked = true;
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            switch (s_printerKeys.IndexOf(Reader))
            {
                case 0:
                    ReadTemperatures();
                    break;
                case 1:
                    ReadState();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        CloseRoot();
        if (!_hasFlags)
        {
            throw new HubException(ErrorCode.BadJson, "the answer lacks the printer's state: is a proxy between, or is this no OctoPrint?");
        }
    }

    /// <summary>Reads the body of /api/job. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void ReadJob(byte[] buffer, int offset, int count)
    {
        ClearJob();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            switch (s_jobKeys.IndexOf(Reader))
            {
                case 0:
                    ReadFileHolder();
                    break;
                case 1:
                    ReadProgress();
                    break;
                case 2:
                    Reader.Read();
                    JobStateText = TextOrSkip(_jobStateText);
                    break;
                case 3:
                    Reader.Read();
                    JobErrorText = TextOrSkip(_jobError);
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        CloseRoot();
    }

    /// <summary>Fills temperatures and job of a status; its errors are the caller's.</summary>
    public void Fill(PrinterStatus status, PrinterState state)
    {
        status.State = state;
        status.Nozzle = Nozzle;
        status.NozzleTarget = NozzleTarget;
        status.Bed = Bed;
        status.BedTarget = BedTarget;
        status.Chamber = Chamber;
        status.ClearJob();
        if (PrinterStates.HasJob(state) || state == PrinterState.Finished || state == PrinterState.Cancelled)
        {
            status.Job = FileName;
            status.ProgressPercentage = state == PrinterState.Cancelled ? double.NaN : Completion;
            status.RemainingTimeSeconds = PrinterStates.HasJob(state) ? PrintTimeLeft : -1;
        }
    }

    private void ClearPrinter()
    {
        _hasFlags = false;
        Operational = Printing = Paused = Pausing = Resuming = Cancelling = Finishing = Error = ClosedOrError = false;
        StateText = null;
        Nozzle = NozzleTarget = Bed = BedTarget = Chamber = double.NaN;
    }

    private void ClearJob()
    {
        JobStateText = JobErrorText = FileName = FilePath = null;
        Completion = double.NaN;
        PrintTimeLeft = -1;
    }

    private void ReadState()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            switch (s_stateKeys.IndexOf(Reader))
            {
                case 0:
                    Reader.Read();
                    StateText = TextOrSkip(_stateText);
                    break;
                case 1:
                    ReadFlags();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }
    }

    private void ReadFlags()
    {
        if (!OpenObject())
        {
            return;
        }

        _hasFlags = true;

        while (Reader.Read() == JsonToken.Name)
        {
            int flag = s_flagKeys.IndexOf(Reader);
            bool isSet = Reader.Read() == JsonToken.True;
            Reader.Skip();
            SetFlag(flag, isSet);
        }
    }

    private void SetFlag(int flag, bool isSet)
    {
        switch (flag)
        {
            case 0:
                Operational = isSet;
                break;
            case 1:
                Printing = isSet;
                break;
            case 2:
                Paused = isSet;
                break;
            case 3:
                Pausing = isSet;
                break;
            case 4:
                Resuming = isSet;
                break;
            case 5:
                Cancelling = isSet;
                break;
            case 6:
                Finishing = isSet;
                break;
            case 7:
                Error = isSet;
                break;
            case 8:
                ClosedOrError = isSet;
                break;
            default:
                break;
        }
    }

    private void ReadTemperatures()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int heater = s_heaterKeys.IndexOf(Reader);
            if (heater < 0)
            {
                Reader.Skip();
                continue;
            }

            ReadHeater();
            switch (heater)
            {
                case 0:
                    Nozzle = _actual;
                    NozzleTarget = _target;
                    break;
                case 1:
                    Bed = _actual;
                    BedTarget = _target;
                    break;
                default:
                    Chamber = _actual;
                    break;
            }
        }
    }

    private void ReadHeater()
    {
        _actual = _target = double.NaN;
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_temperatureKeys.IndexOf(Reader);
            double value = Temperature(ReadNumber());
            if (key == 0)
            {
                _actual = value;
            }
            else if (key == 1)
            {
                _target = value;
            }
        }
    }

    private void ReadFileHolder()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            if (s_fileHolderKeys.IndexOf(Reader) == 0)
            {
                ReadFile();
            }
            else
            {
                Reader.Skip();
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
            int key = s_fileKeys.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case 0:
                    display = TextOrSkip(_display);
                    break;
                case 1:
                    FileName = TextOrSkip(_name);
                    break;
                case 2:
                    FilePath = TextOrSkip(_path);
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        FileName = display ?? FileName;
    }

    private void ReadProgress()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            int key = s_progressKeys.IndexOf(Reader);
            double value = ReadNumber();
            if (key == 0)
            {
                Completion = Percent(value * CompletionScale);
            }
            else if (key == 1 && value >= 0 && value < int.MaxValue)
            {
                PrintTimeLeft = (int)value;
            }
        }
    }
}
