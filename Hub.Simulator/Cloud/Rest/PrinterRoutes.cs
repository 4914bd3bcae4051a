using System;
using System.Buffers;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>GET /api/printers: the hubs' own status objects, as they came. Thread: any.</summary>
internal sealed class PrinterRoutes(FarmPicture farm)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/printers", ListAsync).WithName("listPrinters").WithSummary("All printers of all hubs").WithTags("printers").Produces<PrinterList>();

    /// <summary>Writes the items of an array of printers.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<FarmPrinter> printers)
    {
        for (int i = 0; i < printers.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(printers[i].Json.Span);
        }
    }

    private async Task ListAsync(HttpContext context, string? hub)
    {
        FarmPrinter[] printers = farm.Printers(hub);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.BodyWriter.Write("{\"printers\":["u8);
        Write(context.Response.BodyWriter, printers);
        context.Response.BodyWriter.Write("]}"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
