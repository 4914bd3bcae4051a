using System;
using Hub.Core.Errors;

namespace Hub.Core.Jobs;

/// <summary>
/// A request to print a file, from its acceptance over its transfer to its start. The hub remembers an accepted one, over a restart
/// too, until its one outcome is recorded as a job event. Made and disposed of by the asker; disposing of one that no start command
/// took over gives it up. Thread: any.
/// </summary>
public sealed class PrintRequest : IDisposable
{
    /// <summary>Makes a request.</summary>
    /// <param name="file">The file's name for people.</param>
    public PrintRequest(string file)
    {
        File = file;
    }

    /// <summary>
    /// The command's id in the job log, and that of the start command that takes it over. Empty until it is accepted when the asker gives
    /// none: it then gets one that no other command of this hub has.
    /// </summary>
    public string Id { get; set; } = "";

    /// <summary>The file's name for people.</summary>
    public string File { get; }

    /// <summary>
    /// When it must not be sent any more, in Unix ms (UTC); the time of its transfer does not count. 0: its transfer must begin within
    /// 5 minutes.
    /// </summary>
    public long ExpiresAtMs { get; set; }

    /// <summary>True when it is refused while the bed waits to be cleared.</summary>
    public bool NeedsClearBed { get; set; }

    /// <summary>Why it failed; null while it is pending and when its job was shown.</summary>
    public HubException? Error { get; private set; }

    /// <summary>True once its outcome is known.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>
    /// Why other programs and a restart of the hub do not know of it, or its outcome is not recorded: the storage failed. Null while all is
    /// stored.
    /// </summary>
    public HubException? StorageError { get; internal set; }

    /// <summary>Who remembers it; null before it is accepted.</summary>
    internal StartKeeper? Keeper { get; set; }

    /// <summary>What waits to carry its file; hears of its end. Null for nothing. Set before that is submitted.</summary>
    internal IPrintCarrier? Carrier { get; set; }

    /// <summary>True once a start command carries it: from then on the command ends it.</summary>
    internal bool IsHandedOver { get; set; }

    /// <summary>Gives it up unless it was sent, has ended, or a start command took it over.</summary>
    public void Dispose()
    {
        if (!IsHandedOver)
        {
            Keeper?.Fail(this, new HubException(ErrorCode.Cancelled, "the print was given up before it was started: nothing was printed"));
        }
    }

    /// <summary>Its outcome is known. Called once, by its keeper.</summary>
    internal void End(HubException? error)
    {
        Error = error;
        IsEnded = true;
        Carrier?.RequestEnded(this);
    }
}
