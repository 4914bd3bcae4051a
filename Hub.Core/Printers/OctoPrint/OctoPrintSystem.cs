using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>OctoPrint as one of the hub's printer systems.</summary>
public sealed class OctoPrintSystem : PrinterSystem
{
    // OctoPrint 1.10 src/octoprint/filemanager (gcode, gco, g); .bgcode with a plugin.
    private static readonly string[] s_extensions = { ".gcode", ".gco", ".g", ".bgcode" };

    /// <inheritdoc/>
    public override string Type => PrinterTypes.OctoPrint;

    /// <inheritdoc/>
    public override string Title => "OctoPrint";

    /// <inheritdoc/>
    public override string IdPrefix => "octo-";

    /// <inheritdoc/>
    public override PrinterLogin Login => PrinterLogin.AppKey;

    /// <inheritdoc/>
    public override string[] FileExtensions => s_extensions;

    /// <inheritdoc/>
    public override string? DnsService => "_octoprint._tcp.local";

    /// <inheritdoc/>
    public override string? VersionPath => "/api/version";

    /// <inheritdoc/>
    public override bool AnswersHttpLogin => false;

    /// <inheritdoc/>
    /// <remarks>Two requests.</remarks>
    public override int PollCostUs => 2200;

    /// <inheritdoc/>
    /// <remarks>One request, on a machine whose speed counts.</remarks>
    public override int RestCostUs => 1100;

    /// <inheritdoc/>
    public override IPrinterClient CreateClient(IHal hal, PrinterConfig config, Log? log) => new OctoPrintClient(hal, config);
}
