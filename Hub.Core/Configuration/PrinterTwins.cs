using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Configuration;

/// <summary>
/// Finds entries that stand for one and the same printer. Two of one serial number are refused: an edit that would bring them
/// fails; what was stored before that rule stays in force with a warning. Two of one address are a warning. Thread: any.
/// </summary>
internal static class PrinterTwins
{
    /// <summary>Adds a line for each printer whose serial or address an earlier one has.</summary>
    public static void Find(PrinterConfig[] printers, ArrayList warnings)
    {
        Hashtable serials = new Hashtable();
        Hashtable addresses = new Hashtable();
        foreach (PrinterConfig printer in printers)
        {
            string? twin = Seen(serials, SerialOf(printer), printer.Id);
            if (twin != null)
            {
                warnings.Add(SameSerial(printer, twin));
            }

            string? address = printer.Address;
            string? neighbour = Seen(addresses, address, printer.Id);
            if (neighbour != null && twin == null)
            {
                warnings.Add(printer.Id + ": " + neighbour + " has the same address (" + address + "): is it one printer twice?");
            }
        }
    }

    /// <summary>Refuses a change after which more printers share a serial than before.</summary>
    public static void RefuseNew(PrinterConfig[] before, PrinterConfig[] after)
    {
        if (CountTwins(after, out string message) > CountTwins(before, out string _))
        {
            throw new HubException(ErrorCode.ConfigInvalid, message);
        }
    }

    private static int CountTwins(PrinterConfig[] printers, out string lastMessage)
    {
        int count = 0;
        lastMessage = "";
        Hashtable serials = new Hashtable();
        foreach (PrinterConfig printer in printers)
        {
            string? twin = Seen(serials, SerialOf(printer), printer.Id);
            if (twin != null)
            {
                count++;
                lastMessage = SameSerial(printer, twin);
            }
        }

        return count;
    }

    private static string? Seen(Hashtable seen, string? key, string id)
    {
        if (key == null)
        {
            return null;
        }

        string? first = (string?)seen[key];
        if (first == null)
        {
            seen[key] = id;
        }

        return first;
    }

    private static string SameSerial(PrinterConfig printer, string twin) =>
        printer.Id + ": serial " + printer.Serial + " is already that of " + twin + ": one printer's two entries would cut each other's connection";

    private static string? SerialOf(PrinterConfig printer) => PrinterSystems.HasUrl(printer.Type) ? null : printer.Serial;
}
