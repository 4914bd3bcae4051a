namespace Hub.Core.Printers;

/// <summary>Sees every report of a printer, one by one, before later ones replace it. Thread: the printer's worker.</summary>
public interface IReportListener
{
    /// <summary>A report was applied, or time alone has changed what the last one means.</summary>
    /// <param name="status">The client's status; read it, do not keep it.</param>
    void Reported(PrinterStatus status);
}
