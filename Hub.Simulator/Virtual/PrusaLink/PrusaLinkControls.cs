using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>Head, tool and bed commands of the Python PrusaLink (prusa/link/web/controls.py; texts of prusa/link/conditions.py). Thread: any.</summary>
internal static class PrusaLinkControls
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Answers POST /api/printer/{part}.</summary>
    public static async Task<VirtualReply> RunAsync(VirtualPrusaLink printer, HttpRequest request, string part)
    {
        JsonObject? body = await ReadJsonAsync(request).ConfigureAwait(false);
        string command = body?["command"]?.ToString() ?? "";
        string? gcode = (part, command) switch
        {
            ("tool", "target") => "M104 S" + body!["targets"]?["tool0"],
            ("bed", "target") => "M140 S" + body!["target"],
            ("printhead", "home") => "G28 " + body!["axes"]?.ToJsonString(),
            ("printhead", "jog") => $"G1 F{body!["feedrate"]} X{body["x"]} Y{body["y"]} Z{body["z"]}",
            ("printhead" or "tool" or "bed", _) => "",
            _ => null,
        };
        if (gcode == null || body == null)
        {
            return PrusaLinkTexts.NotFound(request);
        }

        bool isHot = double.TryParse((body["target"] ?? body["targets"]?["tool0"])?.ToString(), out double celsius) && celsius > (part == "bed" ? 125 : 305);
        if (isHot)
        {
            return PrusaLinkTexts.Error(request, 400, "Temperature too high", "Desired temperature is too high");
        }

        if (part == "printhead" && printer.Read().IsActive)
        {
            return PrusaLinkTexts.Error(request, 400, "Can't move axis", "Can't move axis in current state");
        }

        if (gcode.Length > 0)
        {
            printer.Machine.SendGcode(gcode);
        }

        return PrusaLinkTexts.NoContent();
    }

    private static async Task<JsonObject?> ReadJsonAsync(HttpRequest request)
    {
        if (request.ContentLength is not (> 0 and <= MaxBodyBytes))
        {
            return null;
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
