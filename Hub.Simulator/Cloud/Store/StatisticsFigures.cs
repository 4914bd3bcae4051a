namespace Hub.Simulator.Cloud.Store;

/// <summary>Figures of a printer, or of all, over a span of time. A job counts where its end lies; hours count where they were.</summary>
internal sealed class StatisticsFigures
{
    /// <summary>Jobs that ended well.</summary>
    public int Finished { get; set; }

    /// <summary>Jobs that were cancelled.</summary>
    public int Cancelled { get; set; }

    /// <summary>Jobs that began and ended with an error.</summary>
    public int Failed { get; set; }

    /// <summary>Jobs whose outcome is not known.</summary>
    public int Ended { get; set; }

    /// <summary>Starts that did not come about.</summary>
    public int NotStarted { get; set; }

    /// <summary>How long jobs ran, in ms: those whose duration is known, and those that run.</summary>
    public long PrintMs { get; set; }

    /// <summary>How long finished prints waited for a clear bed, in ms.</summary>
    public long BedWaitMs { get; set; }

    /// <summary>The span itself, in ms, of all printers together.</summary>
    public long SpanMs { get; set; }

    /// <summary>Jobs that ended, without those that never began.</summary>
    public int Prints => Finished + Cancelled + Failed + Ended;

    /// <summary>Finished of all whose outcome is known, 0 to 1; null without one.</summary>
    public double? SuccessRate => Finished + Cancelled + Failed == 0 ? null : (double)Finished / (Finished + Cancelled + Failed);

    /// <summary>The part of the span in which jobs ran, 0 to 1; null for an empty span.</summary>
    public double? Utilisation => SpanMs == 0 ? null : (double)PrintMs / SpanMs;

    /// <summary>Counts a job that ended.</summary>
    public void Count(JobRecord job)
    {
        switch (job.Outcome)
        {
            case "finished":
                Finished++;
                break;
            case "cancelled":
                Cancelled++;
                break;
            case "failed" when job.WasStarted:
                Failed++;
                break;
            case "failed":
                NotStarted++;
                break;
            case "ended":
                Ended++;
                break;
        }
    }

    /// <summary>Adds another printer's.</summary>
    public void Add(StatisticsFigures other)
    {
        Finished += other.Finished;
        Cancelled += other.Cancelled;
        Failed += other.Failed;
        Ended += other.Ended;
        NotStarted += other.NotStarted;
        PrintMs += other.PrintMs;
        BedWaitMs += other.BedWaitMs;
        SpanMs += other.SpanMs;
    }
}
