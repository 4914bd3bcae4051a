namespace Hub.Core.Printers.Bambu;

/// <summary>Fills a printer's status from its values; texts are made anew only when their codes changed. Thread: one owner.</summary>
internal sealed class BambuStatus
{
    private const int SecondsOfMinute = 60;
    private const int MaxMinutes = 100000;

    private readonly PrinterStatus _status;
    private uint _printError;
    private uint _hmsAttribute;
    private uint _hmsCode;
    private string? _code;
    private string? _sentence;
    private string? _path;
    private string? _pathName;

    public BambuStatus(PrinterStatus status)
    {
        _status = status;
    }

    /// <summary>Brings the status up to date.</summary>
    public void Fill(BambuValues values, BambuModel model)
    {
        PrinterStatus status = _status;
        status.State = BambuStateRules.Of(values);
        if (!values.IsFull)
        {
            status.ClearJob();
            status.ClearTemperatures();
            status.ErrorCode = null;
            status.ErrorMessage = null;
            return;
        }

        status.Nozzle = values.Nozzle;
        status.NozzleTarget = values.NozzleTarget;
        status.Bed = values.Bed;
        status.BedTarget = values.BedTarget;
        status.Chamber = BambuStateRules.Chamber(values, model);
        FillJob(values);
        FillError(values);
    }

    private void FillJob(BambuValues values)
    {
        PrinterStatus status = _status;
        status.ClearJob();
        bool isRunning = PrinterStates.HasJob(status.State) || status.State == PrinterState.Attention;
        if (!isRunning && status.State != PrinterState.Finished && status.State != PrinterState.Cancelled && status.State != PrinterState.Error)
        {
            return;
        }

        status.Job = values.JobName ?? NameOf(values.GcodeFile);
        if (status.State == PrinterState.Finished)
        {
            status.ProgressPercentage = 100;
        }
        else if (isRunning)
        {
            status.ProgressPercentage = values.Percent;
            status.RemainingTimeSeconds = values.RemainingMinutes < 0 || values.RemainingMinutes > MaxMinutes
                ? -1 : values.RemainingMinutes * SecondsOfMinute;
            status.CurrentLayer = values.Layer > 0 ? values.Layer : -1;
            status.TotalLayers = values.TotalLayers > 0 ? values.TotalLayers : -1;
        }
    }

    private void FillError(BambuValues values)
    {
        bool isPaused = _status.State == PrinterState.Attention || _status.State == PrinterState.Paused;
        uint printError = _status.State == PrinterState.Error ? values.PrintError : isPaused ? values.PresentError : 0;
        if (printError != 0)
        {
            SetPrintError(printError);
            return;
        }

        int hms = values.Hms.Gravest();
        if (hms >= 0)
        {
            SetHms(values.Hms.Attribute(hms), values.Hms.Code(hms));
            if (_status.State == PrinterState.Error)
            {
                _status.ErrorCode = PrinterErrorCodes.PrintFailed;
            }

            return;
        }

        string? reason = isPaused ? BambuTexts.OfPauseStage(values.Stage) : null;
        _status.ErrorMessage = _status.State == PrinterState.Error ? "the printer ended the print with an error" : reason;
        _status.ErrorCode = _status.State == PrinterState.Error ? PrinterErrorCodes.PrintFailed
            : reason == null ? null : PrinterErrorCodes.Attention;
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

    private void SetHms(uint attribute, uint code)
    {
        if (_code == null || _hmsAttribute != attribute || _hmsCode != code)
        {
            _code = BambuTexts.HmsCode(attribute, code);
            _sentence = _code + ": " + BambuTexts.HmsSentence(attribute, code);
            _printError = 0;
            _hmsAttribute = attribute;
            _hmsCode = code;
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
