using System;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Contracts;
using Hub.Tests.Support;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The contract over MQTT and FTPS, with plates of sliced projects.</summary>
public abstract class BambuContract : PrinterContract
{
    private static readonly TimeSpan s_downtime = TimeSpan.FromMilliseconds(300);

    protected override FleetOptions OnePrinter => new FleetOptions { Bambu = 1, BambuModel = Model };

    protected abstract string Model { get; }

    protected override string Extension => ".gcode.3mf";

    private VirtualBambu Bambu => (VirtualBambu)Printer;

    /// <summary>The screens show a project without its extensions.</summary>
    protected override string JobOf(string file) => file[..^Extension.Length];

    protected override IUploadSource PrintFile(int length) => new BytesSource(BambuProject.Make(plate: 1, length));

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
