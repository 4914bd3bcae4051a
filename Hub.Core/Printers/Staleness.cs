namespace Hub.Core.Printers;

/// <summary>How long a report speaks for its printer. Thread: any.</summary>
public static class Staleness
{
    /// <summary>After this many ms without a report a printer is offline, unless its system says otherwise (<see cref="IPushClient.StaleMs"/>).</summary>
    public const int DefaultMs = 60000;
}
