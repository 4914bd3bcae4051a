using System;
using System.Collections.Concurrent;
using System.IO;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>GET /ws/hub/{id}: where hubs connect. Thread: any.</summary>
internal sealed class HubEndpoint : IDisposable
{
    private const int MaxIdLength = 100;
    private const int MaxConnections = 2 * HubRegistry.Max;
    private const int KeyBytes = 16;

    /// <summary>One write of file frames with their heads fits in, so it goes to the socket whole.</summary>
    private const int WriteBufferBytes = HubWire.MaxBatchBytes + (4 * 1024);

    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly TimeSpan s_checkTime = TimeSpan.FromSeconds(1);

    private readonly HubInbox _inbox;
    private readonly ConcurrentDictionary<HubSession, bool> _sessions = new();
    private readonly ITimer _timer;

    /// <summary>Makes it.</summary>
    /// <param name="inbox">Who handles the messages.</param>
    public HubEndpoint(HubInbox inbox)
    {
        _inbox = inbox;
        _timer = inbox.Clock.CreateTimer(_ => Check(), null, s_checkTime, s_checkTime);
    }

    /// <summary>Serves a connection until it ends.</summary>
    /// <exception cref="CloudException">400, 426 or 503.</exception>
    public async Task HandleAsync(HttpContext context)
    {
        string id = context.Request.RouteValues["id"] as string ?? "";
        if (id.Length == 0 || id.Length > MaxIdLength || !Ascii.IsValid(id))
        {
            throw CloudErrors.BadRequest("A hub's id has 1 to " + MaxIdLength + " ASCII characters.");
        }

        if (_sessions.Count >= MaxConnections)
        {
            throw new CloudException(StatusCodes.Status503ServiceUnavailable, "too_many_hubs", "Too many hubs are connected.");
        }

        Stream stream = await UpgradeAsync(context);
        HubWire wire = new(stream, PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: WriteBufferBytes, leaveOpen: true)), _inbox.Clock);
        await using (wire)
        {
            HubSession session = new(id, context.Connection.RemoteIpAddress, wire, _inbox, context.Abort);
            _sessions[session] = true;
            try
            {
                await session.RunAsync();
            }
            finally
            {
                _sessions.TryRemove(session, out _);
            }
        }
    }

    /// <summary>Closes all connections; waits for none.</summary>
    public void CloseAll()
    {
        foreach (HubSession session in _sessions.Keys)
        {
            _ = session.CloseAsync(1001, "the cloud stops");
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        foreach (HubSession session in _sessions.Keys)
        {
            session.Check();
        }
    }

    /// <summary>
    /// The handshake of RFC 6455 §4.2. Not AcceptWebSocketAsync, whose WebSocket sends each frame with a write of its own: see <see cref="HubWire"/>.
    /// </summary>
    private static async Task<Stream> UpgradeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        IHttpUpgradeFeature? upgrade = context.Features.Get<IHttpUpgradeFeature>();
        string key = headers.SecWebSocketKey.ToString();
        if (upgrade?.IsUpgradableRequest != true || !string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase) || headers.SecWebSocketVersion != "13" || !IsKey(key))
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            throw new CloudException(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This address is for hubs: they connect with a WebSocket.");
        }

#pragma warning disable CA5350 // RFC 6455 §4.2.2 wants SHA-1.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = accept;
        return await upgrade.UpgradeAsync();
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return Convert.TryFromBase64String(key, bytes, out int count) && count == KeyBytes;
    }
}
