using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// What one round of <c>GET /api/printer</c> and <c>GET /api/job</c> said (OctoPrint docs/api/printer.rst, job.rst,
/// datamodel.rst): OctoPrint's API as OctoPrint has it, and as other servers imitate it, such as PrusaLink in older firmware.
/// A codec: bytes in, fields out, no I/O. What an answer lacks or has in another type stays unknown. Thread: one owner.
/// </summary>
internal sealed class OctoPrintReport : JsonReport
{
    /// <summary>A completion beyond this is not a share of any file.</summary>
    private const double MostCompletion = 10000;

    private static readonly JsonNames s_attention = new JsonNames(new[] { "ATTENTION" });

    private readonly JsonTextCache _stateText = new JsonTextCache();
    private readonly JsonTextCache _jobStateText = new JsonTextCache();
    private readonly JsonTextCache _jobError = new JsonTextCache();
    private readonly JsonTextCache _display = new JsonTextCache();
    private readonly JsonTextCache _name = new JsonTextCache();
    private readonly JsonTextCache _path = new JsonTextCache();
    private readonly OctoPrintTools _tools = new OctoPrintTools();
    private double _actual;
    private double _target;
    private double _selectedNozzle = double.NaN;

    private bool _hasFlags;

    /// <summary>Factor that makes the completion percent: 1, or 100 for servers that report 0 to 1.</summary>
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

    /// <summary>True when the flag "ready" is there and not set: a start would be refused (OctoPrint printer/standard.py: operational and not busy).</summary>
    public bool IsNotReady { get; private set; }

    /// <summary>True for Buddy's link_state ATTENTION, which comes with the flag error.</summary>
    public bool NeedsPerson { get; private set; }

    public string? StateText { get; private set; }

    /// <summary>True when the report had flags; without them nothing is known of the state.</summary>
    public bool HasFlags => _hasFlags;

    /// <summary>°C of the active tool: the one with the highest target, else the first. OctoPrint does not say which is selected.</summary>
    public double Nozzle { get; private set; }

    public double NozzleTarget { get; private set; }

    public double Bed { get; private set; }

    public double BedTarget { get; private set; }

    public double Chamber { get; private set; }

    /// <summary>State text of /api/job; the only place that says "Offline after error".</summary>
    public string? JobStateText { get; private set; }

    /// <summary>What went wrong, in OctoPrint's words; null when there are none.</summary>
    public string? JobErrorText { get; private set; }

    /// <summary>The selected file, printing or not; null when none is.</summary>
    public string? FileName { get; private set; }

    public string? FilePath { get; private set; }

    /// <summary>0 to 100, or NaN. More than 100 counts as 100: OctoPrint divides by the size of another file than it sends (OctoPrint issue 3926).</summary>
    public double Completion { get; private set; }

    /// <summary>True when more than 100 was reported: the job's progress is unknown.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Seconds that the job has run, or -1; starts again with every start.</summary>
    public int PrintTime { get; private set; }

    /// <summary>Seconds that the selected file took when it was last printed to the end, or NaN.</summary>
    public double LastPrintTime { get; private set; }

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
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.Temperature:
                    ReadTemperatures();
                    break;
                case OctoPrintKeys.State:
                    ReadState();
                    break;
                case OctoPrintKeys.Telemetry:
                    ReadTelemetry();
                    break;
                default:
                    Reader.Skip();
                    break;
            }
        }

        CloseRoot();
        ChooseNozzle();
    }

    /// <summary>Reads the body of /api/job. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void ReadJob(byte[] buffer, int offset, int count)
    {
        ClearJob();
        OpenRoot(buffer, offset, count);
        while (Reader.Read() == JsonToken.Name)
        {
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.Job:
                    ReadFileHolder();
                    break;
                case OctoPrintKeys.Progress:
                    ReadProgress();
                    break;
                case OctoPrintKeys.State:
                    Reader.Read();
                    JobStateText = TextOrSkip(_jobStateText);
                    break;
                case OctoPrintKeys.Error:
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
    /// <param name="status">What is filled.</param>
    /// <param name="state">The state.</param>
    /// <param name="job">The job that the state is about, or null.</param>
    public void Fill(PrinterStatus status, PrinterState state, string? job)
    {
        status.State = state;
        status.Nozzle = Nozzle;
        status.NozzleTarget = NozzleTarget;
        status.Bed = Bed;
        status.BedTarget = BedTarget;
        status.Chamber = Chamber;
        _tools.Fill(status.Tools);
        status.ClearJob();
        status.Job = job;
        if (PrinterStates.HasJob(state))
        {
            status.ProgressPercentage = Completion;
            status.RemainingTimeSeconds = PrintTimeLeft;
        }
        else if (state == PrinterState.Finished)
        {
            // The file may be gone, and its progress with it.
            status.ProgressPercentage = 100;
        }
    }

    private void ChooseNozzle()
    {
        int tool = _tools.Choose();
        if (tool >= 0)
        {
            Nozzle = _tools.Actual(tool);
            NozzleTarget = _tools.Target(tool);
        }

        if (!double.IsNaN(_selectedNozzle))
        {
            // Buddy's tool0 is the first of a tool changer's, and another one may print.
            NozzleTarget = _selectedNozzle == Nozzle ? NozzleTarget : double.NaN;
            Nozzle = _selectedNozzle;
        }
    }

    private void ClearPrinter()
    {
        _hasFlags = false;
        Operational = Printing = Paused = Pausing = Resuming = Cancelling = Finishing = Error = ClosedOrError = NeedsPerson = IsNotReady = false;
        StateText = null;
        Nozzle = NozzleTarget = Bed = BedTarget = Chamber = _selectedNozzle = double.NaN;
        _tools.Clear();
    }

    private void ClearJob()
    {
        JobStateText = JobErrorText = FileName = FilePath = null;
        Completion = LastPrintTime = double.NaN;
        PrintTimeLeft = PrintTime = -1;
        IsOver = false;
    }

    private void ReadState()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.Text:
                    Reader.Read();
                    StateText = TextOrSkip(_stateText);
                    break;
                case OctoPrintKeys.Flags:
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
            int flag = OctoPrintKeys.Names.IndexOf(Reader);
            bool isSet = Reader.Read() == JsonToken.True;
            IsNotReady |= flag == OctoPrintKeys.Ready && Reader.Token == JsonToken.False;
            NeedsPerson |= flag == OctoPrintKeys.LinkState && Reader.Token == JsonToken.String && s_attention.IndexOf(Reader) == 0;
            Reader.Skip();
            SetFlag(flag, isSet);
        }
    }

    private void SetFlag(int flag, bool isSet)
    {
        switch (flag)
        {
            case OctoPrintKeys.Operational:
                Operational = isSet;
                break;
            case OctoPrintKeys.Printing:
                Printing = isSet;
                break;
            case OctoPrintKeys.Paused:
                Paused = isSet;
                break;
            case OctoPrintKeys.Pausing:
                Pausing = isSet;
                break;
            case OctoPrintKeys.Resuming:
                Resuming = isSet;
                break;
            case OctoPrintKeys.Cancelling:
                Cancelling = isSet;
                break;
            case OctoPrintKeys.Finishing:
                Finishing = isSet;
                break;
            case OctoPrintKeys.Error:
                Error = isSet;
                break;
            case OctoPrintKeys.ClosedOrError:
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
            int tool = OctoPrintTools.Names.IndexOf(Reader);
            int heater = tool < 0 ? OctoPrintKeys.Names.IndexOf(Reader) : -1;
            if (tool < 0 && heater != OctoPrintKeys.Bed && heater != OctoPrintKeys.Chamber)
            {
                // Firmware may report sensors of any name, such as "W" or "A".
                Reader.Skip();
                continue;
            }

            ReadHeater();
            if (tool >= 0)
            {
                _tools.Set(tool, _actual, _target);
            }
            else if (heater == OctoPrintKeys.Bed)
            {
                Bed = _actual;
                BedTarget = _target;
            }
            else
            {
                Chamber = _actual;
            }
        }
    }

    private void ReadTelemetry()
    {
        if (!OpenObject())
        {
            return;
        }

        while (Reader.Read() == JsonToken.Name)
        {
            if (OctoPrintKeys.Names.IndexOf(Reader) == OctoPrintKeys.TempNozzle)
            {
                _selectedNozzle = Temperature(ReadNumber());
            }
            else
            {
                Reader.Skip();
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
            int key = OctoPrintKeys.Names.IndexOf(Reader);
            double value = Temperature(ReadNumber());
            if (key == OctoPrintKeys.Actual)
            {
                _actual = value;
            }
            else if (key == OctoPrintKeys.Target)
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
            switch (OctoPrintKeys.Names.IndexOf(Reader))
            {
                case OctoPrintKeys.File:
                    ReadFile();
                    break;
                case OctoPrintKeys.LastPrintTime:
                    LastPrintTime = ReadNumber();
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
            int key = OctoPrintKeys.Names.IndexOf(Reader);
            Reader.Read();
            switch (key)
            {
                case OctoPrintKeys.Display:
                    display = TextOrSkip(_display);
                    break;
                case OctoPrintKeys.Name:
                    FileName = TextOrSkip(_name);
                    break;
                case OctoPrintKeys.Path:
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
            int key = OctoPrintKeys.Names.IndexOf(Reader);
            double value = ReadNumber();
            if (key == OctoPrintKeys.Completion)
            {
                double percent = value * CompletionScale;
                IsOver = percent > 100 && percent < MostCompletion;
                Completion = IsOver ? 100 : Percent(percent);
            }
            else if (key == OctoPrintKeys.PrintTimeLeft)
            {
                PrintTimeLeft = Plausible.Seconds(value);
            }
            else if (key == OctoPrintKeys.PrintTime)
            {
                PrintTime = Plausible.Seconds(value);
            }
        }
    }
}
