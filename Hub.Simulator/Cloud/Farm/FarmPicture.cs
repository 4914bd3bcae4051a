using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Json;

namespace Hub.Simulator.Cloud.Farm;

/// <summary>
/// The newest status of every printer of every hub, and who wants to hear of changes. Holds one entry for each printer, however fast they
/// change. Thread: any.
/// </summary>
internal sealed class FarmPicture
{
    /// <summary>Printers of one hub; a hub cannot fill the cloud's memory with names.</summary>
    public const int MaxPrintersOfHub = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, FarmPrinter>> _hubs = [];
    private readonly HashSet<string> _online = [];
    private readonly List<FarmSubscription> _subscriptions = [];

    /// <summary>All printers, ordered by hub and id.</summary>
    /// <param name="hubId">Only those of this hub; null for all.</param>
    public FarmPrinter[] Printers(string? hubId = null)
    {
        lock (_gate)
        {
            return [.. _hubs.Where(h => hubId == null || h.Key == hubId).SelectMany(h => h.Value.Values).OrderBy(p => p.HubId, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>One printer by its id or its name on the wire.</summary>
    /// <param name="id">Either of them.</param>
    /// <param name="hubId">The hub that has it; null when no other has one of this id.</param>
    /// <exception cref="CloudException">404 or 409.</exception>
    public FarmPrinter Find(string id, string? hubId)
    {
        FarmPrinter[] all = Printers(hubId);
        FarmPrinter[] found = [.. all.Where(p => p.Id == id)];
        if (found.Length == 0)
        {
            found = [.. all.Where(p => p.WireId == id)];
        }

        return found.Length switch
        {
            1 => found[0],
            0 => throw CloudErrors.NotFound("There is no printer " + id + (hubId == null ? "" : " at hub " + hubId) + ": GET /api/printers lists them."),
            _ => throw CloudErrors.Ambiguous("Several hubs have a printer " + id + ": add ?hub= with one of " + string.Join(", ", found.Select(p => p.HubId)) + "."),
        };
    }

    /// <summary>The printer of a key; null when it is gone.</summary>
    public FarmPrinter? Get(PrinterKey key)
    {
        lock (_gate)
        {
            return _hubs.GetValueOrDefault(key.HubId)?.GetValueOrDefault(key.WireId);
        }
    }

    /// <summary>A printer_status came.</summary>
    /// <param name="hubId">From this hub.</param>
    /// <param name="report">The message.</param>
    /// <param name="raw">Its bytes; kept.</param>
    /// <returns>The printer as it is now; null for a message without a name, or one printer too many.</returns>
    public FarmPrinter? Report(string hubId, JsonElement report, ReadOnlyMemory<byte> raw)
    {
        string? wireId = report.Text("printer_id");
        if (string.IsNullOrEmpty(wireId))
        {
            return null;
        }

        FarmPrinter printer;
        lock (_gate)
        {
            Dictionary<string, FarmPrinter> printers = Of(hubId);
            FarmPrinter? former = printers.GetValueOrDefault(wireId);
            if (former == null && printers.Count >= MaxPrintersOfHub)
            {
                return null;
            }

            printer = PrinterJson.Build(
                new FarmPrinter { HubId = hubId, WireId = wireId, Id = former?.Id ?? wireId, Name = former?.Name, Type = former?.Type, Enabled = former?.Enabled ?? true, Report = raw },
                report,
                _online.Contains(hubId));
            printers[wireId] = printer;
        }

        Changed(new PrinterKey(hubId, wireId));
        return printer;
    }

    /// <summary>A printer_list came: the hub has these printers and no others.</summary>
    public void List(string hubId, IReadOnlyList<PrinterName> names)
    {
        List<PrinterKey> changed = [];
        lock (_gate)
        {
            Dictionary<string, FarmPrinter> printers = Of(hubId);
            HashSet<string> listed = [.. names.Select(n => n.WireId)];
            foreach (string gone in printers.Keys.Where(k => !listed.Contains(k)).ToArray())
            {
                printers.Remove(gone);
                changed.Add(new PrinterKey(hubId, gone));
            }

            foreach (PrinterName name in names.Take(MaxPrintersOfHub))
            {
                FarmPrinter? former = printers.GetValueOrDefault(name.WireId);
                if (former != null && former.Id == name.Id && former.Name == name.Name && former.Type == name.Type && former.Enabled == name.Enabled)
                {
                    continue;
                }

                printers[name.WireId] = Rebuild(new FarmPrinter
                {
                    HubId = hubId,
                    WireId = name.WireId,
                    Id = name.Id,
                    Name = name.Name,
                    Type = name.Type,
                    Enabled = name.Enabled,
                    Report = former?.Report ?? default,
                });
                changed.Add(new PrinterKey(hubId, name.WireId));
            }
        }

        changed.ForEach(Changed);
    }

    /// <summary>A printer was removed from a hub.</summary>
    public void Remove(PrinterKey key)
    {
        lock (_gate)
        {
            if (_hubs.GetValueOrDefault(key.HubId)?.Remove(key.WireId) != true)
            {
                return;
            }
        }

        Changed(key);
    }

    /// <summary>A hub connected or was lost: while it is away, all of its printers are offline.</summary>
    public void HubIs(string hubId, bool isOnline)
    {
        List<PrinterKey> changed = [];
        lock (_gate)
        {
            if (isOnline ? _online.Add(hubId) : _online.Remove(hubId))
            {
                Dictionary<string, FarmPrinter> printers = Of(hubId);
                foreach (FarmPrinter printer in printers.Values.ToArray())
                {
                    printers[printer.WireId] = Rebuild(printer);
                    changed.Add(new PrinterKey(hubId, printer.WireId));
                }
            }
        }

        changed.ForEach(Changed);
        HubsChanged();
    }

    /// <summary>Something about a hub changed.</summary>
    public void HubsChanged()
    {
        lock (_gate)
        {
            _subscriptions.ForEach(s => s.MarkHubs());
        }
    }

    /// <summary>A transfer changed.</summary>
    public void TransferChanged(string id)
    {
        lock (_gate)
        {
            _subscriptions.ForEach(s => s.MarkTransfer(id));
        }
    }

    /// <summary>Hears of all changes from now on, until the subscription is disposed of.</summary>
    public FarmSubscription Subscribe()
    {
        FarmSubscription subscription = new(Unsubscribe);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    private void Unsubscribe(FarmSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private Dictionary<string, FarmPrinter> Of(string hubId)
    {
        if (!_hubs.TryGetValue(hubId, out Dictionary<string, FarmPrinter>? printers))
        {
            printers = [];
            _hubs[hubId] = printers;
        }

        return printers;
    }

    private FarmPrinter Rebuild(FarmPrinter printer)
    {
        bool isOnline = _online.Contains(printer.HubId);
        if (printer.Report.IsEmpty)
        {
            return PrinterJson.Build(printer, default, isOnline);
        }

        using JsonDocument report = JsonDocument.Parse(printer.Report);
        return PrinterJson.Build(printer, report.RootElement, isOnline);
    }

    private void Changed(PrinterKey key)
    {
        lock (_gate)
        {
            _subscriptions.ForEach(s => s.Mark(key));
        }
    }
}
