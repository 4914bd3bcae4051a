using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>PrusaLink, in the printer or on a Raspberry Pi, as one of the hub's printer systems.</summary>
public sealed class PrusaLinkSystem : PrinterSystem
{
    // Prusa-Firmware-Buddy lib/WUI and src/common/filename_type; Prusa-Link prusa/link/const.py.
    private static readonly string[] s_extensions = { ".gcode", ".gco", ".gc", ".g", ".bgcode", ".bgc" };

    /// <inheritdoc/>
    public override string Type => PrinterTypes.PrusaLink;

    /// <inheritdoc/>
    public override string Title => "PrusaLink";

    /// <inheritdoc/>
    public override string IdPrefix => "prusa-";

    /// <inheritdoc/>
    public override PrinterLogin Login => PrinterLogin.ApiKey;

    /// <inheritdoc/>
    public override string[] FileExtensions => s_extensions;

    /// <inheritdoc/>
    public override bool ClientUsesPollMs => true;

    /// <inheritdoc/>
    public override string? DnsService => "_prusalink._tcp.local";

    /// <inheritdoc/>
    public override string? VersionPath => "/api/version";

    /// <inheritdoc/>
    /// <remarks>One request; a job's name is asked for once, the material once a minute.</remarks>
    public override int PollCostUs => 800;

    /// <inheritdoc/>
    public override IPrinterClient CreateClient(IHal hal, PrinterConfig config, Log? log) => new PrusaLinkClient(hal, config);
}
