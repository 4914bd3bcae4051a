using System;
using System.Globalization;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>The fields of one notice. Pure. Thread: any.</summary>
/// <param name="notice">The notice.</param>
/// <param name="printer">Its printer as it is now; null when it is gone.</param>
/// <param name="zone">Of the times in texts.</param>
internal sealed class WebhookFields(NoticeRecord notice, FarmPrinter? printer, TimeZoneInfo zone)
{
    /// <summary>A field by name; empty for what is not known.</summary>
    public string this[string field] => field switch
    {
        "summary" => Summary(),
        "kind" => notice.Kind,
        "printer" => Printer,
        "printer_id" => printer?.Id ?? notice.PrinterId,
        "hub" => notice.HubId,
        "job" => notice.Job ?? "",
        "error" => notice.Message ?? "",
        "error_code" => notice.ErrorCode ?? "",
        "time" => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(notice.AtMs), zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        "duration" => notice.DurationMs is long ms ? Duration(ms) : "",
        _ => "",
    };

    private string Printer => string.IsNullOrEmpty(printer?.Name) ? printer?.Id ?? notice.PrinterId : printer.Name;

    private string Job => notice.Job ?? "a job";

    private string Cause => notice.Message ?? notice.ErrorCode ?? "";

    private string Summary() => notice.Kind switch
    {
        "started" => $"{Printer}: {Job} started",
        "finished" => $"{Printer}: {Job} finished" + (notice.DurationMs is long ms ? " after " + Duration(ms) : ""),
        "cancelled" => $"{Printer}: {Job} was cancelled",
        "failed" => $"{Printer}: {Job} failed" + After(Cause),
        "ended" => $"{Printer}: {Job} ended, its outcome is not known",
        "error" or WebhookKinds.PrinterError => $"{Printer}: error" + After(Cause),
        "attention" or WebhookKinds.NeedsAttention => $"{Printer} needs a person" + After(Cause),
        "bed_cleared" => $"{Printer}: the bed was reported clear",
        WebhookKinds.Paused => $"{Printer} is paused" + (notice.Job == null ? "" : " in " + notice.Job) + After(Cause),
        WebhookKinds.Offline => $"{Printer} is offline during {Job}",
        WebhookKinds.ClearBed => $"{Printer}: clear the bed" + (notice.Job == null ? "" : " after " + notice.Job),
        "test" => "A test of the print farm's webhooks",
        _ => $"{Printer}: {notice.Kind}" + After(Cause),
    };

    private static string After(string cause) => cause.Length == 0 ? "" : ": " + cause;

    private static string Duration(long ms)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(ms);
        return span.TotalHours >= 1 ? $"{(long)span.TotalHours}h {span.Minutes}m" : span.TotalMinutes >= 1 ? $"{span.Minutes}m" : $"{span.Seconds}s";
    }
}
