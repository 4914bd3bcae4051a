using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>Follows the farm and queues a notice for each printer that begins to need a person. Thread: one task; <see cref="PauseAsked"/> any.</summary>
internal sealed class AttentionFeed(NoticeTable notices, FarmPicture farm, Log log, TimeProvider clock, WebhookTimes times)
{
    private const string Area = "cloud";

    private readonly AttentionWatch _watch = new(times);
    private readonly ConcurrentQueue<PrinterKey> _asked = new();
    private readonly List<(PrinterKey Key, AttentionChange Change, AttentionView View)> _unstored = [];

    /// <summary>The cloud was asked to pause a printer: its pause needs nobody.</summary>
    public void PauseAsked(PrinterKey key) => _asked.Enqueue(key);

    /// <summary>Follows until it is cancelled. Reports what goes wrong and goes on.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using FarmSubscription subscription = farm.Subscribe();
        try
        {
            await RestoreAsync(stop).ConfigureAwait(false);
            HashSet<PrinterKey> changed = [.. farm.Printers().Select(p => new PrinterKey(p.HubId, p.WireId))];
            while (true)
            {
                await StepAsync(changed, stop).ConfigureAwait(false);
                await WaitAsync(subscription, stop).ConfigureAwait(false);
                changed = [.. subscription.Take().Printers, .. _watch.Silent()];
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception e)
        {
            log.Fault(Area, e);
        }
    }

    /// <summary>Waits for changes, or until a printer has been offline for long enough; and a moment more, in which a state that flaps settles.</summary>
    private async Task WaitAsync(FarmSubscription subscription, CancellationToken stop)
    {
        using CancellationTokenSource due = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task changes = subscription.WaitAsync(due.Token);
        TimeSpan wait = _unstored.Count > 0 ? times.Look : _watch.Due() is DateTimeOffset at ? at - clock.GetUtcNow() : Timeout.InfiniteTimeSpan;
        Task timer = Task.Delay(wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : wait, clock, due.Token);
        await Task.WhenAny(changes, timer).ConfigureAwait(false);
        await due.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        await Task.Delay(times.Settle, clock, stop).ConfigureAwait(false);
    }

    private async Task StepAsync(HashSet<PrinterKey> changed, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        while (_asked.TryDequeue(out PrinterKey asked))
        {
            _watch.PauseAsked(asked, now);
        }

        foreach (PrinterKey key in changed)
        {
            if (farm.Get(key) is FarmPrinter printer)
            {
                AttentionView view = AttentionView.Of(printer);
                _unstored.AddRange(_watch.Step(key, view, now).Select(change => (key, change, view)));
            }
            else
            {
                _watch.Remove(key);
            }
        }

        await StoreAsync(stop).ConfigureAwait(false);
    }

    /// <summary>What cannot be stored now is stored later.</summary>
    private async Task StoreAsync(CancellationToken stop)
    {
        try
        {
            while (_unstored.Count > 0)
            {
                stop.ThrowIfCancellationRequested();
                (PrinterKey key, AttentionChange change, AttentionView view) = _unstored[0];
                await (change.IsOn ? notices.OpenAsync(Notice(key, change.Kind, view)) : notices.CloseAsync(key.HubId, key.WireId, change.Kind)).ConfigureAwait(false);
                _unstored.RemoveAt(0);
            }
        }
        catch (HubException)
        {
            // The store has said what is wrong with it.
        }
    }

    private NoticeRecord Notice(PrinterKey key, string kind, AttentionView view) => new()
    {
        AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        Kind = kind,
        HubId = key.HubId,
        PrinterId = key.WireId,
        Job = view.Job,
        ErrorCode = kind == WebhookKinds.ClearBed ? null : view.ErrorCode,
        Message = kind == WebhookKinds.ClearBed ? null : view.ErrorMessage,
    };

    private async Task RestoreAsync(CancellationToken stop)
    {
        try
        {
            foreach ((string hubId, string printerId, string kind) in await notices.OpenNeedsAsync(stop).ConfigureAwait(false))
            {
                _watch.Restore(new PrinterKey(hubId, printerId), kind);
            }
        }
        catch (HubException)
        {
            // Then they are reported once more.
        }
    }
}
