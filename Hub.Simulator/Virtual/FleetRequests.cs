using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Simulator.Virtual;

/// <summary>HTTP requests to the printers of a fleet: their faults, the control path /virtual, and the answers on the wire. Thread: any.</summary>
internal static class FleetRequests
{
    /// <summary>
    /// A timer instead of <see cref="Timeout.Infinite"/>: Kestrel holds its connections weakly. A connection whose body is never
    /// read and that waits without a timer would be collected, and the client would see a reset instead of silence.
    /// </summary>
    private static readonly TimeSpan s_forever = TimeSpan.FromDays(20);

    /// <summary>Answers a request, or behaves as the printer's faults say.</summary>
    public static async Task DispatchAsync(VirtualPrinter printer, HttpContext context)
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
            // The client disconnected or broke the protocol; no answer can be sent.
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
            return new VirtualReply { ContentType = "application/json", Body = Encoding.UTF8.GetBytes(MachineJson.Of(printer.Machine.Read(), printer.Machine.JobsStarted).ToJsonString()) };
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
                return VirtualReply.Html(400, e.Message.Split('\n')[0].Trim().TrimEnd('.'));
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
