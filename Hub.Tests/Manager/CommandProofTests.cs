using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

[TestClass]
public class CommandProofTests
{
    /// <summary>One letter per state in the order of <see cref="PrinterState"/>: d done, f failed, . still open.</summary>
    [TestMethod]
    // unknown, offline, idle, busy, preparing, printing, pausing, paused, resuming, cancelling, finished, cancelled, attention, error
    [DataRow(PrinterVerb.Pause, "..ff...d.fff.f")]
    [DataRow(PrinterVerb.Resume, "..ffdd...fdf.f")]
    [DataRow(PrinterVerb.Cancel, "..dd......dd.f")]
    [DataRow(PrinterVerb.Start, "....ddddd....f")]
    [DataRow(PrinterVerb.Gcode, "dddddddddddddd")]
    [DataRow(PrinterVerb.Light, "dddddddddddddd")]
    [DataRow(PrinterVerb.Speed, "dddddddddddddd")]
    [DataRow(PrinterVerb.ClearError, "dddddddddddddd")]
    [DataRow(PrinterVerb.EmergencyStop, "dddddddddddddd")]
    public void Judge_EveryState_GivesTheVerdict(PrinterVerb verb, string verdicts)
    {
        for (PrinterState state = PrinterState.Unknown; state <= PrinterState.Error; state++)
        {
            string? verdict = CommandProof.Judge(verb, PrinterState.Finished, state);
            char got = verdict == null ? '.' : verdict == CommandProof.Done ? 'd' : 'f';
            Assert.AreEqual(verdicts[(int)state], got, verb + " while " + state);
        }
    }

    [TestMethod]
    public void Judge_StartedAndFinishedBeforeAnybodyLooked_IsDone() =>
        Assert.AreEqual(CommandProof.Done, CommandProof.Judge(PrinterVerb.Start, PrinterState.Idle, PrinterState.Finished));

    [TestMethod]
    public void Judge_ErrorOfTheLastJobStillShown_WaitsForTheNewOne()
    {
        Assert.IsNull(CommandProof.Refuse(PrinterVerb.Start, PrinterState.Error, PrinterErrorCodes.PrintFailed));
        Assert.IsNull(CommandProof.Refuse(PrinterVerb.Gcode, PrinterState.Error, PrinterErrorCodes.PrintFailed));
        Assert.IsNotNull(CommandProof.Refuse(PrinterVerb.Start, PrinterState.Error, PrinterErrorCodes.Fault));
        Assert.IsNull(CommandProof.Judge(PrinterVerb.Start, PrinterState.Error, PrinterState.Error));
        Assert.AreEqual(CommandProof.Done, CommandProof.Judge(PrinterVerb.Start, PrinterState.Error, PrinterState.Printing));
    }

    /// <summary>One letter per state: y may be sent, n is refused.</summary>
    [TestMethod]
    [DataRow(PrinterVerb.Pause, "nnnnyyyyynnnnn")]
    [DataRow(PrinterVerb.Resume, "nnnnnnyynnnnyn")]
    [DataRow(PrinterVerb.Cancel, "nnnnyyyyyynnyn")]
    [DataRow(PrinterVerb.Start, "nnynnnnnnnyynn")]
    [DataRow(PrinterVerb.Gcode, "ynyyyyyyyyyyyn")]
    [DataRow(PrinterVerb.Light, "ynyyyyyyyyyyyy")]
    [DataRow(PrinterVerb.Speed, "ynyyyyyyyyyyyy")]
    [DataRow(PrinterVerb.ClearError, "yyyyyyyyyyyyyy")]
    [DataRow(PrinterVerb.EmergencyStop, "yyyyyyyyyyyyyy")]
    public void Refuse_EveryState_SaysWhetherItMakesSense(PrinterVerb verb, string answers)
    {
        for (PrinterState state = PrinterState.Unknown; state <= PrinterState.Error; state++)
        {
            char got = CommandProof.Refuse(verb, state, null) == null ? 'y' : 'n';
            Assert.AreEqual(answers[(int)state], got, verb + " while " + state);
        }
    }
}
