using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>A file that will be sent.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TransferBody
{
    [Description("The printer's id.")]
    public required string PrinterId { get; init; }

    [Description("Its hub, where several have a printer of this id.")]
    public string? HubId { get; init; }

    [Description("The file's name at the printer.")]
    public required string Name { get; init; }

    [Description("Its bytes.")]
    public required long Size { get; init; }

    [Description("Its SHA-256 in hex, which is checked before the print starts.")]
    public string? Sha256 { get; init; }

    [Description("True to print it.")]
    public bool Start { get; init; }

    [Description("When it is too late to start it, in Unix milliseconds.")]
    public long? ExpiresAt { get; init; }

    [Description("Bambu: the plate of a 3mf project, from 1.")]
    public int? Plate { get; init; }

    [Description("Bambu: the AMS slots of the file's filaments.")]
    public string? Filaments { get; init; }
}

/// <summary>Transfers, newest first.</summary>
internal sealed record TransferList(IReadOnlyList<TransferItem> Transfers);

/// <summary>The state of a transfer.</summary>
internal sealed record TransferItem
{
    [Description("Its id.")]
    public required string TransferId { get; init; }

    [Description("The hub.")]
    public required string HubId { get; init; }

    [Description("The printer's id.")]
    public required string PrinterId { get; init; }

    [Description("The file's name.")]
    public required string Name { get; init; }

    [Description("The file's bytes.")]
    public required long Size { get; init; }

    [Description("downloading, uploading, complete, failed or cancelled.")]
    public required string Stage { get; init; }

    [Description("How much of it the printer has, 0 to 100.")]
    public required int ProgressPercentage { get; init; }

    [Description("True once its print is known to have begun.")]
    public required bool Started { get; init; }

    [Description("Why it failed, one line.")]
    public string? Error { get; init; }

    [Description("Why it failed, one word.")]
    public string? ErrorCode { get; init; }

    [Description("When it was asked for.")]
    public required DateTimeOffset Created { get; init; }

    [Description("When something about it last changed.")]
    public required DateTimeOffset Updated { get; init; }
}
