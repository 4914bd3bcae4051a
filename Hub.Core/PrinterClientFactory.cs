using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Printers.Moonraker;
using Hub.Core.Printers.OctoPrint;
using Hub.Core.Printers.PrusaLink;

namespace Hub.Core;

/// <summary>The clients of this build. Thread: any.</summary>
public sealed class PrinterClientFactory : IPrinterClientFactory
{
    private readonly IHal _hal;
    private readonly Log? _log;

    /// <summary>Makes the factory for clients whose errors nobody logs.</summary>
    public PrinterClientFactory(IHal hal)
        : this(hal, null)
    {
    }

    /// <summary>Makes the factory.</summary>
    /// <param name="hal">For the clients.</param>
    /// <param name="log">Gets the secrets to mask that clients are given by a printer, such as a login's token; null for none.</param>
    public PrinterClientFactory(IHal hal, Log? log)
    {
        _hal = hal;
        _log = log;
    }

    /// <inheritdoc/>
    public IPrinterClient Create(PrinterConfig config)
    {
        switch (config.Type)
        {
            case PrinterTypes.OctoPrint:
                return new OctoPrintClient(_hal, config);
            case PrinterTypes.PrusaLink:
                return new PrusaLinkClient(_hal, config);
            case PrinterTypes.Moonraker:
                return new MoonrakerClient(_hal, config, _log);
            case PrinterTypes.Bambu:
                return new BambuClient(_hal, config);
            default:
                throw new HubException(ErrorCode.NotSupported, "this build does not speak " + config.Type + " yet");
        }
    }
}
