using System.Collections.Generic;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>Extensions of the base protocol (docs/tunnel.md), as both sides announce them.</summary>
internal static class CloudFeatures
{
    public const string JobEvent = "job_event";
    public const string Claim = "claim";
    public const string PrinterList = "printer_list";
    public const string StatusDetails = "status_details";
    public const string Health = "hub_health";
    public const string Requests = "requests";
    public const string FileStream = "file_stream";
    public const string JobCancel = "job_cancel";
    public const string Gcode = "gcode";

    /// <summary>What this cloud announces in its welcome.</summary>
    public static IReadOnlyList<string> Announced { get; } = [JobEvent, Claim, PrinterList, StatusDetails, Health, Requests, FileStream, JobCancel, Gcode];
}
