using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Simulator.Cloud.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Simulator.Radio;

/// <summary>
/// Serves the pages of web/ and the bridge to a hub's simulated radio (docs/simulated-radio.md), on loopback and only to programs and pages of its own address. Thread: any.
/// </summary>
internal sealed class RadioServer : IAsyncDisposable
{
    /// <summary>The port of the default address.</summary>
    public const int DefaultPort = 5090;

    private const string LogArea = "pages";
    private const int MaxBodyBytes = 64 * 1024;

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop;

    private RadioServer(WebApplication app, CancellationTokenSource stop, Uri address)
    {
        _app = app;
        _stop = stop;
        Address = address;
    }

    /// <summary>Its address, with the port that it got.</summary>
    public Uri Address { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="radio">The hub's.</param>
    /// <param name="light">What the hub's light shows.</param>
    /// <param name="folder">The pages; null for none.</param>
    /// <param name="port">0 for a free one.</param>
    /// <param name="log">Where it logs to.</param>
    /// <exception cref="HubException">ConnectFailed when the port cannot be used.</exception>
    public static async Task<RadioServer> StartAsync(SimulatedRadio radio, Func<IndicatorState> light, string? folder, int port, Log log)
    {
        ListenOptions? listener = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listener = listen;
            });
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        WebApplication app = builder.Build();
        CancellationTokenSource stop = new();
        Pages pages = new(radio, light, folder == null ? null : new WebFiles(folder), log, stop.Token);
        app.UseWebSockets();
        app.Run(pages.HandleAsync);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            stop.Dispose();
            throw new HubException(ErrorCode.ConnectFailed, e.Message.Split('\n')[0].Trim(), e);
        }

        return new RadioServer(app, stop, new UriBuilder("http", IPAddress.Loopback.ToString(), ((IPEndPoint)listener!.EndPoint).Port).Uri);
    }

    /// <summary>Ends all connections and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Ctrl+C belongs to the command line.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The routes.</summary>
    private sealed class Pages(SimulatedRadio radio, Func<IndicatorState> light, WebFiles? files, Log log, CancellationToken stop)
    {
        private static readonly string[] s_lights = ["off", "busy", "ok", "provisioning", "error"];

        private readonly HostRule _hosts = new([], isLoopback: true);

        public async Task HandleAsync(HttpContext context)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.XFrameOptions = "DENY";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            context.Response.Headers.CacheControl = "no-store";
            if (!_hosts.Allows(context))
            {
                await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "this server does not answer to that name");
            }
            else if (!OriginRule.Allows(context.Request))
            {
                await RefuseAsync(context, StatusCodes.Status403Forbidden, "a web page of another site may not use the simulator");
            }
            else
            {
                await RouteAsync(context);
            }
        }

        private static Task RefuseAsync(HttpContext context, int status, string message)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(message + "\n");
        }

        private static Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
        {
            ArrayBufferWriter<byte> buffer = new();
            using (Utf8JsonWriter json = new(buffer))
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }

            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(buffer.WrittenMemory).AsTask();
        }

        private static async Task<byte[]> BodyAsync(HttpContext context)
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }

        private async Task RouteAsync(HttpContext context)
        {
            switch (context.Request.Method + " " + context.Request.Path)
            {
                case "GET /bridge.json":
                    await SendAsync(context, json => json.WriteString("bridge", "/bridge"));
                    break;
                case "GET /bridge":
                    await BridgeAsync(context);
                    break;
                case "GET /simulator":
                    await SendAsync(context, WriteState);
                    break;
                case "POST /simulator/button":
                    radio.Button.Press();
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    break;
                case "PUT /simulator/networks":
                    await ChangeAsync(context, body => radio.Station.Networks = NetworksJson.Read(body));
                    break;
                case "PUT /simulator/bluetooth":
                    await ChangeAsync(context, body => radio.Peripheral.Faults = FaultsJson.Read(body));
                    break;
                default:
                    await (files?.SendAsync(context) ?? RefuseAsync(context, StatusCodes.Status404NotFound, "the folder web was not found beside the program"));
                    break;
            }
        }

        private async Task BridgeAsync(HttpContext context)
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "this address is for WebSockets");
                return;
            }

            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            using BridgeSocket bridge = new(socket, radio.Peripheral, stop);
            log.Debug(LogArea, "a page opened the bridge to Bluetooth");
            await bridge.ServeAsync();
        }

        private static async Task ChangeAsync(HttpContext context, Action<byte[]> change)
        {
            try
            {
                change(await BodyAsync(context));
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            catch (FormatException e)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
            }
            catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
            {
                await RefuseAsync(context, e.StatusCode, e.Message);
            }
        }

        private void WriteState(Utf8JsonWriter json)
        {
            NetworksJson.Write(json, radio.Station.Networks);
            json.WriteStartObject("wifi");
            json.WriteString("state", WifiText(radio.Wifi.State));
            json.WriteString("ssid", radio.Station.Ssid);
            json.WriteEndObject();
            json.WriteBoolean("central", radio.Peripheral.IsConnected);
            json.WriteString("light", s_lights[(int)light()]);
        }

        private static string WifiText(WifiState state) => state switch
        {
            WifiState.Connecting => "connecting",
            WifiState.Connected => "connected",
            WifiState.Failed => "failed",
            WifiState.Disconnected => "disconnected",
            WifiState.NoCredentials => "no_credentials",
            _ => "idle",
        };
    }
}
