using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <summary>What came on a printer's report topic.</summary>
internal enum BambuMessageKind
{
    /// <summary>Nothing that concerns the hub.</summary>
    Other = 0,

    /// <summary>A full or partial status, which is merged by now.</summary>
    Status = 1,

    /// <summary>The answer to a command; see <see cref="BambuReply"/>.</summary>
    Reply = 2,

    /// <summary>The answer to get_version.</summary>
    Version = 3,

    /// <summary>A full status that was not needed and not read; see <see cref="BambuFullReports"/>.</summary>
    Dropped = 4,
}

/// <summary>The answer to a command: the command's own fields, and mostly a result. Thread: one owner.</summary>
internal sealed class BambuReply
{
    /// <summary>Name of the command it answers; null for an answer without (A1 mini).</summary>
    public string? Command { get; set; }

    /// <summary>Number of the command it answers, or -1.</summary>
    public long SequenceId { get; set; }

    /// <summary>True when it has a result: a bare echo proves nothing (P1S 01.10).</summary>
    public bool HasResult { get; set; }

    /// <summary>True for a result that says success.</summary>
    public bool IsSuccess { get; set; }

    /// <summary>err_code, 0 for none.</summary>
    public long ErrorCode { get; set; }

    /// <summary>The printer's words, or null.</summary>
    public string? Reason { get; set; }

    public void Clear()
    {
        Command = null;
        SequenceId = -1;
        HasResult = IsSuccess = false;
        ErrorCode = 0;
        Reason = null;
    }
}
