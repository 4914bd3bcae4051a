using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Printers.Moonraker;

/// <summary>Moonraker with Klipper as one of the hub's printer systems.</summary>
public sealed class MoonrakerSystem : PrinterSystem
{
    // Klipper klippy/extras/virtual_sdcard.py VALID_GCODE_EXTS, and .ufp, which Moonraker unpacks.
    private static readonly string[] s_extensions = { ".gcode", ".g", ".gco", ".ufp" };

    /// <inheritdoc/>
    public override string Type => PrinterTypes.Moonraker;

    /// <inheritdoc/>
    public override string Title => "Moonraker";

    /// <inheritdoc/>
    public override string IdPrefix => "moon-";

    /// <inheritdoc/>
    public override PrinterLogin Login => PrinterLogin.Optional;

    /// <inheritdoc/>
    public override string[] FileExtensions => s_extensions;

    /// <inheritdoc/>
    public override string? DnsService => "_moonraker._tcp.local";

    /// <inheritdoc/>
    public override string? VersionPath => "/server/info";

    /// <inheritdoc/>
    /// <remarks>Taken to be that of a message; polls by HTTP were not measured.</remarks>
    public override int PollCostUs => 1100;

    /// <inheritdoc/>
    /// <remarks>One message a second: Moonraker sends up to four while it prints, and fewer at rest.</remarks>
    public override int PushCostUs => 1100;

    /// <inheritdoc/>
    public override IPrinterClient CreateClient(IHal hal, PrinterConfig config, Log? log) => new MoonrakerClient(hal, config, log);
}
