using System.Text;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <content>The commands.</content>
public sealed partial class BambuClient
{
    private const int MaxSequence = 2000000000;

    private int _sequence;
    private int _startSequence = -1;
    private string _command = "";
    /// <inheritdoc/>
    public void Pause(CancellationToken cancel)
    {
        _report.Job.PauseSent(_hal.Clock.NowMs);
        HubException? failure = null;
        try
        {
            Simple("pause", "", cancel);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            if (!failure.MayHaveActed)
            {
                _report.Job.PauseRefused();
            }

            throw failure;
        }
    }

    /// <inheritdoc/>
    public void Resume(CancellationToken cancel) => Simple("resume", "", cancel);

    /// <inheritdoc/>
    /// <remarks>Sent whether or not signatures are required: the chance to stop a print is worth a fault on the screen.</remarks>
    public void Cancel(CancellationToken cancel)
    {
        _report.Job.StopSent(_hal.Clock.NowMs);
        HubException? failure = null;
        try
        {
            Plain("stop", "", cancel);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            if (!failure.MayHaveActed)
            {
                _report.Job.StopRefused();
            }

            throw failure;
        }
    }

    /// <inheritdoc/>
    public void SendGcode(string[] lines, CancellationToken cancel)
    {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            script.Append(lines[i]).Append('\n');
        }

        Simple("gcode_line", script.ToString(), cancel);
    }

    /// <inheritdoc/>
    public void SetSpeed(int level, CancellationToken cancel)
    {
        if (level < 1 || level > 4)
        {
            throw new HubException(ErrorCode.Refused, "the speed level is 1 (silent), 2 (standard), 3 (sport) or 4 (ludicrous)");
        }

        Simple("print_speed", level.ToString(), cancel);
    }

    /// <inheritdoc/>
    public void SetLight(bool isOn, CancellationToken cancel)
    {
        SetLight("chamber_light", isOn, cancel);
        if (!_model.HasSecondLight)
        {
            return;
        }

        try
        {
            SetLight("chamber_light2", isOn, cancel);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.Refused)
            {
                throw;
            }

            // Not every H2 has the second one; the first is switched.
        }
    }

    /// <inheritdoc/>
    /// <remarks>Errors: <see cref="ErrorCode.WrongState"/> when the printer shows none now.</remarks>
    public void ClearError(CancellationToken cancel)
    {
        BambuValues values = _report.Values;
        if (!values.IsFull || (values.PrintError == 0 && values.Hms.Gravest() < 0))
        {
            throw new HubException(ErrorCode.WrongState, "there is no error to clear");
        }

        RefuseUnsigned();
        BambuLink link = Begin("print", "clean_print_error");
        link.Writer.Name("print_error");
        link.Writer.Value(values.PrintError);
        link.Writer.Name("subtask_id");
        link.Writer.Value(values.SubtaskId > 0 ? values.SubtaskId.ToString() : "0");
        Send(link, true, cancel);
    }

    /// <inheritdoc/>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        if (!_model.IsKnown && _modelName == null)
        {
            AwaitModel(Link, cancel);
        }

        bool isProject = BambuStart.IsProject(storedPath, _model);
        BambuStart.CheckOptions(isProject, options);
        if (!_report.Values.IsFull || !BambuStateRules.TakesPrint(_report.Values.Phase))
        {
            throw new HubException(ErrorCode.WrongState, "the printer accepts a print only while it is idle, or after one that ended");
        }

        RefuseUnsigned();
        int jobId = RandomId();
        BambuFilament? filament = isProject ? BambuFilament.Of(_model, options, _report.Values.Units, _report.Values.Extruders) : null;
        BambuLink link = Begin("print", isProject ? "project_file" : "gcode_file");
        if (filament != null)
        {
            BambuStart.WriteProject(link.Writer, storedPath, _model, options.Plate, filament, jobId);
        }
        else
        {
            BambuStart.WriteGcode(link.Writer, storedPath, _model);
        }

        _startSequence = _sequence;
        _start.Begin(isProject ? jobId : 0, BambuStart.JobName(storedPath), storedPath, _report.Values, Status, _report.Job.IsReasonDue(_hal.Clock.NowMs), _hal.Clock.NowMs);
        HubException? failure = null;
        try
        {
            Send(link, true, cancel);
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure != null)
        {
            if (!failure.MayHaveActed)
            {
                _start.End();
            }

            throw failure;
        }
    }

    /// <summary>Hands over what the reports have shown of a start.</summary>
    private void JudgeStart()
    {
        if (_start.Outcome == BambuStartOutcome.None)
        {
            return;
        }

        _start.Step(_report.Values, _hal.Clock.NowMs);
        switch (_start.Outcome)
        {
            case BambuStartOutcome.Open:
                if (Start.IsOpen)
                {
                    // Any report may hold the proof.
                    _fullReports.Commanded(_hal.Clock.NowMs);
                }

                return;
            case BambuStartOutcome.Shown:
                Start.Shown();
                break;
            case BambuStartOutcome.Failed:
                Start.Fail(BambuErrors.OfStart(_start.Error));
                break;
            case BambuStartOutcome.FailedByMessage:
                Start.Fail(BambuErrors.OfStart(_start.HmsAttribute, _start.HmsCode));
                break;
            default:
                Start.Fail(new HubException(ErrorCode.Refused, "the job was cancelled at the printer before it began"));
                break;
        }

        _start.End();
    }

    private void Simple(string command, string parameter, CancellationToken cancel)
    {
        RefuseUnsigned();
        Plain(command, parameter, cancel);
    }

    private void Plain(string command, string parameter, CancellationToken cancel)
    {
        BambuLink link = Begin("print", command);
        link.Writer.Name("param");
        link.Writer.Value(parameter);
        Send(link, true, cancel);
    }

    /// <summary>The light is free on most firmware, whatever else must be signed.</summary>
    private void SetLight(string node, bool isOn, CancellationToken cancel)
    {
        BambuLink link = Begin("system", "ledctrl");
        link.Writer.Name("led_node");
        link.Writer.Value(node);
        link.Writer.Name("led_mode");
        link.Writer.Value(isOn ? "on" : "off");
        link.Writer.Name("led_on_time");
        link.Writer.Value(500);
        link.Writer.Name("led_off_time");
        link.Writer.Value(500);
        link.Writer.Name("loop_times");
        link.Writer.Value(0);
        link.Writer.Name("interval_time");
        link.Writer.Value(0);
        Send(link, false, cancel);
    }

    private BambuLink Begin(string root, string command)
    {
        BambuLink link = Link;
        _sequence = _sequence >= MaxSequence ? 1 : _sequence + 1;
        _command = command;
        link.Begin(root, command, _sequence);
        return link;
    }

    /// <summary>1 to 2^31-1.</summary>
    private int RandomId()
    {
        byte[] random = new byte[4];
        _hal.System.FillRandom(random);
        int id = System.BitConverter.ToInt32(random, 0) & 0x7FFFFFFF;
        return id == 0 ? 1 : id;
    }
}
