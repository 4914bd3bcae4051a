using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Discovery;

/// <summary>What the discovery table knows of one printer, and whether something newly seen is the same one. Thread: one at a time.</summary>
internal sealed class DiscoveryEntry
{
    private const int MaxAliases = 8;

    private readonly ArrayList _aliases = new ArrayList();

    internal DiscoveryEntry(DiscoveredPrinter printer, string[]? aliases, bool isProbed)
    {
        Printer = printer;
        IsProbed = isProbed;
        AddAliases(aliases);
    }

    /// <summary>Replaced, never changed, when more is known.</summary>
    internal DiscoveredPrinter Printer { get; private set; }

    /// <summary>True when the printer itself said what it is, over HTTP.</summary>
    internal bool IsProbed { get; private set; }

    /// <summary>True when both are one printer.</summary>
    internal bool IsSame(DiscoveryEntry other)
    {
        DiscoveredPrinter a = Printer;
        DiscoveredPrinter b = other.Printer;
        bool hasUrl = PrinterSystems.HasUrl(a.Type);
        if (hasUrl != PrinterSystems.HasUrl(b.Type))
        {
            return false;
        }

        // One port of one address is one server; an old announcement may still name another.
        if (hasUrl && a.Address == b.Address && a.Port == b.Port && SamePath(a, b))
        {
            return true;
        }

        if (a.Serial != null && b.Serial != null)
        {
            return a.Serial == b.Serial;
        }

        if (a.Identity != null && b.Identity != null && a.Identity != b.Identity)
        {
            return false;
        }

        // An equal UUID proves nothing: farms copy their SD cards. Only one announcement with several addresses joins those.
        if (!hasUrl)
        {
            return a.Address == b.Address && a.MqttPort == b.MqttPort;
        }

        if (!HasAddress(b.Address) && !other.HasAddress(a.Address))
        {
            return false;
        }

        return (a.Port == b.Port && SamePath(a, b)) || IsProxyOf(a, b) || IsProxyOf(b, a);
    }

    /// <summary>Takes over what another sighting of the same printer knows. What the printer itself said counts more than what was announced.</summary>
    internal void Join(DiscoveryEntry other)
    {
        bool otherLeads = Leads(other);
        DiscoveredPrinter first = otherLeads ? other.Printer : Printer;
        DiscoveredPrinter second = otherLeads ? Printer : other.Printer;
        AddAlias(second.Address);
        foreach (object alias in other._aliases)
        {
            AddAlias((string)alias);
        }

        bool isProbed = IsProbed || other.IsProbed;
        Printer = new DiscoveredPrinter
        {
            IsSilent = !isProbed && (first.IsSilent || second.IsSilent),
            Type = first.Type,
            Address = first.Address,
            Port = first.Port,
            IsTls = first.IsTls,
            Path = first.Path,
            Name = first.Name ?? second.Name,
            Serial = first.Serial ?? second.Serial,
            Model = first.Model ?? second.Model,
            Version = first.Version ?? second.Version,
            MqttPort = first.MqttPort != 0 ? first.MqttPort : second.MqttPort,
            FtpsPort = first.FtpsPort != 0 ? first.FtpsPort : second.FtpsPort,
            Identity = first.Identity ?? second.Identity,
        };
        IsProbed = isProbed;
    }

    /// <summary>Notes that the server did not answer, unless another address of it did.</summary>
    internal void TakeSilence(HttpCandidate asked)
    {
        bool isAsked = PrinterSystems.HasUrl(Printer.Type)
            && Printer.Port == asked.Port && (Printer.Path ?? "") == (asked.Path ?? "") && HasAddress(asked.Address);
        if (isAsked && !IsProbed && !Printer.IsSilent)
        {
            Join(new DiscoveryEntry(new DiscoveredPrinter { Type = Printer.Type, Address = Printer.Address, Port = Printer.Port, IsSilent = true }, null, false));
        }
    }

    /// <summary>
    /// Moonraker behind nginx and OctoPrint behind haproxy answer on port 80 and on their own: one printer. Two servers of one
    /// host with ports of their own are two.
    /// </summary>
    private static bool IsProxyOf(DiscoveredPrinter proxy, DiscoveredPrinter server)
    {
        bool isWeb = proxy.Port == 80 || proxy.Port == 443;
        bool isOther = server.Port != 80 && server.Port != 443;
        bool sameVersion = proxy.Version == null || server.Version == null || proxy.Version == server.Version;
        return isWeb && isOther && sameVersion && proxy.Type == server.Type && SamePath(proxy, server);
    }

    private static bool SamePath(DiscoveredPrinter a, DiscoveredPrinter b) => (a.Path ?? "") == (b.Path ?? "");

    private bool HasAddress(string address) => Printer.Address == address || _aliases.IndexOf(address) >= 0;

    private bool Leads(DiscoveryEntry other)
    {
        if (other.IsProbed != IsProbed)
        {
            return other.IsProbed;
        }

        // PrusaLink on a Raspberry Pi announces itself as _octoprint._tcp too, for old slicers (Prusa-Link, service_discovery.py).
        if (other.Printer.Type != Printer.Type)
        {
            return Printer.Type == PrinterTypes.OctoPrint;
        }

        // The server itself before the proxy in front of it: proxies limit the size of uploads.
        return other.Printer.Port != Printer.Port && (Printer.Port == 80 || Printer.Port == 443);
    }

    private void AddAliases(string[]? aliases)
    {
        if (aliases != null)
        {
            for (int i = 0; i < aliases.Length; i++)
            {
                AddAlias(aliases[i]);
            }
        }
    }

    private void AddAlias(string address)
    {
        if (_aliases.Count < MaxAliases && !HasAddress(address))
        {
            _aliases.Add(address);
        }
    }
}
