using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// What one round of <c>GET /api/printer</c> and <c>GET /api/job</c> said (OctoPrint docs/api/printer.rst, job.rst,
/// datamodel.rst): OctoPrint's API as OctoPrint has it, and as other servers imitate it, such as PrusaLink in older firmware.
/// A codec: bytes in, fields out, no I/O. What an answer lacks or has in another type stays unknown. Thread: one owner.
/// </summary>
internal sealed partial class OctoPrintReport : JsonReport
{
    private static readonly JsonNames s_attention = new JsonNames(new[] { "ATTENTION" });

    private readonly JsonTextCache _stateText = new JsonTextCache();
    private readonly OctoPrintTools _tools = new OctoPrintTools();
    private double _actual;
    private double _target;
    private double _selectedNozzle = double.NaN;

    private bool _hasFlags;

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

    /// <summary>All flags and the link to the machine as one number, to see that one of them changed.</summary>
    public int Flags =>
        Bit(IsPrinterLinked, 0) | Bit(Operational, 1) | Bit(Printing, 2) | Bit(Paused, 3) | Bit(Pausing, 4) | Bit(Resuming, 5) | Bit(Cancelling, 6)
        | Bit(Finishing, 7) | Bit(Error, 8) | Bit(ClosedOrError, 9) | Bit(IsNotReady, 10) | Bit(NeedsPerson, 11) | Bit(_hasFlags, 12);

    /// <summary>True when the report had flags; without them nothing is known of the state.</summary>
    public bool HasFlags => _hasFlags;

    /// <summary>°C of the active tool: the one with the highest target, else the first. OctoPrint does not say which is selected.</summary>
    public double Nozzle { get; private set; }

    public double NozzleTarget { get; private set; }

    public double Bed { get; private set; }

    public double BedTarget { get; private set; }

    public double Chamber { get; private set; }

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

    private static int Bit(bool isSet, int position) => isSet ? 1 << position : 0;

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
}
