using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Text;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>Sends one webhook. Follows no redirect, so neither the signature nor the text reaches another host. Thread: any.</summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>For the connection, the request and the head of the answer together.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly TimeZoneInfo _zone;

    /// <param name="clock">The time.</param>
    /// <param name="zone">Of the times in texts.</param>
    public WebhookClient(TimeProvider clock, TimeZoneInfo zone)
    {
        _clock = clock;
        _zone = zone;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = s_timeout,
            MaxConnectionsPerServer = 4,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The id of a notice, the same each time that it is sent, so that a receiver can leave out one that came before.</summary>
    public static string IdOf(NoticeRecord notice) => "notice_" + notice.AtMs + "_" + notice.Seq;

    /// <summary>Sends a notice once. Never throws but for a cancellation.</summary>
    public async Task<WebhookOutcome> SendAsync(WebhookTarget target, NoticeRecord notice, FarmPrinter? printer, CancellationToken cancel)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ends.CancelAfter(s_timeout);
        try
        {
            using HttpRequestMessage request = Request(target, notice, printer);
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
            return Judge(answer);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new WebhookOutcome("it did not answer within " + (int)s_timeout.TotalSeconds + " s");
        }
        catch (HttpRequestException e)
        {
            return new WebhookOutcome(Reason(e));
        }
        catch (IOException)
        {
            return new WebhookOutcome("the connection broke");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookTarget target, NoticeRecord notice, FarmPrinter? printer)
    {
        ReadOnlyMemory<byte> body = WebhookBody.Of(target, notice, printer, _zone);
        string id = IdOf(notice);
        long timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        HttpRequestMessage request = new(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(WebhookBody.ContentType(target));
        request.Headers.TryAddWithoutValidation("User-Agent", Product.Name + "-webhooks");
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString());
        if (target.Secret != null)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Of(target.Secret, id, timestamp, body.Span));
        }

        if (target.Authorization != null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", target.Authorization.Reveal());
        }

        if (target.Format == WebhookFormat.Ntfy && WebhookKinds.IsUrgent(notice.Kind))
        {
            request.Headers.TryAddWithoutValidation("Priority", "high");
            request.Headers.TryAddWithoutValidation("Tags", "warning");
        }

        return request;
    }

    private WebhookOutcome Judge(HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        return status switch
        {
            >= 200 and < 300 => WebhookOutcome.Delivered,
            >= 300 and < 400 => new WebhookOutcome($"it answered {status}, a redirect: configure the address that it leads to", true),
            401 or 403 => new WebhookOutcome($"it answered {status}: check its address, secret and authorization", true),
            404 or 410 => new WebhookOutcome($"it answered {status}: nothing is at this address", true),
            408 or 425 or 429 or >= 500 => new WebhookOutcome($"it answered {status}", false, WaitOf(answer)),
            _ => new WebhookOutcome($"it answered {status}: it does not accept the body", true),
        };
    }

    private TimeSpan? WaitOf(HttpResponseMessage answer)
    {
        RetryConditionHeaderValue? wait = answer.Headers.RetryAfter;
        return wait?.Delta ?? (wait?.Date is DateTimeOffset date ? date - _clock.GetUtcNow() : null);
    }

    /// <summary>In words of its own: the system's may quote the address.</summary>
    private static string Reason(HttpRequestException error) => error switch
    {
        { InnerException: AuthenticationException } => "its certificate is not trusted",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        { HttpRequestError: HttpRequestError.ConnectionError } => "it cannot be reached",
        _ => "the connection failed",
    };
}
