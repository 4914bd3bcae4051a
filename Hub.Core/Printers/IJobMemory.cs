namespace Hub.Core.Printers;

/// <summary>
/// A client whose printer still knows how a job ended that ended while the hub was off, but shows it only when asked for that job. Thread: the printer's
/// worker.
/// </summary>
public interface IJobMemory
{
    /// <summary>A job was running when the hub saw the printer last. Called once, before the first <see cref="IPrinterClient.Connect"/>.</summary>
    /// <param name="jobKey">Its <see cref="PrinterStatus.JobKey"/>.</param>
    void Expect(string jobKey);
}
