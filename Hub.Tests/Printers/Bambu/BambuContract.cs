using System;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Contracts;
using Hub.Tests.Support;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The contract over MQTT and FTPS, with plates of sliced projects.</summary>
public abstract class BambuContract : PrinterContract
{
    /// <summary>A quarter of a real printer's time: reports prove every command here, and the tests wait for them.</summary>
    internal const int ReportMs = 250;

    private static readonly TimeSpan s_downtime = TimeSpan.FromMilliseconds(1500);

    protected override FleetOptions OnePrinter => new FleetOptions { Bambu = 1, BambuModel = Model, BambuFirstNumber = ClassSerials.Of(this), BambuReportMs = ReportMs };

    protected abstract string Model { get; }

    protected override int BasePort => 0;

    /// <summary>False for a model whose test prints plain G-code.</summary>
    protected virtual bool PrintsProjects => true;

    protected override string Extension => PrintsProjects ? ".gcode.3mf" : ".gcode";

    protected override int PrintSlot => 255;

    protected override string Loaded
    {
        get
        {
            string slots = "";
            for (int slot = 0; slot < BambuModel.Find(Model).AmsUnits * 4; slot += 4)
            {
                slots += $"{slot} PLA #FFFFFF 80%, {slot + 1} PETG-CF #161616 45%, {slot + 2} PLA #C12E1F, {slot + 3}{(slot == 0 ? "" : " ABS #0A2989")}, ";
            }

            return slots + (BambuModel.Find(Model).HasTwoNozzles ? "254 PLA #FFFFFF, 255 PLA #FFFFFF" : "255 PLA #FFFFFF");
        }
    }

    private VirtualBambu Bambu => (VirtualBambu)Printer;

    /// <summary>The screens show a project without its extensions.</summary>
    protected override string JobOf(string file) => PrintsProjects ? file[..^Extension.Length] : file;

    protected override IUploadSource PrintFile(int length, string head) =>
        PrintsProjects ? new BytesSource(BambuProject.Make(plate: 1, length, head)) : base.PrintFile(length, head);

    protected override void BreakNextUpload(long afterBytes) => Bambu.Faults = new VirtualBambuFaults { DropDataAfterBytes = afterBytes };

    protected override void LoseStartAnswer() => Bambu.Faults = new VirtualBambuFaults { LoseReplies = true };

    protected override void Misbehave(string fault) => Bambu.Faults = new VirtualBambuFaults { Broker = fault };

    protected override void Heal() => Bambu.Faults = VirtualBambuFaults.None;

    /// <summary>A printer restarts as a whole.</summary>
    protected override async Task RestartAsync(Action waitUntilLost)
    {
        Task rebooting = Bambu.RebootAsync(s_downtime);
        waitUntilLost();
        await rebooting;
    }
}
