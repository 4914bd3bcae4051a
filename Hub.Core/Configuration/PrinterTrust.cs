using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>The certificate of a Bambu printer that is trusted. Thread: any.</summary>
public static class PrinterTrust
{
    /// <summary>
    /// Forgets the trusted certificate, wherever it is stored: the next connection trusts the certificate it gets. Errors:
    /// <see cref="ErrorCode.UnknownPrinter"/>; <see cref="ErrorCode.NotSupported"/> for printers of other systems, and on a machine that sees no
    /// certificates; those of the storage.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="trust">The certificates that were trusted when they were first met.</param>
    /// <param name="sockets">The machine's.</param>
    /// <param name="id">The printer.</param>
    /// <param name="changes">Other changes of the printer that are made with it; changed.</param>
    public static void Renew(ConfigManager config, ITrustStore trust, ISocketFactory sockets, string id, Hashtable changes)
    {
        PrinterConfig printer = config.Find(id) ?? throw new HubException(ErrorCode.UnknownPrinter, "no printer has the id " + ConfigTree.Quote(id));
        if (printer.Type != PrinterTypes.Bambu)
        {
            throw new HubException(ErrorCode.NotSupported, "only Bambu printers are trusted by the certificate that they first present");
        }

        if (!sockets.ShowsCertificates)
        {
            throw new HubException(ErrorCode.NotSupported, "this hub's machine does not see a printer's certificate, so it trusts none that a printer presents: set the printer's 'ca' under 'tls'");
        }

        if (printer.Tls != null && printer.Tls.PinSha256 != null)
        {
            Hashtable tls = changes[PrinterKeys.Tls] as Hashtable ?? new Hashtable();
            tls[PrinterKeys.TlsPin] = null;
            changes[PrinterKeys.Tls] = tls;
        }

        if (changes.Count > 0)
        {
            config.Update(id, changes);
        }

        trust.Forget(printer.Serial!);
    }
}
