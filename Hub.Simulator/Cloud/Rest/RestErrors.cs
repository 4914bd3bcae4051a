using System;
using System.IO;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>Makes an answer of every exception: {"error":{"code","message"}}. The first in the pipeline. Thread: any.</summary>
internal static class RestErrors
{
    private const string LogArea = "cloud";

    /// <summary>Runs the rest of the pipeline.</summary>
    public static async Task HandleAsync(HttpContext context, RequestDelegate next, Log log)
    {
        try
        {
            await next(context);
            await ExplainAsync(context);
        }
        catch (CloudException e)
        {
            await WriteAsync(context, e.Status, e.Code, e.Message);
        }
        catch (HubException e)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, ErrorCodes.Name(e.Code), e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, "bad_request", BodyFaults.Explain(e));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // The asker is gone.
        }
        catch (Exception e)
        {
            log.Error(LogArea, context.Request.Method + " " + context.Request.Path + " failed: " + e);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "internal", "The cloud failed; its log has the reason.");
        }
    }

    /// <summary>Writes an error, unless an answer has begun.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.Body.WriteAsync(WireJson.Write(
                json =>
                {
                    json.WriteStartObject("error");
                    json.WriteString("code", code);
                    json.WriteString("message", message);
                    json.WriteEndObject();
                },
                WireJson.Plain));
        }
    }

    /// <summary>Says what a status of ASP.NET's own means.</summary>
    private static Task ExplainAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest =>
            WriteAsync(context, StatusCodes.Status400BadRequest, "bad_request", "A parameter in the address has a value of the wrong type: /openapi/v1.json describes them."),
        StatusCodes.Status404NotFound =>
            WriteAsync(context, StatusCodes.Status404NotFound, "not_found", "There is nothing at " + context.Request.Path + ": /openapi/v1.json describes the API."),
        StatusCodes.Status405MethodNotAllowed =>
            WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "bad_request", context.Request.Path + " does not support " + context.Request.Method + "."),
        StatusCodes.Status415UnsupportedMediaType =>
            WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "bad_request", IsFile(context.Request.Path)
                ? "Send the file as it is, with Content-Type: application/octet-stream or none (curl -T FILE)."
                : "The body must be JSON, with Content-Type: application/json."),
        _ => Task.CompletedTask,
    };

    private static bool IsFile(PathString path) =>
        path.Value!.EndsWith("/files", StringComparison.OrdinalIgnoreCase) || path.Value!.EndsWith("/content", StringComparison.OrdinalIgnoreCase);
}
