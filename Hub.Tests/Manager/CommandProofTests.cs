using Hub.Core.Errors;
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
    [DataRow(PrinterVerb.Pause, "..ff...d.fffdf")]
    [DataRow(PrinterVerb.Resume, "..ffdd...fdf.f")]
    [DataRow(PrinterVerb.Cancel, "..dd......dd.f")]
    [DataRow(PrinterVerb.Gcode, "dddddddddddddd")]
    [DataRow(PrinterVerb.Light, "dddddddddddddd")]
    [DataRow(PrinterVerb.Speed, "dddddddddddddd")]
    [DataRow(PrinterVerb.ClearError, "dddddddddddddd")]
    [DataRow(PrinterVerb.EmergencyStop, "dddddddddddddd")]
    public void Judge_EveryState_GivesTheVerdict(PrinterVerb verb, string verdicts)
    {
        for (PrinterState state = PrinterState.Unknown; state <= PrinterState.Error; state++)
        {
            string? verdict = CommandProof.Judge(verb, state);
            char got = verdict == null ? '.' : verdict == CommandProof.Done ? 'd' : 'f';
            Assert.AreEqual(verdicts[(int)state], got, verb + " while " + state);
        }
    }

    [TestMethod]
    public void Refuse_ErrorOfTheLastJobStillShown_IsNoObstacle()
    {
        Assert.IsNull(CommandProof.Refuse(PrinterVerb.Start, PrinterState.Error, PrinterErrorCodes.PrintFailed));
        Assert.IsNull(CommandProof.Refuse(PrinterVerb.Gcode, PrinterState.Error, PrinterErrorCodes.PrintFailed));
        Assert.IsNotNull(CommandProof.Refuse(PrinterVerb.Start, PrinterState.Error, PrinterErrorCodes.Fault));
    }

    [TestMethod]
    public void Refuse_ClearError_WhereACodeIsShownInAnotherState_MakesSense() =>
        Assert.IsNull(CommandProof.Refuse(PrinterVerb.ClearError, PrinterState.Finished, "0500_4003"));

    [TestMethod]
    [DataRow(PrinterVerb.Start, PrinterState.Cancelled, ErrorCode.WrongState, 2000, true)]
    [DataRow(PrinterVerb.Start, PrinterState.Cancelled, ErrorCode.WrongState, 0, false)]
    [DataRow(PrinterVerb.Start, PrinterState.Idle, ErrorCode.Throttled, 2000, false)]
    [DataRow(PrinterVerb.Pause, PrinterState.Preparing, ErrorCode.WrongState, 0, true)]
    [DataRow(PrinterVerb.Pause, PrinterState.Printing, ErrorCode.WrongState, 0, false)]
    public void IsTooEarly_WaitsForWhatWillPass(PrinterVerb verb, PrinterState state, ErrorCode code, int retryAfterMs, bool waits) =>
        Assert.AreEqual(waits, CommandProof.IsTooEarly(verb, state, new HubException(code, "no") { RetryAfterMs = retryAfterMs }));

    /// <summary>One letter per state: y may be sent, n is refused.</summary>
    [TestMethod]
    [DataRow(PrinterVerb.Pause, "nnnnyyyyynnnnn")]
    [DataRow(PrinterVerb.Resume, "nnnnnnyynnnnyn")]
    [DataRow(PrinterVerb.Cancel, "nnnnyyyyyynnyn")]
    [DataRow(PrinterVerb.Start, "nnynnnnnnnyynn")]
    [DataRow(PrinterVerb.Gcode, "ynyyyyyyyyyyyn")]
    [DataRow(PrinterVerb.Light, "ynyyyyyyyyyyyy")]
    [DataRow(PrinterVerb.Speed, "ynyyyyyyyyyyyy")]
    [DataRow(PrinterVerb.ClearError, "nnnnnnnnnnnnyy")]
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
