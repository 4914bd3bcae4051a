using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Manager;

namespace Hub.Simulator.Terminal;

/// <summary>Progress and speed of each upload, sampled over the last seconds.</summary>
internal sealed class TransferRates
{
    private const int WindowMs = 5000;

    private readonly Dictionary<Transfer, Queue<(long TimeMs, long SentBytes)>> _samples = [];

    /// <summary>Samples the running uploads and forgets the others.</summary>
    public IReadOnlyList<TransferRow> Sample(PrinterSnapshot[] printers, long nowMs)
    {
        List<TransferRow> rows = [];
        foreach (PrinterSnapshot printer in printers)
        {
            if (printer.LastTransfer is { IsFinished: false } transfer)
            {
                rows.Add(RowOf(printer.Config.Id, transfer, nowMs));
            }
        }

        foreach (Transfer ended in _samples.Keys.Where(t => t.IsFinished).ToArray())
        {
            _samples.Remove(ended);
        }

        return rows;
    }

    private TransferRow RowOf(string id, Transfer transfer, long nowMs)
    {
        if (!_samples.TryGetValue(transfer, out Queue<(long TimeMs, long SentBytes)>? samples))
        {
            _samples[transfer] = samples = [];
        }

        long sentBytes = transfer.SentBytes;
        while (samples.TryPeek(out (long TimeMs, long SentBytes) oldest) && nowMs - oldest.TimeMs > WindowMs)
        {
            samples.Dequeue();
        }

        double rate = -1;
        if (samples.TryPeek(out (long TimeMs, long SentBytes) first) && nowMs > first.TimeMs)
        {
            rate = (sentBytes - first.SentBytes) * 1000.0 / (nowMs - first.TimeMs);
        }

        samples.Enqueue((nowMs, sentBytes));
        int percent = transfer.TotalBytes <= 0 ? 0 : (int)Math.Min(100, sentBytes * 100 / transfer.TotalBytes);
        string left = rate <= 0 ? "" : StatusRow.TimeLeft((int)Math.Min(int.MaxValue, (transfer.TotalBytes - sentBytes) / rate), withSeconds: true);
        return new TransferRow(id, StatusRow.Printable(transfer.Name), percent, TransferProgress.Size(transfer.TotalBytes), rate < 0 ? "" : TransferProgress.Size((long)rate) + "/s", left);
    }
}
