namespace Hub.Core.Printers.PrusaLink;

/// <summary>What differs between the servers that call themselves PrusaLink. Immutable. Thread: any.</summary>
internal sealed class PrusaLinkFlavour
{
    private const PrinterCapabilities JobCapabilities =
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel
        | PrinterCapabilities.Upload | PrinterCapabilities.Start;

    /// <summary>Not asked yet: the most that any of them can do.</summary>
    public static readonly PrusaLinkFlavour Unknown = new PrusaLinkFlavour(JobCapabilities | PrinterCapabilities.Gcode);

    /// <summary>Inside the printer: MINI, MK3.5, MK3.9, MK4, XL, Core One. It has no way to send G-code (up to 6.3.0).</summary>
    public static readonly PrusaLinkFlavour Buddy = new PrusaLinkFlavour(JobCapabilities) { ReportsMaterial = true };

    /// <summary>On a Raspberry Pi beside an MK2.5 or MK3, in Python.</summary>
    public static readonly PrusaLinkFlavour Python = new PrusaLinkFlavour(JobCapabilities | PrinterCapabilities.Gcode)
    {
        // With application/octet-stream version 0.8.1 asks libmagic about the file before it put it in its place, and
        // does not accept plain text as G-code (prusa/link/web/files.py).
        UploadContentType = "text/x.gcode",
        ListsFilesLate = true,
    };

    /// <summary>Firmware before the v1 API (MK4 and XL before 4.7, MINI before 5.1): status only.</summary>
    public static readonly PrusaLinkFlavour Legacy = new PrusaLinkFlavour(PrinterCapabilities.None) { IsLegacy = true };

    private PrusaLinkFlavour(PrinterCapabilities capabilities)
    {
        Capabilities = capabilities;
    }

    public PrinterCapabilities Capabilities { get; }

    /// <summary>Content-Type of a file; Buddy ignores it.</summary>
    public string UploadContentType { get; private set; } = "application/octet-stream";

    /// <summary>True when an uploaded file can be started only once the server's file list has it, a moment later.</summary>
    public bool ListsFilesLate { get; private set; }

    /// <summary>True when /api/printer has the loaded material; the Python one has a constant there (prusa/link/web/main.py).</summary>
    public bool ReportsMaterial { get; private set; }

    /// <summary>True when there is only the API that resembles OctoPrint's.</summary>
    public bool IsLegacy { get; private set; }
}
