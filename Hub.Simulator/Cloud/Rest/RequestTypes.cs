using System.Collections.Generic;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>A request to a hub (docs/requests.md).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RequestBody
{
    [Description("The method, such as printers.test or history: docs/requests.md.")]
    public required string Method { get; init; }

    [Description("Its parameters, an object.")]
    public JsonElement? Params { get; init; }
}

/// <summary>A hub's answer.</summary>
internal sealed record RequestDone([property: Description("The result of the method.")] JsonElement Result);

/// <summary>A printer for a hub, with the keys of printers.json (docs/configuration.md). The cloud passes them on and keeps none.</summary>
internal sealed record PrinterBody
{
    [Description("The hub that gets it; may be left out where only one is known.")]
    public string? HubId { get; init; }

    [Description("Its id; without one, the hub chooses it.")]
    public string? Id { get; init; }

    [Description("The name that people give it.")]
    public string? Name { get; init; }

    [Description("octoprint, prusalink, moonraker or bambu.")]
    public required string Type { get; init; }

    [Description("The address of an octoprint, prusalink or moonraker.")]
    public string? Url { get; init; }

    [Description("The address of a bambu.")]
    public string? Host { get; init; }

    [Description("The serial number of a bambu.")]
    public string? Serial { get; init; }

    [Description("The access code of a bambu.")]
    public string? AccessCode { get; init; }

    [Description("The API key of an octoprint, prusalink or moonraker.")]
    public string? ApiKey { get; init; }

    [Description("The user of a prusalink or moonraker.")]
    public string? User { get; init; }

    [Description("The user's password.")]
    public string? Password { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>A printer that was configured.</summary>
internal sealed record PrinterDone(
    [property: Description("The hub.")] string HubId,
    [property: Description("The printer's id.")] string Id);
