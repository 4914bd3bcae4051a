namespace Hub.Core.Printers.Bambu;

/// <summary>What a start has come to.</summary>
internal enum BambuStartOutcome
{
    /// <summary>No start is waited for.</summary>
    None = 0,

    /// <summary>Neither the job nor a reason against it was shown.</summary>
    Open = 1,

    /// <summary>The printer showed our job.</summary>
    Shown = 2,

    /// <summary>It showed an error: <see cref="BambuStartWatch.Error"/>.</summary>
    Failed = 3,

    /// <summary>It showed a health message: <see cref="BambuStartWatch.HmsAttribute"/>.</summary>
    FailedByMessage = 4,

    /// <summary>The job was cancelled at the printer.</summary>
    Cancelled = 5,
}
