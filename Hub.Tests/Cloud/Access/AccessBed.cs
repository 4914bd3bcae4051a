using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Rest;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Cloud.Access;

/// <summary>A web server on loopback whose answers are behind <see cref="CloudAccess"/>. It counts what gets through.</summary>
internal sealed class AccessBed : ISessionStore, IAsyncDisposable
{
    /// <summary>The header by which a test says from which address it comes.</summary>
    public const string From = "Test-From";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new();
    private readonly TestLog _log = new();
    private readonly TimeProvider _clock;
    private readonly CloudAccess _access;
    private readonly WebApplication _app;
    private int _passed;

    private AccessBed(AccessOptions options, IServerCertificate? certificate)
    {
        _clock = options.Clock;
        _access = new CloudAccess(options, this);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate != null)
            {
                Certificates.Use(listen, certificate);
            }
        }));
        _app = builder.Build();
        _app.Use(next => context =>
        {
            if (context.Request.Headers[From].Count > 0)
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[From]!);
            }

            return next(context);
        });
        _app.Use(next => context => RestErrors.HandleAsync(context, next, _log.Log));
        _app.UseWebSockets();
        _access.Use(_app);
        _app.MapFallback("{**path}", AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Requests and WebSockets that got through.</summary>
    public int Passed => Volatile.Read(ref _passed);

    public int Sessions => _sessions.Count;

    public static async Task<AccessBed> StartAsync(AccessOptions options, IServerCertificate? certificate = null)
    {
        AccessBed bed = new(options, certificate);
        await bed._app.StartAsync();
        foreach (string url in bed._app.Urls)
        {
            bed.Address = new Uri(url);
        }

        return bed;
    }

    /// <summary>Sends a request with these headers ("Name: value") and returns the status.</summary>
    public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, params string[] headers)
    {
        using HttpResponseMessage answer = await AnswerOfAsync(method, path, null, headers);
        return answer.StatusCode;
    }

    /// <summary>The same with a body; the caller disposes the answer.</summary>
    public async Task<HttpResponseMessage> AnswerOfAsync(HttpMethod method, string path, HttpContent? body, params string[] headers)
    {
        using HttpClient client = new(new SocketsHttpHandler { UseCookies = false });
        using HttpRequestMessage request = new(method, new Uri(Address, path)) { Content = body };
        foreach (string header in headers)
        {
            int colon = header.IndexOf(": ", StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        return await client.SendAsync(request);
    }

    /// <summary>True when a WebSocket with these headers opens.</summary>
    public async Task<bool> OpensAsync(string path, params string[] headers)
    {
        using ClientWebSocket socket = new();
        foreach (string header in headers)
        {
            int colon = header.IndexOf(": ", StringComparison.Ordinal);
            socket.Options.SetRequestHeader(header[..colon], header[(colon + 2)..]);
        }

        try
        {
            await socket.ConnectAsync(new Uri("ws" + new Uri(Address, path).AbsoluteUri[4..]), CancellationToken.None);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _access.Dispose();
        _log.AssertNoErrors();
    }

    Task ISessionStore.AddAsync(string hash, DateTimeOffset ends)
    {
        _sessions[hash] = ends;
        return Task.CompletedTask;
    }

    Task<bool> ISessionStore.HasAsync(string hash) => Task.FromResult(_sessions.TryGetValue(hash, out DateTimeOffset ends) && ends > _clock.GetUtcNow());

    Task ISessionStore.RemoveAsync(string hash)
    {
        _sessions.TryRemove(hash, out _);
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _passed);
        if (context.WebSockets.IsWebSocketRequest)
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            return;
        }

        await context.Response.WriteAsync("through");
    }
}
