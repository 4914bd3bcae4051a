using Hub.Core.Discovery;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>How the cloud names printers: by the serial number for Bambu, by the hub's id otherwise. Pure. Thread: any.</summary>
internal static class WireIds
{
    /// <summary>The cloud's name for a printer.</summary>
    public static string Of(PrinterConfig printer) =>
        printer.Type == PrinterTypes.Bambu && printer.Serial != null ? printer.Serial : printer.Id;

    /// <summary>
    /// The cloud's name for a printer that was found: its own where the hub has it; the serial number for Bambu; otherwise one made of its
    /// address, with which configure_printer may add it.
    /// </summary>
    public static string Of(PrinterConfig[] printers, DiscoveredPrinter found)
    {
        PrinterConfig? configured = ConfiguredMatch.Find(printers, found);
        if (configured != null)
        {
            return Of(configured);
        }

        if (found.Type == PrinterTypes.Bambu && found.Serial != null)
        {
            return found.Serial;
        }

        return found.Port > 0 ? found.Address + "-" + found.Port.ToString() : found.Address;
    }

    /// <summary>The printer that the cloud names so, or null. A Bambu printer also answers to its id.</summary>
    public static PrinterConfig? Find(PrinterConfig[] printers, string wireId)
    {
        string serial = wireId.ToUpper();
        for (int i = 0; i < printers.Length; i++)
        {
            if (printers[i].Type == PrinterTypes.Bambu ? printers[i].Serial == serial : printers[i].Id == wireId)
            {
                return printers[i];
            }
        }

        for (int i = 0; i < printers.Length; i++)
        {
            if (printers[i].Id == wireId)
            {
                return printers[i];
            }
        }

        return null;
    }

    /// <summary>The cloud's name for a printer of this id; the id itself when it is gone.</summary>
    public static string Of(PrinterConfig[] printers, string id)
    {
        for (int i = 0; i < printers.Length; i++)
        {
            if (printers[i].Id == id)
            {
                return Of(printers[i]);
            }
        }

        return id;
    }
}
