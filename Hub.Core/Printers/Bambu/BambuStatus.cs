using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <summary>Fills a printer's status from its values; texts are made anew only when their codes changed. Thread: one owner.</summary>
internal sealed class BambuStatus
{
    private const int SecondsOfMinute = 60;
    private const int MaxMinutes = 100000;

    private readonly PrinterStatus _status;
    private readonly BambuStartWatch _start;
    private readonly BambuFilaments _filaments = new BambuFilaments();
    private readonly BambuJobKey _key = new BambuJobKey();
    private uint _printError;
    private uint _hmsAttribute;
    private uint _hmsCode;
    private int _dropped;
    private string? _code;
    private string? _sentence;
    private string? _path;
    private string? _pathName;

    public BambuStatus(PrinterStatus status)
        : this(status, new BambuStartWatch())
    {
    }

    public BambuStatus(PrinterStatus status, BambuStartWatch start)
    {
        _status = status;
        _start = start;
    }

    /// <summary>Brings the status up to date.</summary>
    public void Fill(BambuReport report, BambuModel model, long nowMs)
    {
        PrinterStatus status = _status;
        BambuValues values = report.Values;
        BambuJobWatch job = report.Job;
        status.State = BambuStateRules.Of(values, job, nowMs);
        status.Tools.Clear();
        if (!values.IsFull)
        {
            status.ClearJob();
            status.ClearTemperatures();
            _filaments.Clear(status.Filaments);
            status.ErrorCode = null;
            status.ErrorMessage = null;
            return;
        }

        status.Nozzle = values.Nozzle;
        status.NozzleTarget = values.NozzleTarget;
        status.Bed = values.Bed;
        status.BedTarget = values.BedTarget;
        status.Chamber = BambuStateRules.Chamber(values, model);
        FillTools(values);
        _filaments.Fill(status.Filaments, values, model);
        status.JobNumber = job.Number;
        _key.Follow(values, job);
        if (_start.HoldsEnd(values.Phase))
        {
            FillBefore();
        }
        else
        {
            FillJob(values, job);
        }

        FillError(values, job, nowMs);
    }

    /// <summary>H2D, H2C and X2D: nozzle 0 is the right one (ha-bambulab 1238).</summary>
    private void FillTools(BambuValues values)
    {
        int count = values.Extruders;
        if (count < 2)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            long packed = values.Extruder(i);
            _status.Tools.Add(
                i == 0 ? "right" : i == 1 ? "left" : "extruder" + i.ToString(),
                packed < 0 ? double.NaN : BambuReport.Current(packed),
                packed < 0 ? double.NaN : BambuReport.Target(packed));
        }

        _status.Tools.Active = BambuReport.Active(values);
    }

    /// <summary>A start is open: an end under the new name is still the former job's.</summary>
    private void FillBefore()
    {
        PrinterStatus before = _start.Before;
        _status.State = before.State;
        _status.Job = before.Job;
        _status.JobKey = before.JobKey;
        _status.ProgressPercentage = before.ProgressPercentage;
        _status.RemainingTimeSeconds = before.RemainingTimeSeconds;
        _status.CurrentLayer = before.CurrentLayer;
        _status.TotalLayers = before.TotalLayers;
    }

    private void FillJob(BambuValues values, BambuJobWatch job)
    {
        PrinterStatus status = _status;
        status.ClearJob();
        bool isRunning = PrinterStates.HasJob(status.State) || status.State == PrinterState.Attention;
        if (!isRunning && status.State != PrinterState.Finished && status.State != PrinterState.Cancelled && status.State != PrinterState.Error)
        {
            return;
        }

        status.Job = job.Name ?? NameOf(values.GcodeFile);
        status.JobKey = _key.Text;
        if (status.State == PrinterState.Finished)
        {
            status.ProgressPercentage = 100;
        }
        else if (isRunning)
        {
            int minutes = job.RemainingMinutes;
            status.ProgressPercentage = job.Percent;
            status.RemainingTimeSeconds = minutes < 0 || minutes > MaxMinutes ? -1 : minutes * SecondsOfMinute;
            status.CurrentLayer = job.Layer > 0 ? job.Layer : -1;
            status.TotalLayers = job.TotalLayers > 0 ? job.TotalLayers : -1;
        }
    }

    private void FillError(BambuValues values, BambuJobWatch job, long nowMs)
    {
        bool isError = _status.State == PrinterState.Error;
        uint printError = job.ShownError(values, nowMs);
        if (printError == 0 && isError && !BambuStateRules.IsCancel(values.FailReason) && !BambuNotices.IsHidden(values.FailReason))
        {
            printError = values.FailReason;
        }

        if (printError != 0)
        {
            SetPrintError(printError);
            return;
        }

        int hms = values.Hms.Gravest();
        if (hms >= 0)
        {
            SetHms(values.Hms.Attribute(hms), values.Hms.Code(hms), values.Hms.Dropped);
            if (isError)
            {
                _status.ErrorCode = PrinterErrorCodes.PrintFailed;
            }

            return;
        }

        FillReason(values, isError);
    }

    /// <summary>Without a code, the stage may say what it does or waits for.</summary>
    private void FillReason(BambuValues values, bool isError)
    {
        bool isPaused = _status.State == PrinterState.Attention || _status.State == PrinterState.Paused;
        bool isPrinting = _status.State == PrinterState.Printing || _status.State == PrinterState.Busy;
        string? reason = isPaused ? BambuStages.PauseReason(values.Stage) : isPrinting ? BambuStages.Work(values.Stage) : null;
        _status.ErrorMessage = isError ? "the printer ended the print with an error" : reason;
        _status.ErrorCode = isError ? PrinterErrorCodes.PrintFailed
            : reason == null || isPrinting ? null : PrinterErrorCodes.Attention;
    }

    private void SetPrintError(uint printError)
    {
        if (_code == null || _printError != printError)
        {
            _code = BambuTexts.Code(printError);
            _sentence = _code + ": " + BambuTexts.Sentence(printError);
            _printError = printError;
            _hmsAttribute = _hmsCode = 0;
        }

        _status.ErrorCode = _code;
        _status.ErrorMessage = _sentence;
    }

    private void SetHms(uint attribute, uint code, int dropped)
    {
        if (_code == null || _hmsAttribute != attribute || _hmsCode != code || _dropped != dropped)
        {
            _code = BambuTexts.HmsCode(attribute, code);
            _sentence = _code + ": " + BambuTexts.HmsSentence(attribute, code)
                + (dropped == 0 ? "" : " (" + dropped.ToString() + " more of its messages left out)");
            _printError = 0;
            _hmsAttribute = attribute;
            _hmsCode = code;
            _dropped = dropped;
        }

        _status.ErrorCode = _code;
        _status.ErrorMessage = _sentence;
    }

    /// <summary>The file's name without folders; the plate inside of a project has none for people.</summary>
    private string? NameOf(string? path)
    {
        if (path != null && !ReferenceEquals(path, _path))
        {
            string name = path.Substring(path.LastIndexOf('/') + 1);
            _pathName = name.StartsWith("plate_") || name.Length == 0 ? null : BambuStart.JobName(name);
        }

        _path = path;
        return path == null ? null : _pathName;
    }
}
