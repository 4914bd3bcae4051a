using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>Makes the client for a printer's configuration. Thread: any.</summary>
public interface IPrinterClientFactory
{
    /// <summary>
    /// Makes a client that the caller owns. Errors: <see cref="ErrorCode.NotSupported"/> for a system that this
    /// build lacks, <see cref="ErrorCode.ConfigInvalid"/> for an address it cannot use.
    /// </summary>
    IPrinterClient Create(PrinterConfig config);
}
