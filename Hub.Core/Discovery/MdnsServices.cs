using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// What an mDNS search has learned: instances of the printers' services and the addresses of their hosts, read from
/// answers. No I/O. Bounded. Thread: one owner.
/// </summary>
/// <remarks>
/// What is announced (read in the servers' sources): OctoPrint's discovery plugin: _octoprint._tcp with path, version, api,
/// model, vendor, and u and p for a proxy's login, which are not read. Moonraker's zeroconf component: _moonraker._tcp with
/// uuid, https_port and version, and every address of the machine, Docker's too. Prusa-Link's service_discovery.py:
/// _prusalink._tcp and, for old slicers, _octoprint._tcp, both with path=/ and without an address. Buddy's WUI/mdns:
/// _prusalink._tcp on port 80.
/// </remarks>
internal sealed class MdnsServices
{
    /// <summary>Most instances, and most hosts.</summary>
    internal const int MaxServices = 256;

    private const int MaxAsked = 3;
    private const int AskAgainMs = 700;
    private const int MaxText = 80;

    // Two more questions fit a packet after these.
    private const int MaxQueryBytes = MdnsWriter.MaxMessageBytes - (2 * 260);

    private readonly DiscoveryTable _table;
    private readonly MdnsReader _reader = new MdnsReader();
    private readonly ArrayList _services = new ArrayList();
    private readonly Hashtable _byKey = new Hashtable();
    private readonly Hashtable _hosts = new Hashtable();
    private int _messages;

    internal MdnsServices(DiscoveryTable table)
    {
        _table = table;
    }

    /// <summary>Messages that broke a rule; what they said before the fault was used.</summary>
    internal int Malformed { get; private set; }

    /// <summary>Instances and hosts that did not fit.</summary>
    internal int Dropped { get; private set; }

    /// <summary>Reads one datagram.</summary>
    internal void Take(byte[] buffer, int count, string sender)
    {
        if (!_reader.Begin(buffer, 0, count))
        {
            Malformed++;
            return;
        }

        if (!_reader.IsResponse)
        {
            return;
        }

        _messages++;
        MdnsItem item = _reader.Next();
        for (; item != MdnsItem.End && item != MdnsItem.Malformed; item = _reader.Next())
        {
            if (item == MdnsItem.Record)
            {
                TakeRecord(sender);
            }
        }

        Malformed += item == MdnsItem.Malformed ? 1 : 0;
    }

    /// <summary>Puts what is known well enough into the table.</summary>
    /// <param name="isLast">Takes also what is incomplete: nothing more will come.</param>
    internal void List(bool isLast)
    {
        for (int i = 0; i < _services.Count; i++)
        {
            MdnsService service = (MdnsService)_services[i]!;
            if (service.Listed == null && !service.IsGone && service.Host != null && (isLast || service.Asked >= MaxAsked || IsComplete(service)))
            {
                List(service);
            }
        }
    }

    /// <summary>Reports to the table what did not fit here.</summary>
    internal void TellDropped() => _table.AddDropped(Dropped);

    /// <summary>Adds questions for what the answers left out.</summary>
    /// <returns>True when there is something to ask.</returns>
    internal bool Ask(MdnsWriter writer, long nowMs)
    {
        writer.BeginQuery(0);
        for (int i = 0; i < _services.Count && writer.Count < MaxQueryBytes; i++)
        {
            MdnsService service = (MdnsService)_services[i]!;
            if (service.IsGone || service.Asked >= MaxAsked || nowMs < service.NextAskMs || IsComplete(service))
            {
                continue;
            }

            int items = writer.Items;
            if (service.Host == null)
            {
                writer.AddQuestion(service.Name, MdnsTypes.Srv, false);
            }
            else if (HostOf(service) == null || HostOf(service)!.Best("") == null)
            {
                writer.AddQuestion(service.Host, MdnsTypes.A, false);
            }

            if (!service.HasText)
            {
                writer.AddQuestion(service.Name, MdnsTypes.Txt, false);
            }

            if (writer.Items > items)
            {
                service.Asked++;
                service.NextAskMs = nowMs + AskAgainMs;
            }
        }

        return writer.Items > 0;
    }

    private void TakeRecord(string sender)
    {
        if (_reader.Type == MdnsTypes.A)
        {
            TakeAddress();
            return;
        }

        bool isPtr = _reader.Type == MdnsTypes.Ptr;
        string name = isPtr ? _reader.Target : _reader.Name;
        MdnsService? service = Find(name);
        if (service == null || (isPtr && !MdnsNames.Key(name).EndsWith("." + MdnsNames.Key(_reader.Name))))
        {
            return;
        }

        service.Sender = sender;
        if (isPtr)
        {
            service.Name = name;
        }

        if (_reader.TtlSeconds == 0)
        {
            if (_reader.Type != MdnsTypes.Txt)
            {
                TakeGoodbye(service);
            }

            return;
        }

        service.IsGone = false;
        switch (_reader.Type)
        {
            case MdnsTypes.Srv:
                if (_reader.Port > 0 && _reader.Target.Length > 0)
                {
                    service.Host = _reader.Target;
                    service.Port = _reader.Port;
                }

                break;
            case MdnsTypes.Txt:
                TakeText(service);
                break;
        }
    }

    private void TakeText(MdnsService service)
    {
        service.HasText = true;
        service.Uuid = Fit(_reader.Text("uuid")) ?? service.Uuid;

        // Moonraker without its git repository announces a question mark.
        string? version = Fit(_reader.Text("version"));
        service.Version = version == null || version == "?" ? service.Version : version;
        string? model = Fit(_reader.Text("model"));

        // OctoPrint's default, which says nothing of the printer.
        service.Model = model == "OctoPrint" ? null : model;
        string? path = Fit(_reader.Text("path"))?.TrimEnd('/');
        service.Path = path != null && path.Length > 0 ? path : null;
    }

    private void TakeAddress()
    {
        string key = MdnsNames.Key(_reader.Name);
        MdnsHost? host = (MdnsHost?)_hosts[key];
        if (host == null)
        {
            if (_hosts.Count >= MaxServices)
            {
                Dropped++;
                return;
            }

            host = new MdnsHost();
            _hosts.Add(key, host);
        }

        host.Take(_reader.Address, _reader.TtlSeconds == 0, _reader.IsTopBitSet, _messages);
    }

    private void TakeGoodbye(MdnsService gone)
    {
        gone.IsGone = true;
        DiscoveredPrinter? listed = gone.Listed;
        if (listed == null)
        {
            return;
        }

        _table.RemoveAnnounced(listed);
        gone.Listed = null;

        // Under its new name, or as another service, the same printer may still be there.
        for (int i = 0; i < _services.Count; i++)
        {
            MdnsService other = (MdnsService)_services[i]!;
            if (other.Listed != null && other.Listed.Address == listed.Address && other.Listed.Port == listed.Port)
            {
                other.Listed = null;
            }
        }
    }

    /// <summary>The instance of this name, a new one if need be; null for other services.</summary>
    private MdnsService? Find(string name)
    {
        string key = MdnsNames.Key(name);
        MdnsService? service = (MdnsService?)_byKey[key];
        if (service != null)
        {
            return service;
        }

        PrinterSystem[] systems = PrinterSystems.Announced;
        for (int i = 0; i < systems.Length; i++)
        {
            if (key.EndsWith("." + systems[i].DnsService))
            {
                if (_services.Count >= MaxServices)
                {
                    Dropped++;
                    return null;
                }

                service = new MdnsService(key, systems[i].Type) { Name = name };
                _services.Add(service);
                _byKey.Add(key, service);
                return service;
            }
        }

        return null;
    }

    private MdnsHost? HostOf(MdnsService service) => service.Host == null ? null : (MdnsHost?)_hosts[MdnsNames.Key(service.Host)];

    private bool IsComplete(MdnsService service)
    {
        MdnsHost? host = HostOf(service);
        return service.HasText && host != null && host.Best(service.Sender) != null;
    }

    private void List(MdnsService service)
    {
        MdnsHost? host = HostOf(service);
        string? address = host == null ? null : host.Best(service.Sender);
        if (address == null)
        {
            // Prusa-Link names a host without an address.
            address = service.Sender;
        }

        service.Listed = new DiscoveredPrinter
        {
            Type = service.Type,
            Address = address,
            Port = service.Port,
            IsTls = service.Port == 443,
            Path = service.Path,
            Name = Fit(PrinterNames.Short(MdnsNames.FirstLabel(service.Name))),
            Model = service.Model,
            Version = service.Version,
            Identity = service.Uuid,
        };
        _table.Add(service.Listed, host == null ? new string[0] : host.All());
        _table.AddCandidate(new HttpCandidate(address, service.Port, service.Port == 443, service.Path));
    }

    private static string? Fit(string? text) => text == null || text.Length == 0 || text.Length > MaxText ? null : OneLine.Of(text);
}
