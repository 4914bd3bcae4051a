using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hub.Simulator.Virtual;

/// <summary>One Kestrel for all printers of a fleet: a port each on 127.0.0.1, with the API of those that speak HTTP and the faults of all.</summary>
public sealed class FleetHost : IAsyncDisposable
{
    /// <summary>
    /// A timer, and not <see cref="Timeout.Infinite"/>: Kestrel holds its connections weakly, so one whose body nobody reads and that
    /// waits without a timer is collected in the middle, and the client sees a reset in place of silence.
    /// </summary>
    private static readonly TimeSpan s_forever = TimeSpan.FromDays(20);

    private readonly WebApplication _app;

    private FleetHost(WebApplication app)
    {
        _app = app;
    }

    /// <summary>Starts listening; a port of 0 takes a free one. Each printer's Port is set afterwards.</summary>
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
        app.Run(context => DispatchAsync(byPort[context.Connection.LocalPort], context));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new HubException(ErrorCode.ConnectFailed, "A port of the virtual printers is taken (" + FirstLine(e.Message) + "): choose another base port or stop the program that holds it.", e);
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
        // Clients that wait for a silent printer must not hold up the end.
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

    // Below HTTP, because a service that does not speak HTTP answers no request line. The control path still works.
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

    private static async Task DispatchAsync(VirtualPrinter printer, HttpContext context)
    {
        try
        {
            string path = context.Request.Path.Value ?? "/";
            if (path.StartsWith("/virtual/", StringComparison.Ordinal))
            {
                await WriteAsync(context, await ControlAsync(printer, context, path).ConfigureAwait(false), VirtualFaults.None).ConfigureAwait(false);
                return;
            }

            if (printer is not VirtualHttpPrinter http)
            {
                await WriteAsync(context, VirtualReply.Html(404, "Only /virtual/faults and /virtual/state are here."), VirtualFaults.None).ConfigureAwait(false);
                return;
            }

            VirtualFaults faults = http.TakeFaults(path, context.Request.ContentLength is not (null or 0));
            if (faults.Silent)
            {
                await Task.Delay(s_forever, context.RequestAborted).ConfigureAwait(false);
            }

            if (faults.Drop || faults.NotHttp)
            {
                context.Abort();
                return;
            }

            if (faults.DelayMs > 0)
            {
                await Task.Delay(faults.DelayMs, context.RequestAborted).ConfigureAwait(false);
            }

            if (faults.DropAfterBytes > 0)
            {
                context.Request.Body = new DroppingStream(context.Request.Body, faults.DropAfterBytes, context);
            }

            VirtualReply? reply = ReplyOf(faults) ?? await http.HandleAsync(context).ConfigureAwait(false);
            if (faults.LoseAnswer)
            {
                context.Abort();
            }
            else if (reply != null)
            {
                await WriteAsync(context, reply, faults).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away or broke the protocol; there is nobody to answer.
            context.Abort();
        }
    }

    private static VirtualReply? ReplyOf(VirtualFaults faults)
    {
        if (faults.Redirect != null)
        {
            return VirtualReply.Html(302, "<html><body>Redirecting</body></html>", close: true).With("Location", faults.Redirect);
        }

        if (faults.ErrorStatus > 0)
        {
            return VirtualReply.Html(faults.ErrorStatus, "<!doctype html>\n<html lang=en>\n<title>" + faults.ErrorStatus + " Error</title>\n<h1>The server met a fault</h1>\n", close: true);
        }

        return faults.Garbage ? VirtualReply.Html(200, "<html><head><title>Router login</title></head><body>Welcome</body></html>", close: true) : null;
    }

    private static async Task<VirtualReply> ControlAsync(VirtualPrinter printer, HttpContext context, string path)
    {
        if (path == "/virtual/state")
        {
            return new VirtualReply { ContentType = "application/json", Body = MachineJson.Of(printer.Machine.Read(), printer.Machine.JobsStarted) };
        }

        if (path != "/virtual/faults")
        {
            return VirtualReply.Html(404, "Only /virtual/faults and /virtual/state are here.");
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
            try
            {
                printer.WriteFaults(body.ToArray());
            }
            catch (JsonException e)
            {
                return VirtualReply.Html(400, FirstLine(e.Message));
            }
        }

        return new VirtualReply { ContentType = "application/json", Body = printer.ReadFaults() };
    }

    private static async Task WriteAsync(HttpContext context, VirtualReply reply, VirtualFaults faults)
    {
        HttpResponse response = context.Response;
        response.StatusCode = reply.Status;
        // OctoPrint's reasons are in capitals ("403 FORBIDDEN"); clients must not depend on the text.
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(reply.Status).ToUpperInvariant();
        response.ContentType = reply.ContentType;
        foreach (KeyValuePair<string, string> header in reply.Headers)
        {
            response.Headers[header.Key] = header.Value;
        }

        if (reply.Close)
        {
            response.Headers.Connection = "close";
        }

        byte[] body = reply.Body;
        if (faults.Gzip && body.Length > 0)
        {
            response.Headers.ContentEncoding = "gzip";
            body = Compress(body);
        }

        if (reply.Status != 204)
        {
            response.ContentLength = faults.HalfResponse ? body.Length + 1000 : body.Length;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        int length = faults.HalfResponse ? body.Length / 2 : body.Length;
        int piece = faults.DripBytes > 0 ? faults.DripBytes : Math.Max(1, length);
        for (int sent = 0; sent < length; sent += piece)
        {
            await response.Body.WriteAsync(body.AsMemory(sent, Math.Min(piece, length - sent)), context.RequestAborted).ConfigureAwait(false);
            if (faults.DripBytes > 0)
            {
                await response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                await Task.Delay(20, context.RequestAborted).ConfigureAwait(false);
            }
        }

        if (faults.HalfResponse)
        {
            await response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            await Task.Delay(50, context.RequestAborted).ConfigureAwait(false);
            context.Abort();
        }
    }

    private static byte[] Compress(byte[] body)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }
}
