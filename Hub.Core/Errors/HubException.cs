using System;
using Hub.Core.Text;

namespace Hub.Core.Errors;

/// <summary>
/// The one exception that I/O and protocol code throws. Its message is one line for a user: what
/// happened and what to do, without secrets, without the printer's id (the caller adds it). Control
/// characters, which a peer's words may bring, are masked and long texts cut.
/// </summary>
public sealed class HubException : Exception
{
    /// <summary>Makes the exception.</summary>
    public HubException(ErrorCode code, string message)
        : base(OneLine.Of(message))
    {
        Code = code;
    }

    /// <summary>Makes the exception with its cause.</summary>
    public HubException(ErrorCode code, string message, Exception inner)
        : base(OneLine.Of(message), inner)
    {
        Code = code;
    }

    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; }

    /// <summary>The class of <see cref="Code"/>.</summary>
    public ErrorClass Class => ErrorCodes.ClassOf(Code);

    /// <summary>True when the peer may have acted on a request that must not be sent twice, although no good answer came.</summary>
    public bool MayHaveActed { get; set; }

    /// <summary>Status of the HTTP answer that this error stands for, 0 when there was none or it is not known.</summary>
    public int HttpStatus { get; set; }

    /// <summary>Milliseconds the peer asked to wait before the next try (Retry-After), 0 when it named none.</summary>
    public int RetryAfterMs { get; set; }

    /// <summary>The peer's own words that the message quotes, where a caller may know them; printable, null for none.</summary>
    public string? PeerWords { get; set; }

    /// <summary>What helps against it, beyond what <see cref="Code"/> says.</summary>
    public Remedy Remedy { get; set; }

    /// <summary>The same error in other words; this one is its cause.</summary>
    public HubException Reworded(string message) => new HubException(Code, message, this)
    {
        MayHaveActed = MayHaveActed,
        HttpStatus = HttpStatus,
        RetryAfterMs = RetryAfterMs,
        PeerWords = PeerWords,
        Remedy = Remedy,
    };
}
