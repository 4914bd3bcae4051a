using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hub.Simulator.Virtual;

/// <summary>One Kestrel server for all printers of a fleet: one port each on 127.0.0.1, with the API of the HTTP printers and the faults of all.</summary>
public sealed class FleetHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FleetHost(WebApplication app)
    {
        _app = app;
    }

    /// <summary>Starts listening; port 0 uses a free one. Each printer's Port is set afterwards.</summary>
    /// <exception cref="HubException">ConnectFailed when a port is taken.</exception>
    public static async Task<FleetHost> StartAsync(IReadOnlyList<VirtualPrinter> printers, Func<int, int> portOf)
    {
        ArgumentNullException.ThrowIfNull(printers);
        ArgumentNullException.ThrowIfNull(portOf);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        List<ListenOptions> listeners = [];
        Dictionary<int, VirtualPrinter> byPort = [];
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            for (int i = 0; i < printers.Count; i++)
            {
                VirtualPrinter printer = printers[i];
                kestrel.Listen(IPAddress.Loopback, portOf(i), listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection => ConnectAsync(printer, connection, next));
                    listeners.Add(listen);
                });
            }
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(context => FleetRequests.DispatchAsync(byPort[context.Connection.LocalPort], context));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new HubException(ErrorCode.ConnectFailed, "A port of the virtual printers is in use (" + FirstLine(e.Message) + "): choose another base port or stop the program that uses it.", e);
        }

        for (int i = 0; i < listeners.Count; i++)
        {
            printers[i].Port = ((IPEndPoint)listeners[i].EndPoint).Port;
            byPort[printers[i].Port] = printers[i];
        }

        return new FleetHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        // Clients that wait for a silent printer must not delay the end.
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim().TrimEnd('.');

    private static async Task ConnectAsync(VirtualPrinter printer, ConnectionContext connection, ConnectionDelegate next)
    {
        if (printer is not VirtualHttpPrinter http)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        if (!http.TryConnect())
        {
            connection.Abort();
            return;
        }

        try
        {
            await ServeAsync(http, connection, next).ConfigureAwait(false);
        }
        finally
        {
            http.Disconnected();
        }
    }

    // Below HTTP, because another service would not wait for a request line. The control path still works.
    private static async Task ServeAsync(VirtualHttpPrinter printer, ConnectionContext connection, ConnectionDelegate next)
    {
        if (printer.Faults.NotHttp)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
            bool isControl = Encoding.Latin1.GetString(read.Buffer.Slice(0, Math.Min(40, read.Buffer.Length)).ToArray()).Contains(" /virtual/", StringComparison.Ordinal);
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            if (!isControl)
            {
                await connection.Transport.Output.WriteAsync("SSH-2.0-OpenSSH_9.2p1\r\n"u8.ToArray()).ConfigureAwait(false);
                await Task.Delay(20).ConfigureAwait(false);
                return;
            }
        }

        await next(connection).ConfigureAwait(false);
    }
}
