using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Where filaments come from, in the numbers that the firmware accepts, by model.</summary>
[TestClass]
public sealed class BambuFilamentTests
{
    private const int NotKnown = -1;
    private const int Unused = StartOptions.UnusedFilament;
    private const int Any = StartOptions.AnyNozzle;
    private const int Left = StartOptions.LeftNozzle;
    private const int Right = StartOptions.RightNozzle;

    [TestMethod]
    [DataRow("A1")]
    [DataRow("A1 mini")]
    [DataRow("A2L")]
    [DataRow("P1P")]
    [DataRow("P1S")]
    [DataRow("P2S")]
    [DataRow("X1C")]
    [DataRow("X1E")]
    [DataRow("H2S")]
    [DataRow("something new")]
    public void Off_OneNozzle_IsTheSpoolForEveryUsedFilament(string model)
    {
        AssertIs(Off(model), false, "-1:255/0");
        AssertIs(Off(model, Any, Unused, Any), false, "-1:255/0 -1:255/255 -1:255/0");
        AssertIs(Off(model, Left, Right), false, "-1:255/0 -1:255/0");
    }

    [TestMethod]
    [DataRow("H2D")]
    [DataRow("H2D Pro")]
    [DataRow("H2C")]
    [DataRow("X2D")]
    public void Off_TwoNozzles_IsTheSpoolOfEachFilamentsNozzle(string model)
    {
        AssertIs(Off(model), false, "-1:255/0");
        AssertIs(Off(model, Unused, Unused, Unused, Right), false, "-1:255/255 -1:255/255 -1:255/255 -1:255/0");
        AssertIs(Off(model, Left, Any, Right), false, "-1:254/0 -1:255/0 -1:255/0");
    }

    [TestMethod]
    [DataRow("P1S", "254", "-1:255/0")]
    [DataRow("P1S", "255", "-1:255/0")]
    [DataRow("A1 mini", "254,255", "-1:255/0 -1:255/0")]
    [DataRow("H2S", "254", "-1:255/0")]
    [DataRow("H2D", "254", "-1:254/0")]
    [DataRow("X2D", "255", "-1:255/0")]
    [DataRow("something new", "255", "-1:255/0")]
    public void Slots_ExternalSpoolAlone_UsesNoChanger(string model, string slots, string expected) => AssertIs(Of(model, slots), false, expected);

    [TestMethod]
    [DataRow("P1S", "0", "0:0/0")]
    [DataRow("X1C", "15,-1,5", "15:3/3 -1:255/255 5:1/1")]
    [DataRow("X1E", "128,135", "128:128/0 135:135/0")]
    [DataRow("A1", "3", "3:0/3")]
    [DataRow("H2D", "0,254", "0:0/0 -1:254/0")]
    [DataRow("H2D Pro", "128,255,4", "128:128/0 -1:255/0 4:1/0")]
    [DataRow("H2C", "2,3", "2:0/2 3:0/3")]
    [DataRow("P1S", "0,254", "0:0/0 -1:255/0")]
    [DataRow("A2L", "24,27", "0:16/0 3:16/3")]
    [DataRow("A2L", "64,67", "0:16/0 3:16/3")]
    [DataRow("A2L", "0,5", "0:0/0 5:1/1")]
    public void Slots_OfAChanger_AreUnitAndSlot(string model, string slots, string expected) => AssertIs(Of(model, slots), true, expected);

    [TestMethod]
    [DataRow("P1S", "16")]
    [DataRow("P1S", "24")]
    [DataRow("X1C", "64")]
    [DataRow("H2D", "27")]
    [DataRow("A2L", "28")]
    [DataRow("A2L", "68")]
    [DataRow("P1S", "127")]
    [DataRow("P1S", "136")]
    [DataRow("H2D", "253")]
    [DataRow("H2D", "256")]
    [DataRow("H2D", "512")]
    [DataRow("P1S", "-2")]
    [DataRow("something new", "254")]
    public void Slots_ThatAreNone_AreRefused(string model, string slots) => Refuses(model, slots, null, NotKnown);

    [TestMethod]
    public void Slots_SpoolOfTheOtherNozzle_IsRefused()
    {
        Assert.Contains("255", Refuses("H2D", "-1,254", [Unused, Right], NotKnown));
        Assert.Contains("254", Refuses("X2D", "255", [Left], NotKnown));
        AssertIs(OfPlate("H2D", "254,255", Left, Right), false, "-1:254/0 -1:255/0");
    }

    [TestMethod]
    public void Slots_FilamentWithoutOne_IsRefusedUnlessThePlateDoesNotUseIt()
    {
        Assert.Contains("filament 2", Refuses("P1S", "0,-1", [Any, Any], NotKnown));
        Assert.Contains("filament 3", Refuses("P1S", "0,1", [Any, Any, Any], NotKnown));
        AssertIs(OfPlate("P1S", "0", Any, Unused, Unused), true, "0:0/0 -1:255/255 -1:255/255");
        AssertIs(OfPlate("P1S", "-1,1", Unused, Any), true, "-1:255/255 1:0/1");
        AssertIs(OfPlate("P1S", "0,-1,2", Any), true, "0:0/0 -1:255/255 2:0/2");
    }

    [TestMethod]
    public void Auto_TakesTheSlotsInOrder()
    {
        StartOptions options = new() { UseAms = true };
        AssertIs(BambuFilament.Of(BambuModel.OfName("P1S"), options, NotKnown, 0), true, "0:0/0");
        options.Filaments = [Any, Unused, Any];
        AssertIs(BambuFilament.Of(BambuModel.OfName("P1S"), options, NotKnown, 0), true, "0:0/0 -1:255/255 2:0/2");
        Assert.AreEqual(ErrorCode.Refused, Assert.ThrowsExactly<HubException>(() => BambuFilament.Of(BambuModel.OfName("H2D"), options, NotKnown, 0)).Code);
    }

    [TestMethod]
    public void Nozzles_OfAModelThatIsNotKnown_AreThoseThatThePrinterReports()
    {
        BambuModel model = BambuModel.OfName("something new");
        AssertIs(BambuFilament.Of(model, Options("254"), NotKnown, 1), false, "-1:255/0");
        AssertIs(BambuFilament.Of(model, Options("254,255"), NotKnown, 2), false, "-1:254/0 -1:255/0");
        AssertIs(BambuFilament.Of(model, new StartOptions { Filaments = [Left] }, NotKnown, 2), false, "-1:254/0");
        Assert.ThrowsExactly<HubException>(() => BambuFilament.Of(model, new StartOptions { UseAms = true }, NotKnown, 2));
        AssertIs(BambuFilament.Of(BambuModel.OfName("P1S"), Options("254"), NotKnown, 2), false, "-1:255/0");
    }

    [TestMethod]
    public void Units_ThatThePrinterReports_AreTheOnesThereAre()
    {
        int units = Mask(0, 2, 128);
        AssertIs(Of("X1C", "3,8,128", units), true, "3:0/3 8:2/0 128:128/0");
        Assert.Contains("no AMS unit with slot 4", Refuses("X1C", "4", null, units));
        Assert.Contains("no AMS unit with slot 129", Refuses("X1C", "129", null, units));
        Assert.Contains("reports no AMS", Refuses("P1S", "0", null, 0));
        AssertIs(Of("P1S", "254", 0), false, "-1:255/0");

        AssertIs(Of("A2L", "0,3", Mask(16)), true, "0:16/0 3:16/3");
        AssertIs(Of("A2L", "0,24", Mask(0, 16)), true, "0:0/0 0:16/0");
        Assert.Contains("slot 24", Refuses("A2L", "24", null, Mask(0)));
    }

    [TestMethod]
    public void Units_ExistBits_TakeAwayWhatIsGone()
    {
        // The sets and bits of recorded reports lose nothing.
        AssertStay(0x17, 0, 1, 2, 128);
        AssertStay(0x11, 0, 128);
        AssertStay(0x1000, 16);
        AssertStay(0x3f, 0, 1, 2, 3, 128, 129);
        AssertStay(0x1, 128);

        Assert.AreEqual(Mask(1, 129), BambuUnits.Present(Mask(0, 1, 128, 129), 0x22));
        Assert.AreEqual(Mask(16), BambuUnits.Present(Mask(0, 16), 0x1000));
        Assert.AreEqual(0, BambuUnits.Present(Mask(0, 16, 128), 0));
    }

    [TestMethod]
    [DataRow("01P00A000000001", "a.gcode.3mf", "24", ErrorCode.Refused)]
    [DataRow("03900A000000001", "a.gcode", "", ErrorCode.BadFileType)]
    [DataRow("01P00A000000001", "a.gcode", "0", ErrorCode.Refused)]
    [DataRow("01P00A000000001", "a.gcode.3mf", "0,254", ErrorCode.None)]
    [DataRow("99Z00A000000001", "a.gcode.3mf", "254", ErrorCode.None)]
    [DataRow("99Z00A000000001", "a.gcode", "", ErrorCode.None)]
    public void Check_BeforeAnUpload_KnowsWhatTheModelDecides(string serial, string name, string slots, ErrorCode expected)
    {
        PrinterConfig config = new() { Serial = serial };
        StartOptions options = slots.Length == 0 ? new StartOptions() : Options(slots);
        if (expected == ErrorCode.None)
        {
            BambuStartCheck.Check(config, name, options);
            return;
        }

        Assert.AreEqual(expected, Assert.ThrowsExactly<HubException>(() => BambuStartCheck.Check(config, name, options)).Code);
    }

    [TestMethod]
    [DataRow("31B00A000000001", "H2C")]
    [DataRow("20P90A000000001", "X2D")]
    [DataRow("26A19A000000001", "A2L")]
    [DataRow("23900A000000001", "H2DPRO")]
    [DataRow("22E00A000000001", "P2S")]
    public void OfSerial_NewerModels_AreKnown(string serial, string name) => Assert.AreEqual(name, BambuModel.OfSerial(serial).Name);

    private static void AssertStay(int bits, params int[] units) => Assert.AreEqual(Mask(units), BambuUnits.Present(Mask(units), bits));

    private static int Mask(params int[] units) => units.Aggregate(0, (mask, unit) => BambuUnits.With(mask, unit));

    private static StartOptions Options(string slots) => new() { UseAms = true, AmsMapping = [.. slots.Split(',').Select(int.Parse)] };

    private static BambuFilament Off(string model, params int[] filaments) =>
        BambuFilament.Of(BambuModel.OfName(model), new StartOptions { Filaments = filaments.Length == 0 ? null : filaments }, NotKnown, 0);

    private static BambuFilament Of(string model, string slots, int units) => BambuFilament.Of(BambuModel.OfName(model), Options(slots), units, 0);

    private static BambuFilament Of(string model, string slots) => Of(model, slots, NotKnown);

    private static BambuFilament OfPlate(string model, string slots, params int[] filaments)
    {
        StartOptions options = Options(slots);
        options.Filaments = filaments;
        return BambuFilament.Of(BambuModel.OfName(model), options, NotKnown, 0);
    }

    private static string Refuses(string model, string slots, int[]? filaments, int units)
    {
        StartOptions options = Options(slots);
        options.Filaments = filaments;
        HubException error = Assert.ThrowsExactly<HubException>(() => BambuFilament.Of(BambuModel.OfName(model), options, units, 0));
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        return error.Message;
    }

    private static void AssertIs(BambuFilament filament, bool usesChanger, string expected)
    {
        IEnumerable<string> entries = filament.Numbers.Select((number, i) => $"{number}:{filament.Units[i]}/{filament.Slots[i]}");
        Assert.AreEqual(expected, string.Join(' ', entries));
        Assert.AreEqual(usesChanger, filament.UsesChanger);
    }
}
