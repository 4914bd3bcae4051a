using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Printers.Bambu;

/// <summary>Bambu Lab in LAN mode as one of the hub's printer systems.</summary>
public sealed class BambuSystem : PrinterSystem
{
    // docs/bambu.md, Files.
    private static readonly string[] s_extensions = { ".3mf", ".gcode" };

    /// <inheritdoc/>
    public override string Type => PrinterTypes.Bambu;

    /// <inheritdoc/>
    public override string Title => "Bambu";

    /// <inheritdoc/>
    public override string IdPrefix => "bambu-";

    /// <inheritdoc/>
    public override PrinterLogin Login => PrinterLogin.AccessCode;

    /// <inheritdoc/>
    public override string[] FileExtensions => s_extensions;

    /// <inheritdoc/>
    public override bool HasUrl => false;

    /// <inheritdoc/>
    public override bool ClientUsesPollMs => true;

    /// <inheritdoc/>
    /// <remarks>Measured at rest.</remarks>
    public override int PushCostUs => 1800;

    /// <inheritdoc/>
    public override IPrinterClient CreateClient(IHal hal, PrinterConfig config, Log? log) => new BambuClient(hal, config);
}
