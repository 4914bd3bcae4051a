using Hub.Simulator.Virtual;

namespace Hub.Tests.Contracts;

/// <summary>The contract for systems that speak HTTP: one set of faults for all.</summary>
public abstract class HttpPrinterContract : PrinterContract
{
    /// <summary>Begins the path of an upload's own request, where others come before it.</summary>
    protected virtual string? UploadPath => null;

    /// <summary>Begins the path of the request that starts a print.</summary>
    protected abstract string StartPath { get; }

    protected override void BreakNextUpload(long afterBytes) =>
        SetFaults(new VirtualFaults { DropAfterBytes = afterBytes, Path = UploadPath, Count = 1 });

    protected override void LoseStartAnswer() => SetFaults(new VirtualFaults { LoseAnswer = true, Path = StartPath, Count = 1 });

    protected override void Misbehave(string fault) => SetFaults(fault switch
    {
        "garbage" => new VirtualFaults { Garbage = true },
        "drop" => new VirtualFaults { Drop = true },
        "half" => new VirtualFaults { HalfResponse = true },
        "error" => new VirtualFaults { ErrorStatus = 500 },
        _ => new VirtualFaults { NotHttp = true },
    });

    protected override void Heal() => SetFaults(VirtualFaults.None);

    private void SetFaults(VirtualFaults faults) => ((VirtualHttpPrinter)Printer).Faults = faults;
}
