using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>
/// Every report of a folder of recordings: the one that HUB_BAMBU_REPORTS names, else our own. A file holds one message
/// or, as pybambu's samples, several under names such as "pushall" and "get_version".
/// </summary>
[TestClass]
public sealed class BambuRecordedTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Read_RecordedReports_ArePlausible()
    {
        string? named = Environment.GetEnvironmentVariable("HUB_BAMBU_REPORTS");
        string folder = string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, "Data") : named;
        string[] files = [.. Directory.GetFiles(folder, string.IsNullOrEmpty(named) ? "bambu-*.json" : "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.IsNotEmpty(files, folder);
        foreach (string file in files)
        {
            Check(file);
        }
    }

    private static List<byte[]> Messages(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        JsonNode? document;
        try
        {
            document = JsonNode.Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (System.Text.Json.JsonException)
        {
            // A log: one message a line.
            return [.. File.ReadLines(file).Where(line => line.StartsWith('{')).Select(Encoding.UTF8.GetBytes)];
        }

        JsonObject root = document!.AsObject();
        while (root.Count == 1 && !root.ContainsKey("print") && !root.ContainsKey("info") && root.Single().Value is JsonObject inner)
        {
            // ha-bambulab's diagnostics hold all under "data".
            root = inner;
        }

        if (root.ContainsKey("print") || root.ContainsKey("info"))
        {
            return [bytes];
        }

        // The status before the version, as a client asks for them; some recordings leave "print" or "info" out.
        List<byte[]> messages = [];
        foreach ((string _, JsonNode? value) in root.OrderBy(pair => pair.Key == "get_version").Prepend(new KeyValuePair<string, JsonNode?>("", root)))
        {
            if (value is JsonObject message && Wrapped(message) is string json)
            {
                messages.Add(Encoding.UTF8.GetBytes(json));
            }
        }

        return messages;
    }

    private static string? Wrapped(JsonObject message)
    {
        string json = message.ToJsonString();

        // A status may hold an "info" of its own.
        if (message.ContainsKey("gcode_state"))
        {
            return "{\"print\":" + json + "}";
        }

        if (message.ContainsKey("print") || message.ContainsKey("info"))
        {
            return json;
        }

        return message.ContainsKey("module") ? "{\"info\":" + json + "}" : null;
    }

    private void Check(string file)
    {
        string name = Path.GetFileName(file);
        BambuReport report = new();
        PrinterStatus status = new();
        BambuStatus filler = new(status);
        List<byte[]> messages = Messages(file);
        Assert.IsNotEmpty(messages, name + " holds no message");
        bool hasStatus = false;
        foreach (byte[] message in messages)
        {
            BambuMessageKind kind = report.Read(message, 0, message.Length);
            Assert.AreNotEqual(BambuMessageKind.Other, kind, name);
            hasStatus |= kind == BambuMessageKind.Status;
        }

        BambuModel model = BambuModel.OfName(report.ModelName);
        filler.Fill(report, model, 0);
        TestContext.WriteLine(
            $"{name}: {messages.Sum(m => m.Length)} bytes, model {(model.IsKnown ? model.Name : report.ModelName ?? "?")}, firmware {report.Firmware ?? "?"}, "
            + $"{PrinterStates.Name(status.State)}, job '{status.Job}', {status.ProgressPercentage} %, {status.RemainingTimeSeconds} s, layer {status.CurrentLayer}/{status.TotalLayers}, "
            + $"nozzle {status.Nozzle}/{status.NozzleTarget}, bed {status.Bed}/{status.BedTarget}, chamber {status.Chamber}, error {status.ErrorCode} {status.ErrorMessage}, signed {report.Values.NeedsSigning}");
        CheckFilaments(name, status.Filaments);
        if (!hasStatus)
        {
            return;
        }

        Assert.IsTrue(report.Values.IsFull, name + ": a recording begins with a full report");
        Assert.AreNotEqual(PrinterState.Unknown, status.State, name);
        Assert.IsTrue(status.Nozzle is > -50 and < 400, name + " nozzle");
        Assert.IsTrue(status.NozzleTarget is >= 0 and < 400, name + " nozzle target");
        Assert.IsTrue(status.Bed is > -50 and < 200, name + " bed");
        Assert.IsTrue(status.BedTarget is >= 0 and < 200, name + " bed target");
        Assert.IsFalse(status.Chamber is <= -50 or >= 120, name + " chamber");
        Assert.IsTrue(status.RemainingTimeSeconds is >= -1 and < 30 * 24 * 3600, name + " time left");
        Assert.IsTrue(status.TotalLayers == -1 || status.CurrentLayer <= status.TotalLayers, name + " layers");
        bool hasJob = PrinterStates.HasJob(status.State);
        Assert.IsFalse(hasJob && double.IsNaN(status.ProgressPercentage), name + ": a job has progress");
        Assert.IsFalse(hasJob && status.Job == null, name + ": a job has a name");
        Assert.IsFalse(status.ErrorCode != null && status.ErrorMessage == null, name + ": a code has words");
    }

    private void CheckFilaments(string name, FilamentReadings filaments)
    {
        int last = -1;
        for (int i = 0; i < filaments.Count; i++)
        {
            Filament filament = filaments[i];
            string colors = filament.Colors == null ? "" : string.Join('/', filament.Colors);
            TestContext.WriteLine($"  {filament.Slot}: empty {filament.IsEmpty}, {filament.Type} {colors} {filament.RemainingPercent} %, nozzle {filament.Nozzle}, active {filament.IsActive}");
            Assert.IsGreaterThan(last, filament.Slot, name + ": slots in order");
            last = filament.Slot;
            BambuFilament.CheckNumber(filament.Slot);
            Assert.IsFalse(filament.IsEmpty == TriState.Yes && (filament.Type != null || filament.IsActive == TriState.Yes), name);
            Assert.IsFalse(filament.Type == null && filament.Colors != null, name);
        }
    }
}
