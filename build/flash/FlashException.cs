using System;

namespace Hub.Flash;

/// <summary>An error for the person at the keyboard: the message says what to do.</summary>
internal sealed class FlashException : Exception
{
    /// <summary>Exit code of a command that failed.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of a command that was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Exit code when nothing was written because files or board do not fit.</summary>
    public const int Refused = 3;

    /// <summary>Creates the error.</summary>
    /// <param name="code">Exit code.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    public FlashException(int code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>Exit code.</summary>
    public int Code { get; }
}
