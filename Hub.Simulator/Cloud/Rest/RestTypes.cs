using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>The answer to a request that failed.</summary>
internal sealed record ErrorAnswer([property: Description("What went wrong.")] ErrorBody Error);

/// <summary>What went wrong.</summary>
internal sealed record ErrorBody(
    [property: Description("One word for programs.")] string Code,
    [property: Description("One line for people: what happened, and what to do.")] string Message);

/// <summary>The state of the cloud.</summary>
internal sealed record HealthAnswer(
    [property: Description("ok, or degraded when something does not work; problems lists it.")] string Status,
    [property: Description("What does not work, one line each.")] IReadOnlyList<string> Problems,
    [property: Description("The version of the cloud.")] string Version,
    [property: Description("Hubs that are connected.")] int Hubs,
    [property: Description("Printers that are known.")] int Printers);

/// <summary>All hubs.</summary>
internal sealed record HubList(IReadOnlyList<HubItem> Hubs);

/// <summary>One hub.</summary>
internal sealed record HubItem
{
    [Description("The hub's id.")]
    public required string Id { get; init; }

    [Description("The name that people gave it.")]
    public string? Name { get; init; }

    [Description("True while it is connected.")]
    public required bool Connected { get; init; }

    [Description("Since when it is connected.")]
    public DateTimeOffset? ConnectedSince { get; init; }

    [Description("When it was last connected.")]
    public DateTimeOffset? LastSeen { get; init; }

    [Description("The address it connects from.")]
    public string? Address { get; init; }

    [Description("The version of its firmware.")]
    public string? FirmwareVersion { get; init; }

    [Description("The extensions of the protocol that it supports.")]
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    [Description("The number of its printers.")]
    public required int Printers { get; init; }

    [Description("How often within 10 minutes a new connection replaced an open one. A number that grows means that two hubs use this id.")]
    public required int Duplicates { get; init; }

    [Description("Its last health report: memory, sockets, drops, reconnects, uptime.")]
    public JsonElement? Health { get; init; }
}

/// <summary>All printers.</summary>
internal sealed record PrinterList(IReadOnlyList<PrinterItem> Printers);

/// <summary>One printer: the object that status --json prints, and where it is. A value that is not known is absent.</summary>
internal sealed record PrinterItem
{
    [Description("The printer's id in its hub.")]
    public required string Id { get; init; }

    [Description("The name that people gave it.")]
    public string? Name { get; init; }

    [Description("octoprint, prusalink, moonraker or bambu.")]
    public string? Type { get; init; }

    [Description("False for a printer that is switched off in its hub.")]
    public required bool Enabled { get; init; }

    [Description("True while the hub reaches it and the cloud reaches the hub.")]
    public required bool Connected { get; init; }

    [Description("unknown, offline, idle, busy, preparing, printing, pausing, paused, resuming, cancelling, finished, cancelled, attention or error.")]
    public required string State { get; init; }

    [Description("The job's name.")]
    public string? Job { get; init; }

    public int? ProgressPercentage { get; init; }

    public int? RemainingTimeSeconds { get; init; }

    public int? CurrentLayer { get; init; }

    public int? TotalLayers { get; init; }

    public TemperaturesItem? Temperatures { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    [Description("True when the printer's certificate was checked.")]
    public bool? TlsVerified { get; init; }

    [Description("False until a person reported the bed clear after a print.")]
    public bool? BedClear { get; init; }

    [Description("Its name on the wire: the serial number for Bambu, otherwise the id.")]
    public required string PrinterId { get; init; }

    [Description("The hub that has it.")]
    public required string HubId { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>Temperatures in °C.</summary>
internal sealed record TemperaturesItem
{
    public double? Nozzle { get; init; }

    public double? NozzleTarget { get; init; }

    public double? Bed { get; init; }

    public double? BedTarget { get; init; }

    public double? Chamber { get; init; }
}

/// <summary>A command for a printer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CommandBody
{
    [Description("pause, resume, cancel, clear_bed, light_on or light_off; with a hub that supports requests, also light, speed, clear_error, estop and gcode.")]
    public required string Action { get; init; }

    [Description("For light: true or false.")]
    public bool? On { get; init; }

    [Description("For speed: 1 to 4.")]
    public int? Level { get; init; }

    [Description("For gcode: the lines.")]
    public IReadOnlyList<string>? Lines { get; init; }
}

/// <summary>A command that was done.</summary>
internal sealed record CommandDone(
    [property: Description("Always true: an error has another status.")] bool Success,
    [property: Description("The command's id, which job events name.")] string CommandId);
