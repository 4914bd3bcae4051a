using System.Collections;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Printers.Moonraker;
using Hub.Core.Printers.OctoPrint;
using Hub.Core.Printers.PrusaLink;

namespace Hub.Core.Systems;

/// <summary>
/// The printer systems of this build: the one list that configuration, discovery, the connection test and the command line
/// read (docs/add-a-printer-system.md). Thread: any.
/// </summary>
public static class PrinterSystems
{
    /// <summary>All of them. Not to be changed.</summary>
    public static readonly PrinterSystem[] All =
    {
        new OctoPrintSystem(),
        new PrusaLinkSystem(),
        new MoonrakerSystem(),
        new BambuSystem(),
    };

    /// <summary>Those whose printers announce a DNS service. Not to be changed.</summary>
    public static readonly PrinterSystem[] Announced = WithDnsService();

    /// <summary>Their words for a message, such as "octoprint, prusalink, moonraker or bambu".</summary>
    public static string Types
    {
        get
        {
            string types = All[0].Type;
            for (int i = 1; i < All.Length; i++)
            {
                types += (i == All.Length - 1 ? " or " : ", ") + All[i].Type;
            }

            return types;
        }
    }

    /// <summary>The system of this word, or null.</summary>
    public static PrinterSystem? Find(string? type)
    {
        for (int i = 0; i < All.Length; i++)
        {
            if (All[i].Type == type)
            {
                return All[i];
            }
        }

        return null;
    }

    /// <summary>False for a system whose printers are named by host and serial number instead of a url.</summary>
    public static bool HasUrl(string type)
    {
        PrinterSystem? system = Find(type);
        return system == null || system.HasUrl;
    }

    /// <summary>
    /// True when a change of a printer's settings from one to the other leaves its link as it is: name, bed rule, read-only
    /// and following may differ, and the poll interval where the client does not use it itself.
    /// </summary>
    public static bool HaveSameLink(PrinterConfig one, PrinterConfig other)
    {
        PrinterSystem? system = Find(one.Type);
        bool isPollingFree = system == null || !system.ClientUsesPollMs;
        return one.HasSameAccess(other) && (isPollingFree || one.PollMs == other.PollMs);
    }

    private static PrinterSystem[] WithDnsService()
    {
        ArrayList announced = new ArrayList();
        for (int i = 0; i < All.Length; i++)
        {
            if (All[i].DnsService != null)
            {
                announced.Add(All[i]);
            }
        }

        PrinterSystem[] systems = new PrinterSystem[announced.Count];
        announced.CopyTo(systems);
        return systems;
    }
}
