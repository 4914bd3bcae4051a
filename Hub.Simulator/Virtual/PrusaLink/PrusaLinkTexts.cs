using System;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>Answers of both PrusaLinks that hold no state.</summary>
internal static class PrusaLinkTexts
{
    public static VirtualReply NoContent() => new() { Status = 204 };

    /// <summary>A refusal: JSON for clients that accept it, plain text for others. The connection closes when the request had a body.</summary>
    public static VirtualReply Error(HttpRequest request, int status, string title, string message)
    {
        bool isJson = request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);
        string text = isJson ? new JsonObject { ["title"] = title, ["message"] = message }.ToJsonString() : title + "\n\n" + message + "\n";
        return new VirtualReply
        {
            Status = status,
            ContentType = isJson ? "application/json" : "text/plain",
            Body = Encoding.UTF8.GetBytes(text),
            Close = request.ContentLength > 0,
        };
    }

    public static VirtualReply Conflict(HttpRequest request, string message) => Error(request, 409, "409: Conflict", message);

    public static VirtualReply NotFound(HttpRequest request) => Error(request, 404, "404: Not Found", "Not Found");

    /// <summary>/api/version of firmware 6.2 on an MK4; before v1 it named no capabilities.</summary>
    public static JsonObject BuddyVersion(bool hasV1)
    {
        JsonObject version = new()
        {
            ["api"] = "2.0.0",
            ["server"] = "2.1.2",
            ["nozzle_diameter"] = 0.4,
            ["text"] = "PrusaLink",
            ["hostname"] = "virtual-mk4",
        };
        if (hasV1)
        {
            version["capabilities"] = new JsonObject { ["upload-by-put"] = true };
        }

        return version;
    }

    /// <summary>/api/version of 0.8.1 beside an MK3S.</summary>
    public static JsonObject PythonVersion() => new()
    {
        ["api"] = "2.0.0",
        ["server"] = "0.8.1",
        ["original"] = "PrusaLink I3MK3S",
        ["text"] = "PrusaLink 0.8.1",
        ["firmware"] = "3.13.3-7094",
        ["sdk"] = "0.8.1",
        ["capabilities"] = new JsonObject { ["upload-by-put"] = true },
        ["hostname"] = "virtual-pi",
    };
}
