using System;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>What differs between the models.</summary>
public sealed record BambuModel
{
    private static readonly BambuModel[] s_all =
    [
        new()
        {
            Name = "P1S", Code = "C12", SerialPrefix = "01P", Firmware = "01.07.00.00", IdleStage = 255, MaxClients = 4, AmsUnits = 1,
            TakesCardUrl = true, RequiresSessionReuse = true, Modules = ["esp32:AP04", "mc:MC07", "th:TH07"],
        },
        new()
        {
            Name = "X1C", Code = "BL-P001", SerialPrefix = "00M", Firmware = "01.07.02.00", IdleStage = -1, MaxClients = 16, AmsUnits = 4,
            ReportsInFull = true, HasChamberSensor = true, TakesCardUrl = true, RequiresSessionReuse = true, NeedsMapping = true, CardPath = "/mnt/sdcard/", Modules = ["rv1126:AP05", "mc:MC07", "th:TH09"],
        },
        new()
        {
            Name = "A1", Code = "N2S", SerialPrefix = "039", Firmware = "01.04.00.00", IdleStage = 0, MaxClients = 4,
            TakesCardUrl = true, AllowsClearData = true, Modules = ["esp32:AP05", "mc:MC02", "th:TH01"], AnswersWithoutCommand = true,
        },
        new()
        {
            Name = "P2S", Code = "N7", SerialPrefix = "22E", Firmware = "01.02.00.00", IdleStage = -1, MaxClients = 16, AmsUnits = 1,
            ReportsInFull = true, HasChamberSensor = true, RequiresSessionReuse = true, NeedsMapping = true, Modules = ["ap:AP08", "mc:MC11", "th:TH11"],
            StartSeconds = 2.6, SkipsPrepare = true, StaleLayerSeconds = 1.5, CancelCodeSeconds = 4.6,
        },
        new()
        {
            Name = "H2D", Code = "O1D", SerialPrefix = "094", Firmware = "01.00.02.00", IdleStage = -1, MaxClients = 16, AmsUnits = 4,
            ReportsInFull = true, HasDevice = true, HasChamberSensor = true, RequiresSessionReuse = true, NeedsMapping = true, HasTwoNozzles = true, Modules = ["ap:AP07", "mc:MC10", "th:TH10"],
        },
    ];

    /// <summary>Their names, in the order of the help text.</summary>
    public static string[] Names => [.. s_all.Select(m => m.Name)];

    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in the firmware and in SSDP.</summary>
    public required string Code { get; init; }

    /// <summary>The first three characters of a serial.</summary>
    public required string SerialPrefix { get; init; }

    /// <summary>Its firmware version, older than those that require signed commands.</summary>
    public required string Firmware { get; init; }

    /// <summary>stg_cur while nothing is printed.</summary>
    public required int IdleStage { get; init; }

    /// <summary>Most clients of the broker at once; few on P1 and A1 (ha-bambulab #174), a guess on the others.</summary>
    public required int MaxClients { get; init; }

    /// <summary>Modules that get_version lists besides "ota", each name:hardware.</summary>
    public required string[] Modules { get; init; }

    /// <summary>Number of AMS units, four spools each; they make the report long.</summary>
    public int AmsUnits { get; init; }

    /// <summary>True when the whole object is sent every second; otherwise only after pushall, and changes in between.</summary>
    public bool ReportsInFull { get; init; }

    /// <summary>True when temperatures are also packed into device{}.</summary>
    public bool HasDevice { get; init; }

    /// <summary>True when chamber_temper is measured; otherwise it is always 5.</summary>
    public bool HasChamberSensor { get; init; }

    /// <summary>True when project_file accepts file:///sdcard/…; otherwise only ftp://.</summary>
    public bool TakesCardUrl { get; init; }

    /// <summary>True when project_file needs ams_mapping and ams_mapping2, even for the external spool.</summary>
    public bool NeedsMapping { get; init; }

    /// <summary>True for two nozzles with an external spool each: 254 is the left one's, 255 the right one's.</summary>
    public bool HasTwoNozzles { get; init; }

    /// <summary>Where gcode_file finds the card.</summary>
    public string CardPath { get; init; } = "/sdcard/";

    /// <summary>print_type without a job (as recorded: idle on P1 and A1, empty on the others).</summary>
    public string IdleType => ReportsInFull ? "" : "idle";

    /// <summary>True when replies to "print" commands do not name the command (A1 mini 01.07.02, sksat/bambu-rs docs/protocol.md).</summary>
    public bool AnswersWithoutCommand { get; init; }

    /// <summary>How long the previous job's end stays visible under the new name after project_file (P2S, recorded by a user).</summary>
    public double StartSeconds { get; init; }

    /// <summary>True when a job is RUNNING at once (P2S, recorded by a user).</summary>
    public bool SkipsPrepare { get; init; }

    /// <summary>How long layer_num is still the previous job's (P2S, recorded by a user).</summary>
    public double StaleLayerSeconds { get; init; }

    /// <summary>Delay between FAILED and the error code of a cancelled job (P2S, recorded by a user).</summary>
    public double CancelCodeSeconds { get; init; }

    /// <summary>True when a data connection must resume a TLS session (vsftpd's require_ssl_reuse).</summary>
    public bool RequiresSessionReuse { get; init; }

    /// <summary>True when a data connection may be unencrypted (PROT C).</summary>
    public bool AllowsClearData { get; init; }

    public string ProductName => "Bambu Lab " + Name;

    /// <summary>Errors: ConfigInvalid for a model that is not simulated.</summary>
    public static BambuModel Find(string name) =>
        Array.Find(s_all, m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new HubException(ErrorCode.ConfigInvalid, $"There is no virtual Bambu {OneLine.Of(name)}: there are {string.Join(", ", Names)}.");

    /// <summary>A serial that is visibly not a real one.</summary>
    public string SerialOf(int number) => $"{SerialPrefix}00A{number:D9}";
}
