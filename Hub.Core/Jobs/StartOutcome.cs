namespace Hub.Core.Jobs;

/// <summary>What became of a pending start.</summary>
internal enum StartOutcome
{
    /// <summary>It is pending.</summary>
    None = 0,

    /// <summary>The printer showed its job.</summary>
    Started = 1,

    /// <summary>It failed, for the reason that goes with it; one with <see cref="Hub.Core.Errors.ErrorCode.StartNotShown"/> may still come true.</summary>
    Failed = 2,
}
