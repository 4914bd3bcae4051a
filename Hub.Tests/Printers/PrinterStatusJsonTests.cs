using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

[TestClass]
public sealed class PrinterStatusJsonTests
{
    [TestMethod]
    public void Write_EverythingKnown_HasEveryMember()
    {
        PrinterStatus status = new()
        {
            State = PrinterState.Printing, IsConnected = true, Job = "cube \"1\".gcode", ProgressPercentage = 45.67, RemainingTimeSeconds = 0,
            CurrentLayer = 3, TotalLayers = 9, Nozzle = 214.84, NozzleTarget = 215, Bed = 60, BedTarget = 0, Chamber = 31.5,
            ErrorCode = "printer_error", ErrorMessage = "runout", TlsVerified = true,
        };

        Assert.AreEqual(
            """{"id":"octo-1","type":"octoprint","connected":true,"state":"printing","job":"cube \"1\".gcode","progress_percentage":45.7,"remaining_time_seconds":0,"current_layer":3,"total_layers":9,"temperatures":{"nozzle":214.8,"nozzle_target":215,"bed":60,"bed_target":0,"chamber":31.5},"error_code":"printer_error","error_message":"runout","tls_verified":true}""",
            Written(status));
    }

    [TestMethod]
    public void Write_NothingKnown_LeavesTheMembersOut() =>
        Assert.AreEqual(
            """{"id":"octo-1","type":"octoprint","connected":false,"state":"unknown","tls_verified":false}""", Written(new PrinterStatus()));

    [TestMethod]
    public void Write_Filaments_TellsEmptyUnknownAndKnownApart()
    {
        PrinterStatus status = new();
        Filament known = status.Filaments.Add(4)!;
        known.IsEmpty = TriState.No;
        known.Type = "PLA";
        known.Colors = ["#FF0000", "#00FF0080"];
        known.RemainingPercent = 0;
        known.Nozzle = "left";
        known.IsActive = TriState.Yes;
        status.Filaments.Add(128)!.IsEmpty = TriState.Yes;
        status.Filaments.Add(129)!.IsEmpty = TriState.No;
        status.Filaments.Add(255);

        Assert.AreEqual(
            """{"id":"octo-1","type":"octoprint","connected":false,"state":"unknown","filaments":[{"slot":4,"empty":false,"type":"PLA","color":"#FF0000","colors":["#FF0000","#00FF0080"],"remaining":0,"nozzle":"left","active":true},{"slot":128,"empty":true},{"slot":129,"empty":false},{"slot":255}],"tls_verified":false}""",
            Written(status));
    }

    private static string Written(PrinterStatus status)
    {
        JsonWriter writer = new(64, 4096);
        PrinterStatusJson.Write(writer, "octo-1", "octoprint", status);
        return writer.ToString();
    }
}
