using Hub.Core.Errors;

namespace Hub.Core.Printers.Moonraker;

/// <summary>Fills a printer's status from the report; texts are built only when their words changed. Thread: one owner.</summary>
internal sealed class MoonrakerStatus
{
    private const string NoPrintState =
        "Klipper reports no print state: its configuration lacks [virtual_sdcard], without which it prints no files; add that section to printer.cfg";

    private readonly PrinterStatus _status;
    private readonly MoonrakerReport _report;
    private readonly MoonrakerStateRules _rules;
    private readonly MoonrakerJobFile _file;
    private readonly MoonrakerSpool _spool;
    private readonly MoonrakerJobKey _key;
    private string? _path;
    private string? _job;
    private string? _words;
    private string? _sentence;
    private string? _lost;
    private string? _lostSentence;
    private string? _word;
    private string? _wordSentence;

    public MoonrakerStatus(PrinterStatus status, MoonrakerReport report, MoonrakerStateRules rules, MoonrakerJobFile file, MoonrakerSpool spool, MoonrakerJobKey key)
    {
        _status = status;
        _report = report;
        _rules = rules;
        _file = file;
        _spool = spool;
        _key = key;
    }

    /// <summary>Brings the status up to date.</summary>
    public void Fill(PrinterState state)
    {
        PrinterStatus status = _status;
        status.State = state;
        status.Nozzle = _report.Nozzle;
        status.NozzleTarget = _report.NozzleTarget;
        status.Bed = _report.Bed;
        status.BedTarget = _report.BedTarget;
        status.Chamber = _report.Chamber;
        _report.FillTools(status.Tools);
        FillFilaments(state);
        status.ClearJob();
        string? path = JobPath(state);
        status.Job = JobName(path);
        status.JobNumber = _rules.JobNumber;
        string? key = _key.Present();
        status.JobKey = path == null ? null : key;
        if (PrinterStates.HasJob(state) || state == PrinterState.Finished || state == PrinterState.Cancelled)
        {
            FillProgress(state);
        }

        FillError(state);
    }

    /// <summary>
    /// The gates of a multi-material unit, or the spool that a person or a macro made the active one. What the file was sliced for (filament_type
    /// in its metadata) says nothing about the spool on the printer.
    /// </summary>
    private void FillFilaments(PrinterState state)
    {
        FilamentReadings filaments = _status.Filaments;
        filaments.Clear();
        if (state == PrinterState.Offline)
        {
            return;
        }

        if (_report.Mmu.HasGates)
        {
            _report.Mmu.Fill(filaments, _spool);
            return;
        }

        Filament? filament = _spool.SpoolId == MoonrakerSpool.NoSpool ? null : filaments.Add(_report.ActiveTool);
        if (filament != null)
        {
            filament.IsActive = TriState.Yes;
            filament.IsEmpty = TriState.No;
            filament.Type = _spool.Type;
            filament.Colors = _spool.Colors;
            filament.RemainingPercent = _spool.RemainingPercent;
        }
    }

    /// <summary>The job that a state is about: also the one that failed, or that was lost or may be with Klipper.</summary>
    private string? JobPath(PrinterState state)
    {
        switch (state)
        {
            case PrinterState.Idle:
            case PrinterState.Unknown:
                return null;
            case PrinterState.Offline:
                return _rules.Job ?? _rules.Lost;
            case PrinterState.Error:
                return _report.Klippy == KlippyState.Ready && (_report.Print == KlipperPrint.Error || _rules.Broken != null) ? _report.FileName : _rules.Lost;
            default:
                return _report.FileName ?? _rules.Ended;
        }
    }

    private void FillProgress(PrinterState state)
    {
        PrinterStatus status = _status;
        double progress = double.IsNaN(_report.FileProgress) ? _report.DisplayProgress : _report.FileProgress;
        switch (state)
        {
            case PrinterState.Finished:
                status.ProgressPercentage = 100;
                return;
            case PrinterState.Cancelled:
                return;
            default:
                break;
        }

        status.ProgressPercentage = progress * 100;
        status.RemainingTimeSeconds = _file.RemainingSeconds(_report.PrintDuration, progress);
        status.CurrentLayer = _report.CurrentLayer > 0 ? _report.CurrentLayer : -1;
        status.TotalLayers = _report.TotalLayer > 0 ? _report.TotalLayer : _file.LayerCount;
    }

    /// <summary>The file's name without its folders; built only when the path changed.</summary>
    private string? JobName(string? path)
    {
        if (path != null && !ReferenceEquals(path, _path))
        {
            _job = path.Substring(path.LastIndexOf('/') + 1);
        }

        _path = path;
        return path == null ? null : _job;
    }

    private void FillError(PrinterState state)
    {
        PrinterStatus status = _status;
        switch (state)
        {
            case PrinterState.Error:
                status.ErrorCode = _report.Klippy == KlippyState.Ready ? PrinterErrorCodes.PrintFailed : PrinterErrorCodes.Fault;
                status.ErrorMessage = ErrorWords();
                break;
            case PrinterState.Unknown:
                status.ErrorCode = PrinterErrorCodes.Fault;
                status.ErrorMessage = _report.PrintWord == null ? NoPrintState : UnknownWord(_report.PrintWord);
                break;
            case PrinterState.Offline:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.PrinterOffline);
                status.ErrorMessage = _report.Klippy == KlippyState.Startup
                    ? "Klipper is starting"
                    : "Moonraker is running, but Klipper is not connected";
                break;
            default:
                status.ErrorCode = null;
                status.ErrorMessage = null;
                break;
        }
    }

    private string ErrorWords()
    {
        if (_report.Klippy != KlippyState.Ready)
        {
            return Sentence(_report.KlippyMessage, "Klipper is shut down: check the printer, then restart its firmware");
        }

        if (_rules.Broken != null)
        {
            return Sentence(_rules.Broken, "Klipper ended the print with an error");
        }

        return _report.Print == KlipperPrint.Error
            ? Sentence(_report.PrintMessage, "Klipper ended the print with an error")
            : LostSentence(_rules.Lost ?? "");
    }

    private string LostSentence(string path)
    {
        if (!ReferenceEquals(path, _lost))
        {
            _lost = path;
            string? words = _rules.LostBecause;
            _lostSentence = "the print was lost with Klipper" + (words == null ? " (restart, power or connection)" : ": " + MoonrakerErrors.Sentence(words));
        }

        return _lostSentence!;
    }

    private string UnknownWord(string word)
    {
        if (!ReferenceEquals(word, _word))
        {
            _word = word;
            _wordSentence = "Klipper reports the print state '" + word + "', which the hub does not know";
        }

        return _wordSentence!;
    }

    /// <summary>The first line of Klipper's words; built only when they changed.</summary>
    private string Sentence(string? words, string otherwise)
    {
        if (words == null)
        {
            return otherwise;
        }

        if (!ReferenceEquals(words, _words))
        {
            _words = words;
            _sentence = MoonrakerErrors.Sentence(words);
        }

        return _sentence!.Length == 0 ? otherwise : _sentence;
    }
}
