using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>How far a start has got.</summary>
public enum StartPhase
{
    /// <summary>Received; the file may be on its way. Nothing was sent that starts it.</summary>
    Waiting = 1,

    /// <summary>Sent, or about to be: the printer may act on it.</summary>
    Sent = 2,
}

/// <summary>A start whose outcome is not known yet; stored in the printer's <see cref="JobRecord"/>.</summary>
public sealed class PendingStart
{
    /// <summary>Id of the command, or null.</summary>
    public string? CommandId { get; set; }

    /// <summary>The file's name for people.</summary>
    public string File { get; set; } = "";

    /// <summary>How far it has got.</summary>
    public StartPhase Phase { get; set; } = StartPhase.Waiting;

    /// <summary>When it was received, in Unix ms (UTC); 0 while the clock was not set.</summary>
    public long ReceivedMs { get; set; }

    /// <summary>When it must not be sent any more, in Unix ms (UTC); 0 for the rule of the hub.</summary>
    public long ExpiresAtMs { get; set; }

    /// <summary>When it was sent, in Unix ms (UTC); 0 before that, or while the clock was not set.</summary>
    public long SentMs { get; set; }

    /// <summary>The printer's state before it was sent.</summary>
    public PrinterState StateBefore { get; set; }

    /// <summary>The job that the printer showed before it was sent, or null.</summary>
    public string? JobBefore { get; set; }

    /// <summary>The <see cref="PrinterStatus.JobKey"/> before it was sent, or null.</summary>
    public string? JobKeyBefore { get; set; }

    /// <summary>The error's code that the printer showed before it was sent, or null.</summary>
    public string? ErrorBefore { get; set; }

    /// <summary>The name under which the printer stored the file, or null while it has not.</summary>
    public string? StoredName { get; set; }

    /// <summary>
    /// True once a job of another name was seen to run after it was sent: an end that bears no name (a PrusaLink's, some seconds after the job) is that
    /// job's.
    /// </summary>
    public bool IsOtherSeen { get; set; }

    /// <summary>
    /// The first id that an event could have when it was first stored as sent: its own started event is not older. 0 before that, and in records of an
    /// older hub.
    /// </summary>
    public long FirstEventId { get; set; }

    /// <summary>True for another copy of the same start, as it is stored or not yet.</summary>
    internal bool IsSame(PendingStart other) =>
        ReceivedMs == other.ReceivedMs
        && FieldWriter.Stored(CommandId) == FieldWriter.Stored(other.CommandId)
        && FieldWriter.Stored(File) == FieldWriter.Stored(other.File);

    /// <summary>
    /// True for the event that its job began, which ends the wait for it: the command's own, or one without a command, of a job with its name.
    /// </summary>
    /// <param name="item">An event with <see cref="FirstEventId"/> or later.</param>
    /// <param name="printerId">The printer that it was sent to.</param>
    internal bool IsStartedBy(JobEvent item, string printerId)
    {
        if (item.Kind != JobEventKind.Started)
        {
            return false;
        }

        return item.CommandId != null ? item.CommandId == CommandId : item.PrinterId == printerId && item.Job != null && MayBe(item.Job);
    }

    /// <summary>True unless the job that a printer shows has another name than the file.</summary>
    internal bool MayBe(string? job) =>
        Phase == StartPhase.Sent && (!JobNames.AreDifferent(File, job) || (StoredName != null && !JobNames.AreDifferent(StoredName, job)));

    /// <summary>True unless the end that a printer shows is another job's.</summary>
    internal bool MayHaveEnded(string? job) => MayBe(job) && (job != null || !IsOtherSeen);

    /// <summary>A job is seen to run.</summary>
    internal void NoteJob(string? job) => IsOtherSeen |= Phase == StartPhase.Sent && !MayBe(job);

    /// <summary>It is about to be sent to a printer that shows this.</summary>
    internal void NoteSent(PrinterStatus status, long utcMs)
    {
        Phase = StartPhase.Sent;
        IsOtherSeen = false;
        SentMs = utcMs;
        StateBefore = status.State;
        JobBefore = status.Job;
        JobKeyBefore = status.JobKey;
        ErrorBefore = status.ErrorCode;
    }

    internal void Write(FieldWriter fields)
    {
        fields.Put(1, CommandId);
        fields.Put(2, File);
        fields.Put(3, (int)Phase);
        fields.Put(4, ReceivedMs);
        fields.Put(5, ExpiresAtMs);
        fields.Put(6, SentMs);
        fields.Put(7, (int)StateBefore);
        fields.Put(8, JobBefore);
        fields.Put(9, JobKeyBefore);
        fields.Put(10, ErrorBefore);
        fields.Put(11, StoredName);
        fields.Put(12, IsOtherSeen ? 1 : 0);
        fields.Put(13, FirstEventId);
    }

    internal static PendingStart Read(FieldReader fields)
    {
        PendingStart start = new PendingStart();
        while (fields.Next())
        {
            start.Take(fields);
        }

        return start;
    }

    private void Take(FieldReader fields)
    {
        switch (fields.Tag)
        {
            case 1:
                CommandId = fields.Text;
                break;
            case 2:
                File = fields.Text;
                break;
            case 3:
                Phase = (StartPhase)(int)fields.Number;
                break;
            case 4:
                ReceivedMs = fields.Number;
                break;
            case 5:
                ExpiresAtMs = fields.Number;
                break;
            case 6:
                SentMs = fields.Number;
                break;
            case 7:
                StateBefore = (PrinterState)(int)fields.Number;
                break;
            case 8:
                JobBefore = fields.Text;
                break;
            case 9:
                JobKeyBefore = fields.Text;
                break;
            case 10:
                ErrorBefore = fields.Text;
                break;
            case 11:
                StoredName = fields.Text;
                break;
            case 12:
                IsOtherSeen = fields.Number != 0;
                break;
            case 13:
                FirstEventId = fields.Number;
                break;
        }
    }
}
