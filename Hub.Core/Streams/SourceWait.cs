using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Streams;

/// <summary>How long an upload has been waiting for its source, and when that is too long. Thread: one owner.</summary>
internal sealed class SourceWait
{
    /// <summary>
    /// Longest time in which a source may give nothing, in ms: for as long an nginx in front of a printer's server waits for more of
    /// a request (its client_body_timeout), and longer than a cloud connection needs to come back in most cases.
    /// </summary>
    internal const int LimitMs = 60000;

    /// <summary>A shorter wait is not worth a word.</summary>
    private const int MentionedMs = 1000;

    private readonly IClock _clock;
    private long _sinceMs = -1;

    /// <summary>Makes it for an upload whose source has not been read yet.</summary>
    internal SourceWait(IClock clock)
    {
        _clock = clock;
    }

    private long Ms => _sinceMs < 0 ? 0 : _clock.NowMs - _sinceMs;

    /// <summary>A read gave this result. Errors: <see cref="ErrorCode.SourceFailed"/> once the source has given nothing for <see cref="LimitMs"/>.</summary>
    internal void Note(int read)
    {
        if (read != SourceRead.NothingYet)
        {
            _sinceMs = -1;
            return;
        }

        if (_sinceMs < 0)
        {
            _sinceMs = _clock.NowMs;
        }

        if (Ms >= LimitMs)
        {
            throw new HubException(ErrorCode.SourceFailed, "no more of the file came for " + Ascii.Duration(LimitMs) + ": send it again");
        }
    }

    /// <summary>Adds to the error of an upload that its source was waited for, which may be why the printer ended it.</summary>
    internal HubException Explain(HubException error) => Ms < MentionedMs || error.Code == ErrorCode.Cancelled
        ? error
        : error.Reworded(error.Message + "; the upload had been waiting for more of the file for " + ((Ms + 500) / 1000).ToString() + " s");
}
