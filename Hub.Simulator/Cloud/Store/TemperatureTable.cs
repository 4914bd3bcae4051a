using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Store;

/// <summary>
/// Temperatures of the last hours: the average of each 10 s of a printer, later of each minute. Thread: any.
/// </summary>
internal sealed class TemperatureTable(StoreBase store)
{
    /// <summary>The span that samples are averaged over.</summary>
    public const int FineSeconds = 10;

    /// <summary>The span of older ones.</summary>
    public const int CoarseSeconds = 60;

    /// <summary>Most printers whose samples are collected at a time; of others none is kept.</summary>
    private const int MaxPrinters = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string HubId, string PrinterId), TemperatureSpan> _spans = [];
    private long _dropped;

    /// <summary>Spans that were not kept: too many printers, or storage that is too slow or fails.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a sample. Costs no I/O and waits for nothing.</summary>
    public void Add(string hubId, string printerId, TemperatureSample sample)
    {
        long atS = (sample.TimeMs > 0 ? sample.TimeMs : store.NowMs) / 1000 / FineSeconds * FineSeconds;
        lock (_lock)
        {
            if (!_spans.TryGetValue((hubId, printerId), out TemperatureSpan? span))
            {
                if (_spans.Count >= MaxPrinters)
                {
                    _dropped++;
                    return;
                }

                span = new TemperatureSpan { AtS = atS };
                _spans.Add((hubId, printerId), span);
            }

            if (span.AtS != atS)
            {
                // A sample of another span before the timer took this one.
                Post([(hubId, printerId, span)]);
                span = new TemperatureSpan { AtS = atS };
                _spans[(hubId, printerId)] = span;
            }

            span.Add(sample);
        }
    }

    /// <summary>Temperatures of one printer, oldest first. The list is the caller's.</summary>
    public Task<List<TemperatureSample>> ReadAsync(string hubId, string printerId, long fromMs, long toMs, CancellationToken cancel = default) =>
        store.Readers.ReadAsync(
            c => c.Rows(
                """
                SELECT at_s, nozzle, nozzle_target, bed, bed_target, chamber FROM temperatures
                WHERE key = (SELECT key FROM series WHERE hub_id = $1 AND printer_id = $2) AND at_s >= $3 AND at_s < $4 ORDER BY at_s
                """,
                Read,
                hubId,
                printerId,
                fromMs / 1000,
                (toMs + 999) / 1000),
            cancel);

    /// <summary>Hands what was collected to the writer; called by the store's timer and at its end.</summary>
    public void Flush()
    {
        List<(string HubId, string PrinterId, TemperatureSpan Span)> spans = [];
        lock (_lock)
        {
            foreach (((string hubId, string printerId), TemperatureSpan span) in _spans)
            {
                spans.Add((hubId, printerId, span));
            }

            _spans.Clear();
        }

        if (spans.Count > 0)
        {
            Post(spans);
        }
    }

    private void Post(List<(string HubId, string PrinterId, TemperatureSpan Span)> spans)
    {
        bool isTaken = store.Writer.Post(c =>
        {
            foreach ((string hubId, string printerId, TemperatureSpan span) in spans)
            {
                Insert(c, hubId, printerId, span);
            }
        });
        if (!isTaken)
        {
            Interlocked.Add(ref _dropped, spans.Count);
        }
    }

    private static void Insert(StoreConnection c, string hubId, string printerId, TemperatureSpan span)
    {
        const string Find = "SELECT key FROM series WHERE hub_id = $1 AND printer_id = $2";
        long? key = c.Number(Find, hubId, printerId);
        if (key == null)
        {
            c.Run("INSERT INTO series (hub_id, printer_id) VALUES ($1, $2)", hubId, printerId);
            key = c.Number(Find, hubId, printerId);
        }

        // A span that was stored in two parts keeps its newer one.
        c.Run(
            "INSERT OR REPLACE INTO temperatures (key, at_s, nozzle, nozzle_target, bed, bed_target, chamber) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            key,
            span.AtS,
            span.Nozzle.Tenths,
            span.NozzleTarget.Tenths,
            span.Bed.Tenths,
            span.BedTarget.Tenths,
            span.Chamber.Tenths);
    }

    private static TemperatureSample Read(StoreRow row) => new()
    {
        TimeMs = row.Number(0) * 1000,
        Nozzle = row.NumberOrNull(1) / 10.0,
        NozzleTarget = row.NumberOrNull(2) / 10.0,
        Bed = row.NumberOrNull(3) / 10.0,
        BedTarget = row.NumberOrNull(4) / 10.0,
        Chamber = row.NumberOrNull(5) / 10.0,
    };
}
