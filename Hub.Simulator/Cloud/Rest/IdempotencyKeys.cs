using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Store;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>
/// Idempotency-Key: a POST that comes again with the same key gets the same answer and is not executed again, for 7 days, also when the cloud
/// was killed in between. A request that was refused before it did anything frees its key. Thread: any.
/// </summary>
internal static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const string ReplayHeader = "Idempotency-Replayed";
    private const string Files = "/files";

    /// <summary>Runs the rest of the pipeline, or repeats its answer.</summary>
    /// <exception cref="CloudException">400, 409 or 422.</exception>
    public static async Task HandleAsync(HttpContext context, RequestDelegate next, CloudStore store)
    {
        string key = context.Request.Headers[Header].ToString();
        PathString path = context.Request.Path;

        // A login is open to everyone, who must not fill the table; its answer is a cookie, which is not kept.
        if (key.Length == 0 || context.Request.Method != HttpMethods.Post || !path.StartsWithSegments("/api") || path.StartsWithSegments(SessionEndpoints.Path))
        {
            await next(context);
            return;
        }

        if (key.Length > IdempotencyTable.MaxKeyLength)
        {
            throw CloudErrors.BadRequest("An Idempotency-Key has 1 to " + IdempotencyTable.MaxKeyLength + " characters.");
        }

        KeyOutcome outcome = await store.Keys.TryBeginAsync(key, await FingerprintAsync(context.Request));
        switch (outcome.State)
        {
            case KeyState.New:
                await RunAsync(context, next, store, key);
                break;
            case KeyState.Done:
                context.Response.StatusCode = outcome.Status;
                context.Response.Headers[ReplayHeader] = "true";
                context.Response.ContentType = "application/json; charset=utf-8";
                await context.Response.WriteAsync(outcome.Body);
                break;
            case KeyState.Running:
                throw new CloudException(409, "in_progress", "The request with this Idempotency-Key is still being executed: ask again later.");
            case KeyState.Mismatch:
                throw new CloudException(422, "key_reused", "This Idempotency-Key belongs to another request: use a new one.");
            default:
                throw new CloudException(409, "unknown_outcome", "The cloud stopped while it executed the request with this Idempotency-Key, so its outcome is not known: check the printer, then use a new key.");
        }
    }

    private static async Task RunAsync(HttpContext context, RequestDelegate next, CloudStore store, string key)
    {
        Stream body = context.Response.Body;
        using MemoryStream answer = new();
        context.Response.Body = answer;
        int status = StatusCodes.Status504GatewayTimeout;
        try
        {
            await next(context);
            status = context.RequestAborted.IsCancellationRequested ? status : context.Response.StatusCode;
        }
        finally
        {
            context.Response.Body = body;
            await KeepAsync(store, key, status, answer);
        }

        answer.Position = 0;
        await answer.CopyToAsync(body, context.RequestAborted);
    }

    private static Task KeepAsync(CloudStore store, string key, int status, MemoryStream answer)
    {
        if (IsHarmless(status))
        {
            return store.Keys.ReleaseAsync(key);
        }

        string text = answer.Length > 0
            ? Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length)
            : "{\"error\":{\"code\":\"unknown_outcome\",\"message\":\"Whoever sent this request did not wait for its answer, so its outcome is not known: check the printer.\"}}";
        return store.Keys.CompleteAsync(key, status, text);
    }

    /// <summary>True for answers to requests that did nothing: they may come again.</summary>
    private static bool IsHarmless(int status) => status is 400 or 401 or 403 or 404 or 405 or 411 or 413 or 415 or 426 or 429 or 501 or 503;

    /// <summary>What tells a request from another. A file is too long to be read for it: its length and address count.</summary>
    private static async Task<string> FingerprintAsync(HttpRequest request)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.Path + "\n" + request.QueryString + "\n" + request.ContentLength + "\n"));
        if (!request.Path.Value!.EndsWith(Files, StringComparison.Ordinal))
        {
            request.EnableBuffering();
            byte[] buffer = new byte[4096];
            for (int count; (count = await request.Body.ReadAsync(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, count);
            }

            request.Body.Position = 0;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
