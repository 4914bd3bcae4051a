using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>
/// What is known of a printer. A value that is not known is <see cref="double.NaN"/>, -1 or null and
/// is left out of every message. Thread: owned by the printer's worker; others get copies.
/// </summary>
public sealed class PrinterStatus
{
    /// <summary>The message of a printer that has not been heard of since the hub began to connect.</summary>
    public const string NoAnswerYet = "no answer yet";

    /// <summary>Unified print state.</summary>
    public PrinterState State { get; set; }

    /// <summary>True while the printer's own server answers us; apart from <see cref="State"/>.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Name of the job for people, or null.</summary>
    public string? Job { get; set; }

    /// <summary>
    /// Identifies the job for the hub alone, also after a restart of the hub: an id of the system's, or file and time
    /// (<see cref="JobKeys"/>). Null when no job is shown or nothing identifies it.
    /// </summary>
    public string? JobKey { get; set; }

    /// <summary>
    /// Counts the jobs that this client has seen, the shown or last one included; 0 before the first. It changes when the job is another one, also
    /// when nothing else differs.
    /// </summary>
    public int JobNumber { get; set; }

    /// <summary>0 to 100 percent, or NaN.</summary>
    public double ProgressPercentage { get; set; } = double.NaN;

    /// <summary>Seconds left, or -1.</summary>
    public int RemainingTimeSeconds { get; set; } = -1;

    /// <summary>Layer being printed, from 1, or -1.</summary>
    public int CurrentLayer { get; set; } = -1;

    /// <summary>Layers of the job, or -1.</summary>
    public int TotalLayers { get; set; } = -1;

    /// <summary>Nozzle in °C, or NaN.</summary>
    public double Nozzle { get; set; } = double.NaN;

    /// <summary>Nozzle target in °C, or NaN.</summary>
    public double NozzleTarget { get; set; } = double.NaN;

    /// <summary>Bed in °C, or NaN.</summary>
    public double Bed { get; set; } = double.NaN;

    /// <summary>Bed target in °C, or NaN.</summary>
    public double BedTarget { get; set; } = double.NaN;

    /// <summary>Chamber in °C, or NaN.</summary>
    public double Chamber { get; set; } = double.NaN;

    /// <summary>All tools of a printer with more than one; <see cref="Nozzle"/> is that of the active one.</summary>
    public ToolReadings Tools { get; } = new ToolReadings();

    /// <summary>The slots for filament and what is in them; empty where the system does not know.</summary>
    public FilamentReadings Filaments { get; } = new FilamentReadings();

    /// <summary>Code of the present error (<see cref="ErrorCodes.Name"/> or the printer's own), or null.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>One line on the present error, or null.</summary>
    public string? ErrorMessage { get; set; }

    /// <summary>True when the link is TLS and the peer's certificate was checked.</summary>
    public bool TlsVerified { get; set; }

    /// <summary>What helps against the error, beyond what <see cref="ErrorCode"/> says.</summary>
    public Remedy ErrorRemedy { get; set; }

    /// <summary>Monotonic time of the last report that the printer really sent, or -1 before the first.</summary>
    public long LastReportMs { get; set; } = -1;

    /// <summary>Overwrites every value with those of another status; allocates nothing.</summary>
    public void CopyFrom(PrinterStatus other)
    {
        State = other.State;
        IsConnected = other.IsConnected;
        Job = other.Job;
        JobKey = other.JobKey;
        JobNumber = other.JobNumber;
        ProgressPercentage = other.ProgressPercentage;
        RemainingTimeSeconds = other.RemainingTimeSeconds;
        CurrentLayer = other.CurrentLayer;
        TotalLayers = other.TotalLayers;
        Nozzle = other.Nozzle;
        NozzleTarget = other.NozzleTarget;
        Bed = other.Bed;
        BedTarget = other.BedTarget;
        Chamber = other.Chamber;
        Tools.CopyFrom(other.Tools);
        Filaments.CopyFrom(other.Filaments);
        ErrorCode = other.ErrorCode;
        ErrorMessage = other.ErrorMessage;
        ErrorRemedy = other.ErrorRemedy;
        TlsVerified = other.TlsVerified;
        LastReportMs = other.LastReportMs;
    }

    /// <summary>True when both say the same to a reader; the time of the report and what identifies the job do not count, and what is not known equals what is not known.</summary>
    public bool SameAs(PrinterStatus other) =>
        State == other.State
        && IsConnected == other.IsConnected
        && Job == other.Job
        && IsSame(ProgressPercentage, other.ProgressPercentage)
        && RemainingTimeSeconds == other.RemainingTimeSeconds
        && CurrentLayer == other.CurrentLayer
        && TotalLayers == other.TotalLayers
        && IsSame(Nozzle, other.Nozzle)
        && IsSame(NozzleTarget, other.NozzleTarget)
        && IsSame(Bed, other.Bed)
        && IsSame(BedTarget, other.BedTarget)
        && IsSame(Chamber, other.Chamber)
        && Tools.SameAs(other.Tools)
        && Filaments.SameAs(other.Filaments)
        && ErrorCode == other.ErrorCode
        && ErrorMessage == other.ErrorMessage
        && ErrorRemedy == other.ErrorRemedy
        && TlsVerified == other.TlsVerified;

    /// <summary>Forgets the job: name, progress, time and layers.</summary>
    public void ClearJob()
    {
        Job = null;
        JobKey = null;
        ProgressPercentage = double.NaN;
        RemainingTimeSeconds = -1;
        CurrentLayer = -1;
        TotalLayers = -1;
    }

    /// <summary>Forgets the temperatures.</summary>
    public void ClearTemperatures()
    {
        Nozzle = double.NaN;
        NozzleTarget = double.NaN;
        Bed = double.NaN;
        BedTarget = double.NaN;
        Chamber = double.NaN;
        Tools.Clear();
    }

    /// <summary>True for two values that are equal or both not known.</summary>
    internal static bool IsSame(double one, double other) => one == other || (double.IsNaN(one) && double.IsNaN(other));
}
