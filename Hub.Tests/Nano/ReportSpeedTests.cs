using System.Text;
using Hub.Core.Json;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>Time of one whole report, a figure for docs/board.md, and that it allocates nothing.</summary>
[TestClass]
public class ReportSpeedTests
{
    private const int Rounds = 500;
    private const int LeftBytes = 60000;

    private readonly byte[] _json = Encoding.UTF8.GetBytes(SampleReports.BambuX1);
    private readonly JsonReader _reader = new JsonReader(16);
    private readonly BambuReport _report = new BambuReport();
    private readonly PrinterStatus _status = new PrinterStatus();
    private readonly BambuModel _model = BambuModel.OfName("X1C");
    private BambuStatus? _filler;

    [TestMethod]
    public void Read_TokensOfAReport_AllocateNothing() => Measure("tokens of a report", ReadTokens);

    [TestMethod]
    public void Read_BambuReport_AllocatesNothing()
    {
        _filler = new BambuStatus(_status);
        Measure("a Bambu report into the status", ReadReport);
        Assert.AreEqual(57.0, _status.ProgressPercentage);
    }

    [TestMethod]
    public void Collected_WorkThatAllocates_IsSeen()
    {
        // The check itself: 1000 bytes a round are more than the heap has left.
        Assert.IsTrue(IsCollected(AllocateSome));
    }

    private static void AllocateSome() => s_last = new byte[1000];

    private static byte[]? s_last;

    private void ReadTokens()
    {
        _reader.Reset(_json, 0, _json.Length);
        while (_reader.Read() != JsonToken.End)
        {
            // Only the reader's own time counts.
        }
    }

    private void ReadReport()
    {
        _report.Read(_json, 0, _json.Length);
        _filler!.Fill(_report, _model, 0);
    }

    private void Measure(string what, Work work)
    {
        Cost.Time(what + ", " + _json.Length.ToString() + " bytes", Rounds, work);
        Assert.IsFalse(IsCollected(work), Rounds.ToString() + " rounds used up a heap with " + LeftBytes.ToString() + " bytes left");
    }

    /// <summary>True when this work, done often in a heap that is nearly full, makes the CLR collect.</summary>
    private static bool IsCollected(Work work) => Cost.RoundsToCollection(LeftBytes, Rounds, work) < Rounds;
}
