namespace Hub.Simulator.Bench;

/// <summary>
/// The work behind a figure, counted where it ends (values read, a status that changed, bytes that a server stored), never
/// by the loop that asks for it.
/// </summary>
/// <param name="What">What is counted, in the plural.</param>
/// <param name="Done">How many there were.</param>
/// <param name="Expected">How many there must be, at least 1.</param>
internal sealed record Work(string What, long Done, long Expected)
{
    private const double BytesPerGigabyte = 1e9;

    /// <summary>For a peer that is only a number to compare with; a benchmark's own figure never passes with it.</summary>
    public static Work None { get; } = new("nothing", 0, 0);

    /// <summary>Bytes that each passed through a processor at least once; 0 where the figure is no speed.</summary>
    public double Bytes { get; init; }

    /// <summary>The time that the bytes took.</summary>
    public double Seconds { get; init; }

    /// <summary>Why the figure is worth nothing, or null.</summary>
    /// <param name="memoryBytesPerSecond">What this machine's memory can copy.</param>
    public string? Problem(double memoryBytesPerSecond)
    {
        if (Expected <= 0)
        {
            return "it counts no work";
        }

        if (Done < Expected)
        {
            return $"it counts {Done} of {Expected} {What}";
        }

        return Bytes > memoryBytesPerSecond * Seconds
            ? $"{Bytes / BytesPerGigabyte:F3} GB in {Seconds:F6} s are more than the memory copies ({memoryBytesPerSecond / BytesPerGigabyte:F1} GB/s)"
            : null;
    }
}

/// <summary>One measurement of a benchmark. There is none without the work behind it.</summary>
internal sealed record Measured(double Figure, Work Work)
{
    /// <summary>A speed, computed from the work that was counted.</summary>
    public static Measured Speed(Work work, double bytesPerUnit) => new(work.Bytes / bytesPerUnit / work.Seconds, work);

    /// <summary>A number to compare with that needs no work.</summary>
    public static Measured Reference(double figure) => new(figure, Work.None);
}
