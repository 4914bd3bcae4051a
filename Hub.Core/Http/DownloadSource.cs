using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// A file of an http or https URL as the source of an upload: it is read as the printer takes it, and never stored. A download that breaks is
/// resumed with Range (RFC 9110 section 14) where the server can; where it cannot, it begins again only while nothing was read yet.
/// No message holds the URL, whose path may be a token. Thread: one after the other, the opener's and then the transfer worker's; the owner
/// disposes it once neither uses it.
/// </summary>
internal sealed class DownloadSource : IUploadSource, IDisposable
{
    /// <summary>Longest silence before a download counts as broken, in ms.</summary>
    internal const int StallMs = 15000;

    /// <summary>How often a broken download is taken up again.</summary>
    internal const int MaxResumes = 6;

    /// <summary>Longest waiting for <see cref="PaceBytes"/>, in ms, whatever the printer's own pace.</summary>
    internal const int PaceMs = 60000;

    /// <summary>So many bytes must come in <see cref="PaceMs"/>.</summary>
    internal const int PaceBytes = 16 * 1024;

    private const int ResumeTimeoutMs = 5000;
    private const int FirstPauseMs = 500;
    private const int MaxPauseMs = 8000;

    private readonly IClock _clock;
    private readonly DownloadRequest _request;
    private HttpResponse? _response;
    private bool _isOpen;
    private long _position;
    private int _resumes;
    private int _pauseMs = FirstPauseMs;
    private long _notBeforeMs;
    private long _silentMs;
    private long _slowMs;
    private int _pacedBytes;

    /// <summary>Makes it; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets and buffers.</param>
    /// <param name="url">Where the file is.</param>
    /// <param name="tls">Whom to trust at <paramref name="tlsHost"/>; null for the system's certificates.</param>
    /// <param name="tlsHost">The host that <paramref name="tls"/> is for; any other is checked with the system's certificates.</param>
    /// <param name="cancel">Ends what it waits for.</param>
    public DownloadSource(IHal hal, DownloadUrl url, TlsOptions? tls, string? tlsHost, CancellationToken cancel)
    {
        _clock = hal.Clock;
        _request = new DownloadRequest(hal, url, tls, tlsHost, cancel);
    }

    /// <inheritdoc/>
    public long Length => _request.Length;

    /// <summary>True (default) when the file, redirects included, may come from private addresses. Set before <see cref="Open"/>.</summary>
    public bool AllowsPrivate
    {
        get => _request.AllowsPrivate;
        set => _request.AllowsPrivate = value;
    }

    /// <summary>True (default) when it may at least at the host that the trust is for. Set before <see cref="Open"/>.</summary>
    public bool AllowsPrivateAtTrusted
    {
        get => _request.AllowsPrivateAtTrusted;
        set => _request.AllowsPrivateAtTrusted = value;
    }

    /// <summary>
    /// Asks for the file and learns its length. Blocks. Errors: those of <see cref="HttpClient.Send"/>; <see cref="ErrorCode.SourceFailed"/>
    /// for a server that does not give the file; <see cref="ErrorCode.Redirected"/>.
    /// </summary>
    /// <param name="timeoutMs">For everything together, in ms; a dial that hangs may go beyond it by its own limit.</param>
    public void Open(int timeoutMs)
    {
        _response = _request.Begin(_clock.NowMs + timeoutMs);
        _isOpen = true;
    }

    /// <summary>
    /// Reads on. Errors: <see cref="ErrorCode.SourceFailed"/> when the download cannot go on, <see cref="ErrorCode.SourceChanged"/> when the file
    /// is another one now, <see cref="ErrorCode.Cancelled"/>. A call that takes a broken download up again may last 10 s, or until it is cancelled.
    /// </summary>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException("the download was not opened");
        }

        if (_position == Length)
        {
            // A body that is longer than announced ends in the codec; one of unknown length is read to its end.
            return _response == null ? 0 : ReadOn(buffer, offset, count, timeoutMs);
        }

        if (_response != null)
        {
            return ReadOn(buffer, offset, count, timeoutMs);
        }

        long waitMs = _notBeforeMs - _clock.NowMs;
        if (waitMs > 0)
        {
            _clock.Sleep(waitMs < timeoutMs ? (int)waitMs : timeoutMs);
            return SourceRead.NothingYet;
        }

        Resume();
        return SourceRead.NothingYet;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _response = null;
        _request.Dispose();
    }

    private int ReadOn(byte[] buffer, int offset, int count, int timeoutMs)
    {
        long sinceMs = _clock.NowMs;
        HubException? loss = null;
        int read = 0;
        try
        {
            read = _response!.TryRead(buffer, offset, count, timeoutMs);
        }
        catch (HubException e)
        {
            loss = e;
        }

        if (loss != null)
        {
            Broke(loss);
            return SourceRead.NothingYet;
        }

        int waitedMs = (int)(_clock.NowMs - sinceMs);
        if (read == SourceRead.NothingYet)
        {
            Waited(waitedMs);
        }
        else if (read > 0)
        {
            _position += read;
            Came(read, waitedMs);
        }
        else if (_position < Length)
        {
            // Only a body without an announced length ends early without an error.
            Broke(new HubException(ErrorCode.ConnectionLost, _request.Place + " ended the file early"));
            return SourceRead.NothingYet;
        }

        return read;
    }

    private void Waited(int waitedMs)
    {
        _silentMs += waitedMs;
        _slowMs += waitedMs;
        CheckPace();
        if (_silentMs >= StallMs)
        {
            Broke(new HubException(ErrorCode.Timeout, _request.Place + " sent nothing for " + Ascii.Duration(StallMs)));
        }
    }

    private void Came(int bytes, int waitedMs)
    {
        _silentMs = 0;
        _slowMs += waitedMs;
        _pacedBytes += bytes;
        if (_pacedBytes >= PaceBytes)
        {
            _pacedBytes = 0;
            _slowMs = 0;
        }

        CheckPace();
    }

    private void CheckPace()
    {
        if (_slowMs >= PaceMs)
        {
            throw Failed(_request.Place + " sends the file too slowly: less than " + PaceBytes.ToString() + " bytes in " + Ascii.Duration(PaceMs));
        }
    }

    /// <summary>The download broke: it is taken up again later. Errors: why it cannot be.</summary>
    private void Broke(HubException loss)
    {
        _response = null;
        _request.Close();
        _silentMs = 0;
        if (loss.Code == ErrorCode.Cancelled)
        {
            throw loss;
        }

        if (!IsPassing(loss.Code))
        {
            throw Failed(loss.Message);
        }

        if (_position > 0 && !_request.CanResume)
        {
            throw Failed(loss.Message + ", in the middle of the file, and it cannot go on from there");
        }

        if (_resumes == MaxResumes)
        {
            throw Failed(loss.Message + ", again after " + MaxResumes.ToString() + " new tries");
        }

        _resumes++;
        _notBeforeMs = _clock.NowMs + _pauseMs;
        _pauseMs = Math.Min(_pauseMs * 2, MaxPauseMs);
    }

    private void Resume()
    {
        HubException? loss = null;
        try
        {
            _response = _request.Continue(_position, _clock.NowMs + ResumeTimeoutMs);
        }
        catch (HubException e)
        {
            loss = e;
        }

        if (loss != null)
        {
            Broke(loss);
        }
    }

    /// <summary>True when another try may succeed.</summary>
    private static bool IsPassing(ErrorCode code) =>
        code == ErrorCode.ConnectionLost
        || code == ErrorCode.Timeout
        || code == ErrorCode.ConnectFailed
        || code == ErrorCode.DnsFailed
        || code == ErrorCode.ServerError
        || code == ErrorCode.OutOfSockets
        || code == ErrorCode.OutOfMemory
        || code == ErrorCode.Throttled;

    private static HubException Failed(string what) => new HubException(ErrorCode.SourceFailed, "the download failed: " + what + ": send it again");
}
