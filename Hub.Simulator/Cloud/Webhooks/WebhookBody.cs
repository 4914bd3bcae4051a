using System;
using System.Text;
using System.Text.Json;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>The body of a webhook in its target's format. Pure. Thread: any.</summary>
internal static class WebhookBody
{
    /// <summary>Longest text, in characters. Discord refuses more than 2,000.</summary>
    private const int MaxText = 1500;

    /// <summary>The type of the body.</summary>
    public static string ContentType(WebhookTarget target) =>
        target.Format is WebhookFormat.Text or WebhookFormat.Ntfy ? "text/plain; charset=utf-8" : "application/json";

    /// <summary>The body. The bytes are the caller's.</summary>
    /// <param name="target">For this target.</param>
    /// <param name="notice">What it reports.</param>
    /// <param name="printer">The printer as it is now; null when it is gone.</param>
    /// <param name="zone">Of the times in texts.</param>
    public static ReadOnlyMemory<byte> Of(WebhookTarget target, NoticeRecord notice, FarmPrinter? printer, TimeZoneInfo zone)
    {
        WebhookFields fields = new(notice, printer, zone);
        string text = Cut(target.Text.Fill(f => fields[f]));
        return target.Format switch
        {
            WebhookFormat.Text or WebhookFormat.Ntfy => Encoding.UTF8.GetBytes(text),
            WebhookFormat.Slack => WireJson.Write(w => w.WriteString("text", ForSlack(text))),
            WebhookFormat.Discord => WireJson.Write(w => Discord(w, text)),
            WebhookFormat.Body => Encoding.UTF8.GetBytes(target.Body!.Fill(f => JsonEncodedText.Encode(f == "text" ? text : fields[f]).ToString())),
            _ => WireJson.Write(w => All(w, notice, fields, text)),
        };
    }

    /// <summary>The three characters that Slack's texts give a meaning (https://docs.slack.dev/messaging/formatting-message-text/).</summary>
    private static string ForSlack(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A file's name must not call everybody: no mentions.</summary>
    private static void Discord(Utf8JsonWriter writer, string text)
    {
        writer.WriteString("content", text);
        writer.WriteStartObject("allowed_mentions");
        writer.WriteStartArray("parse");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void All(Utf8JsonWriter writer, NoticeRecord notice, WebhookFields fields, string text)
    {
        writer.WriteString("kind", notice.Kind);
        writer.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(notice.AtMs).UtcDateTime);
        writer.WriteString("hub_id", notice.HubId);
        writer.WriteString("printer_id", fields["printer_id"]);
        writer.WriteString("printer", fields["printer"]);
        Optional(writer, "job", notice.Job);
        Optional(writer, "error_code", notice.ErrorCode);
        Optional(writer, "error_message", notice.Message);
        if (notice.DurationMs is long ms)
        {
            writer.WriteNumber("duration_seconds", ms / 1000);
        }

        writer.WriteString("text", text);
    }

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value != null)
        {
            writer.WriteString(name, value);
        }
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)];
}
