using System.Text.Json;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Json;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>What of a printer's status says whether it needs a person.</summary>
internal sealed record AttentionView
{
    /// <summary>Its state (docs/status.md).</summary>
    public required string State { get; init; }

    /// <summary>True when the bed is known to wait.</summary>
    public bool IsBedOccupied { get; init; }

    /// <summary>The job, or null.</summary>
    public string? Job { get; init; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error's words, or null.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Reads it from the status as the cloud shows it.</summary>
    public static AttentionView Of(FarmPrinter printer)
    {
        if (printer.Json.IsEmpty)
        {
            return new AttentionView { State = printer.State };
        }

        using JsonDocument document = JsonDocument.Parse(printer.Json);
        JsonElement status = document.RootElement;
        return new AttentionView
        {
            State = printer.State,
            IsBedOccupied = status.Flag("bed_clear") == false,
            Job = status.Text("job"),
            ErrorCode = status.Text("error_code"),
            ErrorMessage = status.Text("error_message"),
        };
    }
}

/// <summary>A need that begins or is over.</summary>
/// <param name="Kind">One of <see cref="WebhookKinds.OfPrinters"/>.</param>
/// <param name="IsOn">True when it begins.</param>
internal sealed record AttentionChange(string Kind, bool IsOn);
