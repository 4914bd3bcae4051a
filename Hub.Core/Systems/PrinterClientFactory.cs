using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Systems;

/// <summary>Makes the clients of <see cref="PrinterSystems"/>. Thread: any.</summary>
public sealed class PrinterClientFactory : IPrinterClientFactory
{
    private readonly IHal _hal;
    private readonly Log? _log;

    /// <summary>Makes the factory for clients without a log.</summary>
    public PrinterClientFactory(IHal hal)
        : this(hal, null)
    {
    }

    /// <summary>Makes the factory.</summary>
    /// <param name="hal">For the clients.</param>
    /// <param name="log">Masks the secrets that a printer hands out, such as a login's token; null for none.</param>
    public PrinterClientFactory(IHal hal, Log? log)
    {
        _hal = hal;
        _log = log;
    }

    /// <inheritdoc/>
    public IPrinterClient Create(PrinterConfig config)
    {
        PrinterSystem system = PrinterSystems.Find(config.Type)
            ?? throw new HubException(ErrorCode.NotSupported, "this build does not support " + config.Type);
        return system.CreateClient(_hal, config, _log);
    }
}
