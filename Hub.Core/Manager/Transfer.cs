using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Core.Manager;

/// <summary>
/// One upload on its way to a printer. Made by the asker, run by a transfer worker, finished exactly
/// once. Thread: any may read and cancel.
/// </summary>
public sealed class Transfer : IUploadProgress
{
    private readonly ManualResetEvent _finished = new ManualResetEvent(false);
    private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
    private bool _isStarted;

    /// <summary>Makes a transfer.</summary>
    /// <param name="name">The file's name for people.</param>
    /// <param name="source">The bytes; the asker closes it after the end.</param>
    public Transfer(string name, IUploadSource source)
    {
        Name = name;
        Source = source;
        TotalBytes = source.Length;
    }

    /// <summary>The file's name for people.</summary>
    public string Name { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long TotalBytes { get; }

    /// <summary>Bytes handed to the connection so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>True once it is complete or failed.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Why it failed; null while it runs and when it is complete.</summary>
    public HubException? Error { get; private set; }

    /// <summary>Where the printer stored the file; null before it is complete.</summary>
    public string? StoredPath { get; private set; }

    /// <summary>Why it has not begun, as one line for people; null once it has.</summary>
    public string? WaitReason => _isStarted || IsFinished ? null : Lease?.Reason ?? "waits for another upload to end";

    /// <summary>Its part in the socket budget, while it waits and runs.</summary>
    internal SocketLease? Lease { get; set; }

    internal IUploadSource Source { get; }

    internal CancellationToken CancelToken => _cancel.Token;

    /// <summary>Ends it with <see cref="ErrorCode.Cancelled"/>, at once when it still waits; nothing happens when it is finished.</summary>
    public void Cancel()
    {
        _cancel.Cancel();
        lock (_finished)
        {
            if (!_isStarted)
            {
                Finish(null, new HubException(ErrorCode.Cancelled, "the upload was cancelled before it began"));
            }
        }
    }

    /// <summary>Waits until it is complete or failed; false when it still runs after <paramref name="timeoutMs"/>.</summary>
    public bool Wait(int timeoutMs) => _finished.WaitOne(timeoutMs, false);

    void IUploadProgress.Report(long sentBytes, long totalBytes) => SentBytes = sentBytes;

    /// <summary>A transfer worker begins it; false when it was cancelled before.</summary>
    internal bool TryStart()
    {
        lock (_finished)
        {
            _isStarted = !IsFinished;
            return _isStarted;
        }
    }

    /// <summary>Ends it; what comes second does not count.</summary>
    internal void Finish(string? storedPath, HubException? error)
    {
        lock (_finished)
        {
            if (IsFinished)
            {
                return;
            }

            StoredPath = storedPath;
            Error = error;
            IsFinished = true;
        }

        _finished.Set();
    }
}
