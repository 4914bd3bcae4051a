using Hub.Core.Errors;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// What the metadata say of the file that is printed: asked once for each job, because Klipper knows neither
/// the slicer's estimate nor, mostly, the layers. A decision without I/O. Thread: one owner.
/// </summary>
internal sealed class MoonrakerJobFile
{
    private string? _name;
    private bool _hadJob;
    private double _total;

    /// <summary>The slicer's estimate in seconds, or NaN.</summary>
    public double EstimatedSeconds { get; private set; } = double.NaN;

    /// <summary>Layers, or -1.</summary>
    public int LayerCount { get; private set; } = -1;

    /// <summary>The file to ask for now, or null. Each job gives its file once.</summary>
    public string? Next(MoonrakerReport report)
    {
        bool hasJob = report.Print == KlipperPrint.Printing || report.Print == KlipperPrint.Paused;
        bool isNew = report.FileName != null && hasJob && (!_hadJob || report.FileName != _name || report.TotalDuration < _total);
        _hadJob = hasJob;
        _total = report.TotalDuration;
        if (!isNew)
        {
            return null;
        }

        _name = report.FileName;
        EstimatedSeconds = double.NaN;
        LayerCount = -1;
        return _name;
    }

    /// <summary>A new connection asks again: the answer may have been lost with the old one.</summary>
    public void AskAgain() => _hadJob = false;

    /// <summary>Reads the answer. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public void Read(byte[] buffer, int offset, int count)
    {
        EstimatedSeconds = MoonrakerAnswers.EstimatedTime(buffer, offset, count);
        LayerCount = MoonrakerAnswers.LayerCount(buffer, offset, count);
    }

    /// <summary>
    /// Seconds left: the slicer's estimate as long as it holds, else the share of the file; -1 when neither is known. Klipper
    /// counts no time before the first filament (print_duration is 0), so there is nothing to reckon the share with until then.
    /// </summary>
    public int RemainingSeconds(double printDuration, double progress)
    {
        double left = EstimatedSeconds - printDuration;
        if (!(0 <= left))
        {
            left = 0 < progress && 0 < printDuration ? printDuration * (1 - progress) / progress : double.NaN;
        }

        return Plausible.Seconds(left);
    }
}
