using System;
using System.Text;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>What is asked of Spoolman, and what its answers say.</summary>
[TestClass]
public sealed class MoonrakerSpoolTests
{
    private const long Minute = 60_000;

    // moonraker docs/external_api/integrations.md, "Example Success Response (Version 2)"
    private const string Documented =
        """{"response":{"id":2,"registered":"2023-11-23T12:18:31Z","first_used":"2023-11-22T12:17:56.123000Z","filament":{"id":2,"name":"Reactor Red","vendor":{"id":2,"name":"Fusion"},"material":"PLA","price":25,"density":1.24,"diameter":1.75,"weight":1000,"color_hex":"BD0B0B"},"remaining_weight":950,"used_weight":50,"archived":false},"error":null}""";

    private readonly MoonrakerSpool _spool = new();
    private long _nowMs = 1000;

    [TestMethod]
    public void Next_WithoutTheComponent_AsksNothing()
    {
        _spool.Connected(false);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next());
    }

    [TestMethod]
    public void Refused_MethodNotFound_IsNotAskedAgainUntilTheNextConnection()
    {
        _spool.Connected(true);
        Assert.AreEqual(MoonrakerSpool.AskStatus, Next());
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(), "one question at a time");
        _spool.Refused(MoonrakerErrors.MethodNotFound);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(60 * Minute));
        _spool.Connected(true);
        Assert.AreEqual(MoonrakerSpool.AskStatus, Next());
        _spool.Refused(401);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(Minute), "not at once");
        Assert.AreEqual(MoonrakerSpool.AskStatus, Next(10 * Minute));
    }

    [TestMethod]
    public void Read_DocumentedAnswer_IsTheSpool()
    {
        Open(2);
        Read(Documented);
        Assert.AreEqual("PLA #BD0B0B 95", Shown());
    }

    [TestMethod]
    [DataRow("""{"id":2,"filament":{"material":"ABS","color_hex":"#00ff0080"},"remaining_weight":10,"initial_weight":40}""", "ABS #00FF0080 25", DisplayName = "the first form")]
    [DataRow("""{"response":{"id":2,"filament":{"material":"PETG-CF","multi_color_hexes":"FFFFFF,0A2989","color_hex":"111111","weight":500},"remaining_weight":1.4,"initial_weight":null},"error":null}""", "PETG-CF #FFFFFF/#0A2989 0", DisplayName = "several colours, weight of a new spool")]
    [DataRow("""{"response":{"id":2,"filament":{"material":"","color_hex":""},"remaining_weight":900},"error":null}""", "  -1", DisplayName = "nothing entered")]
    [DataRow("""{"response":{"id":2,"filament":{"material":"PLA","weight":0},"remaining_weight":-3},"error":null}""", "PLA  -1", DisplayName = "nothing to divide by")]
    [DataRow("""{"response":{"id":2,"filament":{"material":"PLA","weight":1000},"remaining_weight":1024},"error":null}""", "PLA  100", DisplayName = "more than a full spool")]
    [DataRow("""{"response":{"id":2,"filament":{"material":7,"color_hex":"red","multi_color_hexes":"FFFFFF,x","weight":"1"},"remaining_weight":"2"},"error":null}""", "  -1", DisplayName = "other types")]
    [DataRow("""{"response":{"id":3,"filament":{"material":"PLA"}},"error":null}""", "  -1", DisplayName = "another spool")]
    [DataRow("""{"response":null,"error":null}""", "  -1", DisplayName = "nothing")]
    [DataRow("""[1,2]""", "  -1", DisplayName = "a list")]
    [DataRow("""{"response":{"id":2,"filament":{"material":"PLA" """, "  -1", DisplayName = "cut")]
    public void Read_Answer_SaysWhatItHolds(string answer, string expected)
    {
        Open(2);
        Read(answer);
        Assert.AreEqual(expected, Shown());
    }

    [TestMethod]
    public void Read_SpoolmanFails_KeepsTheSpoolButNotWhatIsLeft()
    {
        Open(2);
        Read(Documented);
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(10 * Minute));
        Read("""{"response":null,"error":{"status_code":503,"message":"Spoolman server not available"}}""");
        Assert.AreEqual("PLA #BD0B0B -1", Shown());
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(), "not at once");

        Note("""[{"spoolman_connected":true}]""");
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(), "it is back");
        Read(Documented);
        Assert.AreEqual("PLA #BD0B0B 95", Shown());

        Next(10 * Minute);
        Read("""{"response":null,"error":{"status_code":404,"message":"No spool with ID 2 found."}}""");
        Assert.AreEqual("  -1", Shown());

        Next(10 * Minute);
        Read(Documented);
        Next(10 * Minute);
        _spool.Refused(MoonrakerErrors.MethodNotFound);
        Assert.AreEqual("  -1", Shown(), "the first form's 404");
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(10 * Minute), "the component is there");
    }

    [TestMethod]
    public void Note_AnotherSpool_ForgetsTheFormerAndAsks()
    {
        Open(2);
        Assert.AreEqual(2, _spool.SpoolId);
        Note("""[{"spool_id":5}]""");
        Read(Documented);
        Assert.AreEqual("  -1", Shown(), "the answer was about the former");
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next());
        Read(Documented.Replace("\"id\":2,\"reg", "\"id\":5,\"reg", StringComparison.Ordinal));
        Assert.AreEqual("PLA #BD0B0B 95", Shown());

        Note("""[{"spool_id":null}]""");
        Assert.AreEqual(MoonrakerSpool.NoSpool, _spool.SpoolId);
        Assert.AreEqual("  -1", Shown());
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(60 * Minute));
    }

    [TestMethod]
    public void Next_WhilePrinting_AsksEachMinuteAndOnceAtTheEnd()
    {
        Open(2);
        Read(Documented);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(9 * Minute));
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(0, isPrinting: true));
        Read(Documented);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(Minute - 1, isPrinting: true));
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(1, isPrinting: true));
        Read(Documented);
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(1), "the print has ended");
    }

    [TestMethod]
    public void Next_NoAnswer_IsAskedAgainAfterTwoMinutes()
    {
        Open(2);
        Assert.AreEqual(MoonrakerSpool.Nothing, Next(Minute, isPrinting: true));
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next(Minute, isPrinting: true));
    }

    [TestMethod]
    public void Read_SameAnswerAgain_AllocatesNothingButTheColors()
    {
        Open(2);
        byte[] answer = Encoding.UTF8.GetBytes(Documented.Replace("\"color_hex\":\"BD0B0B\"", "\"color_hex\":null", StringComparison.Ordinal));
        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            Next(10 * Minute);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _spool.Read(answer, 0, answer.Length);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0L, allocated);
    }

    /// <summary>A connection to a Moonraker whose active spool is this one, up to the question about it.</summary>
    private void Open(int spool)
    {
        _spool.Connected(true);
        Assert.AreEqual(MoonrakerSpool.AskStatus, Next());
        Read($$"""{"spoolman_connected":true,"pending_reports":[],"spool_id":{{spool}}}""");
        Assert.AreEqual(MoonrakerSpool.AskSpool, Next());
    }

    private int Next(long afterMs = 0, bool isPrinting = false)
    {
        _nowMs += afterMs;
        return _spool.Next(_nowMs, isPrinting);
    }

    private void Read(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _spool.Read(bytes, 0, bytes.Length);
    }

    private void Note(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _spool.Note(bytes, 0, bytes.Length);
    }

    private string Shown() => $"{_spool.Type} {(_spool.Colors == null ? "" : string.Join('/', _spool.Colors))} {_spool.RemainingPercent}";
}
