using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>
/// Reports job events and printers that need a person to the targets of the configuration. What is to be sent is in the store, so it survives
/// a restart. Thread: any.
/// </summary>
internal sealed class WebhookService : IAsyncDisposable
{
    /// <summary>A longer path is likely to be as good as a password; a shorter one would blacken the log.</summary>
    private const int MinMaskedPath = 16;

    private readonly CancellationTokenSource _stop = new();
    private readonly WebhookClient _client;
    private readonly NoticeTable _notices;
    private readonly TimeProvider _clock;
    private readonly WebhookSender[] _senders;
    private readonly AttentionFeed _feed;
    private Task _run = Task.CompletedTask;

    private WebhookService(CloudStore store, FarmPicture farm, IReadOnlyList<WebhookTarget> targets, Log log, TimeProvider clock, WebhookTimes times)
    {
        _notices = store.Notices;
        _clock = clock;
        _client = new WebhookClient(clock, clock.LocalTimeZone);
        _senders = [.. targets.Select(t => new WebhookSender(t, _notices, _client, farm, log, clock, times))];
        _feed = new AttentionFeed(_notices, farm, log, clock, times);
    }

    /// <summary>Begins to send what waits and what comes. Errors: storage_failed.</summary>
    /// <param name="store">Keeps the queue.</param>
    /// <param name="farm">The printers.</param>
    /// <param name="targets">The targets, with different names; none switches webhooks off.</param>
    /// <param name="log">Where failures are reported; it learns the targets' secrets.</param>
    /// <param name="clock">The time.</param>
    /// <param name="times">The times of sending; null for the usual ones.</param>
    public static async Task<WebhookService> StartAsync(
        CloudStore store, FarmPicture farm, IReadOnlyList<WebhookTarget> targets, Log log, TimeProvider clock, WebhookTimes? times = null)
    {
        foreach (WebhookTarget target in targets)
        {
            log.Mask(target.Secret);
            log.Mask(target.Authorization);
            if (target.Url.PathAndQuery.Length >= MinMaskedPath)
            {
                log.Mask(new Secret(target.Url.PathAndQuery));
            }
        }

        WebhookService service = new(store, farm, targets, log, clock, times ?? new WebhookTimes());
        await store.Notices.SetTargetsAsync([.. targets.Select(t => t.Name)]).ConfigureAwait(false);
        service.Begin();
        return service;
    }

    /// <summary>The cloud was asked to pause a printer: its pause is no notice.</summary>
    public void PauseAsked(PrinterKey key) => _feed.PauseAsked(key);

    /// <summary>How the targets are. Errors: storage_failed.</summary>
    public Task<WebhookState[]> StatesAsync(CancellationToken cancel = default) => Task.WhenAll(_senders.Select(s => s.StateAsync(cancel)));

    /// <summary>Sends a test at once, beside the queue. Null when no target has this name.</summary>
    public async Task<WebhookOutcome?> TestAsync(string name, CancellationToken cancel = default)
    {
        WebhookTarget? target = _senders.FirstOrDefault(s => s.Target.Name == name)?.Target;
        NoticeRecord notice = new() { AtMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(), Kind = "test", HubId = "", PrinterId = "" };
        return target == null ? null : await _client.SendAsync(target, notice, null, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _notices.Added -= WakeAll;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _client.Dispose();
        _stop.Dispose();
    }

    private void Begin()
    {
        if (_senders.Length > 0)
        {
            _notices.Added += WakeAll;
            _run = Task.WhenAll([_feed.RunAsync(_stop.Token), .. _senders.Select(s => s.RunAsync(_stop.Token))]);
        }
    }

    private void WakeAll()
    {
        foreach (WebhookSender sender in _senders)
        {
            sender.Wake();
        }
    }
}
