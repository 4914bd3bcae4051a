using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Store;
using Hub.Simulator.Cloud.Transfers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>Files to printers. The body is read as fast as the printer takes it, so a request may last hours. Thread: any.</summary>
internal sealed class TransferRoutes(HubRegistry hubs, FarmPicture farm, TransferBook transfers)
{
    private const string AnyContent = "application/octet-stream";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/printers/{id}/files", SendAsync).WithName("sendFile").WithTags("files")
            .WithSummary("Sends a file to a printer: the body is the file").Accepts<Stream>(AnyContent).Produces<TransferItem>(StatusCodes.Status202Accepted);
        app.MapPost("/api/transfers", CreateAsync).WithName("createTransfer").WithTags("files").WithSummary("Announces a file; its content follows within 10 minutes");
        app.MapPut("/api/transfers/{id}/content", PutAsync).WithName("sendContent").WithTags("files")
            .WithSummary("Sends the content of an announced file").Accepts<Stream>(AnyContent).Produces<TransferItem>(StatusCodes.Status202Accepted);
        app.MapGet("/api/transfers", ListAsync).WithName("listTransfers").WithTags("files").WithSummary("The newest transfers, newest first");
        app.MapGet("/api/transfers/{id}", GetAsync).WithName("getTransfer").WithTags("files").WithSummary("The state of a transfer");
        app.MapDelete("/api/transfers/{id}", CancelAsync).WithName("cancelTransfer").WithTags("files")
            .WithSummary("Cancels a transfer at any stage, and the print that it has started");
    }

    /// <summary>A transfer as the API shows it.</summary>
    public static TransferItem ItemOf(TransferRecord record) => new()
    {
        TransferId = record.Id,
        HubId = record.HubId,
        PrinterId = record.PrinterId,
        Name = record.FileName,
        Size = record.SizeBytes,
        Stage = record.Stage,
        ProgressPercentage = record.ProgressPercentage,
        Started = record.IsStarted,
        Error = record.Error,
        ErrorCode = record.ErrorCode,
        Created = DateTimeOffset.FromUnixTimeMilliseconds(record.CreatedMs),
        Updated = DateTimeOffset.FromUnixTimeMilliseconds(record.UpdatedMs),
    };

    private async Task<Accepted<TransferItem>> SendAsync(
        HttpContext context,
        string id,
        string? name,
        bool? start,
        string? hub,
        long? size,
        string? sha256,
        [FromQuery(Name = "expires_at")] long? expiresAt,
        int? plate,
        string? filaments)
    {
        TransferOrder order = Order(farm.Find(id, hub), name ?? "", SizeOf(context.Request, size)) with
        {
            Start = start ?? false,
            Sha256 = sha256,
            ExpiresAt = expiresAt,
            Plate = plate,
            Filaments = filaments,
        };
        hubs.Get(order.HubId).Online(CloudFeatures.FileStream);
        return await PumpAsync(context, transfers.Add(order));
    }

    private Created<TransferItem> CreateAsync(TransferBody body)
    {
        TransferOrder order = Order(farm.Find(body.PrinterId, body.HubId), body.Name, body.Size) with
        {
            Start = body.Start,
            Sha256 = body.Sha256,
            ExpiresAt = body.ExpiresAt,
            Plate = body.Plate,
            Filaments = body.Filaments,
        };
        hubs.Get(order.HubId).Online(CloudFeatures.FileStream);
        FileTransfer transfer = transfers.Add(order);
        return TypedResults.Created("/api/transfers/" + transfer.Id, ItemOf(TransferBook.RecordOf(transfer)));
    }

    private async Task<Accepted<TransferItem>> PutAsync(HttpContext context, string id)
    {
        FileTransfer transfer = transfers.Open(id) ?? throw CloudErrors.NotFound("There is no transfer " + id + " that waits for its content.");
        if (SizeOf(context.Request, transfer.Order.Size) != transfer.Order.Size)
        {
            throw CloudErrors.BadRequest("The content has " + context.Request.ContentLength + " bytes, and " + transfer.Order.Size + " were announced.");
        }

        return await PumpAsync(context, transfer);
    }

    private async Task<Ok<TransferList>> ListAsync(int? limit, CancellationToken cancel) =>
        TypedResults.Ok(new TransferList([.. (await transfers.ListAsync(Limits.Rows(limit), cancel)).Select(ItemOf)]));

    private async Task<Ok<TransferItem>> GetAsync(string id, CancellationToken cancel) => TypedResults.Ok(ItemOf(await transfers.StateAsync(id, cancel)));

    private async Task<Ok<TransferItem>> CancelAsync(string id, CancellationToken cancel)
    {
        await transfers.CancelAsync(id, hubs, cancel);
        return TypedResults.Ok(ItemOf(await transfers.StateAsync(id, cancel)));
    }

    private async Task<Accepted<TransferItem>> PumpAsync(HttpContext context, FileTransfer transfer)
    {
        // A file has no limit, and a printer may take a byte a second.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()!.MinDataRate = null;
        await TransferPump.RunAsync(transfer, hubs.Get(transfer.Order.HubId), context.Request.BodyReader, context.RequestAborted);
        return TypedResults.Accepted("/api/transfers/" + transfer.Id, ItemOf(TransferBook.RecordOf(transfer)));
    }

    private static TransferOrder Order(FarmPrinter printer, string name, long size) =>
        new() { HubId = printer.HubId, PrinterId = printer.Id, WireId = printer.WireId, FileName = name, Size = size };

    /// <summary>The length of the body: a printer must know it before the first byte.</summary>
    private static long SizeOf(HttpRequest request, long? announced) =>
        request.ContentLength ?? announced
        ?? throw new CloudException(StatusCodes.Status411LengthRequired, "length_required", "The file's length is not known: send it with Content-Length, or add ?size= with its bytes.");
}
