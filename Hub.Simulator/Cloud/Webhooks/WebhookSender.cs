using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>
/// Sends one target what is queued for it, in order, one after the other, and again with growing waits until it is delivered, refused a few
/// times or too old. Has a task of its own, so a target that fails delays no other. Thread: any.
/// </summary>
internal sealed class WebhookSender(WebhookTarget target, NoticeTable notices, WebhookClient client, FarmPicture farm, Log log, TimeProvider clock, WebhookTimes times)
{
    private const string Area = "cloud";
    private const int Batch = 32;

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(1);
    private readonly Lock _lock = new();
    private string? _problem;
    private long? _deliveredMs;

    /// <summary>The target.</summary>
    public WebhookTarget Target => target;

    /// <summary>There may be something to send.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>How the target is.</summary>
    public async Task<WebhookState> StateAsync(CancellationToken cancel)
    {
        (long dropped, long waiting) = await notices.CountsAsync(target.Name, cancel).ConfigureAwait(false);
        lock (_lock)
        {
            return new WebhookState(target.Name, target.Url.Host, waiting, dropped, _deliveredMs, _problem);
        }
    }

    /// <summary>Sends until it is cancelled. Reports what goes wrong and goes on.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await SendNextAsync(stop).ConfigureAwait(false))
                {
                    await WaitAsync(stop).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (HubException)
            {
                // The store has said what is wrong with it.
                await PauseAsync(times.Look, stop).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                log.Fault(Area, e);
                await PauseAsync(times.Look, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using CancellationTokenSource woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(woken.Token).AsTask(), Task.Delay(times.Look, clock, woken.Token)).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
        _wake.Reader.TryRead(out _);
    }

    /// <summary>False when there is nothing to send.</summary>
    private async Task<bool> SendNextAsync(CancellationToken stop)
    {
        List<NoticeRecord> next = await notices.NextAsync(target.Name, Batch, stop).ConfigureAwait(false);
        foreach (NoticeRecord notice in next)
        {
            bool isDropped = target.Kinds.Contains(notice.Kind) && !await DeliverAsync(notice, stop).ConfigureAwait(false);
            await notices.AdvanceAsync(target.Name, notice.Seq, isDropped ? 1 : 0).ConfigureAwait(false);
        }

        return next.Count > 0;
    }

    /// <summary>False when it was given up.</summary>
    private async Task<bool> DeliverAsync(NoticeRecord notice, CancellationToken stop)
    {
        TimeSpan wait = times.FirstRetry;
        for (int refusals = 0; ;)
        {
            if (clock.GetUtcNow().ToUnixTimeMilliseconds() - notice.AtMs > times.MaxAge.TotalMilliseconds)
            {
                log.Warning(Area, target.Shown + ": gave up a notice (" + notice.Kind + ") that is older than " + (int)times.MaxAge.TotalHours + " hours");
                return false;
            }

            FarmPrinter? printer = farm.Get(new PrinterKey(notice.HubId, notice.PrinterId));
            WebhookOutcome outcome = await client.SendAsync(target, notice, printer, stop).ConfigureAwait(false);
            Note(outcome);
            refusals += outcome.IsFinal ? 1 : 0;
            if (outcome.Problem == null)
            {
                return true;
            }

            if (refusals >= times.MaxRefusals)
            {
                log.Warning(Area, target.Shown + ": gave up a notice (" + notice.Kind + ") that was refused " + refusals + " times: " + outcome.Problem);
                return false;
            }

            TimeSpan asked = outcome.RetryAfter ?? TimeSpan.Zero;
            await Task.Delay(asked > wait ? asked < times.LastRetry ? asked : times.LastRetry : wait, clock, stop).ConfigureAwait(false);
            wait = wait * 2 < times.LastRetry ? wait * 2 : times.LastRetry;
        }
    }

    /// <summary>Logs when it begins to fail, and when it works again.</summary>
    private void Note(WebhookOutcome outcome)
    {
        bool changed;
        lock (_lock)
        {
            changed = (_problem == null) != (outcome.Problem == null);
            _problem = outcome.Problem;
            _deliveredMs = outcome.Problem == null ? clock.GetUtcNow().ToUnixTimeMilliseconds() : _deliveredMs;
        }

        if (changed && outcome.Problem != null)
        {
            log.Warning(Area, target.Shown + ": " + outcome.Problem + (outcome.IsFinal ? "" : "; it is tried again for " + (int)times.MaxAge.TotalHours + " hours"));
        }
        else if (changed)
        {
            log.Info(Area, target.Shown + " accepts notices again");
        }
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(time, clock, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
