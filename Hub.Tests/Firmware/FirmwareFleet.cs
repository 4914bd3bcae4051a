using Hub.Simulator.Virtual;
using Hub.Tests.Support;

namespace Hub.Tests.Firmware;

/// <summary>Fleets for the firmware.</summary>
internal static class FirmwareFleet
{
    /// <summary>A model that accepts uploads without session reuse, which the board cannot do (docs/bambu.md).</summary>
    private const string Model = "A1";

    /// <summary>This many of each system.</summary>
    public static FleetOptions Of(object test, int octoPrint, int prusaLink, int moonraker, int bambu, double speed = 1) => new()
    {
        OctoPrint = octoPrint, PrusaLink = prusaLink, Moonraker = moonraker, Bambu = bambu, BambuModel = Model, BambuFirstNumber = ClassSerials.Of(test), Speed = speed,
    };
}
