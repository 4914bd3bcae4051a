using System;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Full reports that come faster than poll_ms are dropped unread; nothing else is.</summary>
[TestClass]
public sealed class BambuFullReportsTests : IDisposable
{
    private readonly BambuTestHal _hal = new();
    private readonly PrinterConfig _config = new()
    {
        Id = "bambu-1",
        Type = PrinterTypes.Bambu,
        Host = "192.0.2.9",
        Serial = "00M00A0A0000001",
        Model = "X1C",
        AccessCode = new Secret("12345678"),
        PollMs = 2000,
    };

    private BambuClient? _client;
    private int _received;

    public TestContext TestContext { get; set; } = null!;

    private BambuClient Client => _client ??= new BambuClient(_hal, _config);

    public void Dispose() => _client?.Dispose();

    [TestMethod]
    [DataRow("x1", "X1C", 1000, 60, 60)]
    [DataRow("x1", "X1C", 2000, 60, 30)]
    [DataRow("x1", "X1C", 5000, 60, 48)]
    [DataRow("h2", "H2D", 5000, 60, 48)]
    [DataRow("x1", "X1C", 500, 60, 0)]
    public void Poll_FullReportEverySecond_OneEveryPollMsIsRead(string sample, string model, int pollMs, int seconds, int dropped)
    {
        _config.Model = model;
        _config.PollMs = pollMs;
        Connect(sample);
        int perSecond = pollMs == 1000 ? 2 : 1;
        for (int i = 0; i < seconds * perSecond; i++)
        {
            _hal.Time.Advance(1000 / perSecond);
            Hear(Full(sample));
            Assert.AreEqual(_hal.Time.NowMs, Client.Status.LastReportMs, "a dropped report is a sign of life");
        }

        TestContext.WriteLine($"{_received} received, {_received - Client.DroppedReports} read");
        Assert.IsLessThanOrEqualTo(dropped, Client.DroppedReports);
        Assert.IsGreaterThanOrEqualTo(dropped - 3, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_StateChangesAtAnyMoment_IsShownWithinPollMs()
    {
        Connect("x1");
        Warm();
        string shown = "FINISH";
        for (int i = 0; i < 50; i++)
        {
            shown = shown == "FINISH" ? "RUNNING" : "FINISH";
            long sentMs = _hal.Time.NowMs;
            PrinterState expected = shown == "FINISH" ? PrinterState.Finished : PrinterState.Printing;
            while (true)
            {
                Hear(Full("x1", shown));
                if (Client.Status.State == expected)
                {
                    break;
                }

                // The report after poll_ms is read, and the reports themselves come every 300 ms.
                _hal.Time.Advance(300);
                Assert.IsLessThanOrEqualTo(_config.PollMs + 300, _hal.Time.NowMs - sentMs, "the state is hidden");
            }

            _hal.Time.Advance(370);
        }

        Assert.IsGreaterThan(100, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_LongPollMs_StateIsShownWithinFiveSeconds()
    {
        _config.PollMs = 30000;
        Connect("x1");
        Warm();
        long sentMs = _hal.Time.NowMs;
        while (Client.Status.State != PrinterState.Error)
        {
            _hal.Time.Advance(1000);
            Hear(Full("x1", "FAILED"));
            Assert.IsLessThanOrEqualTo(6000, _hal.Time.NowMs - sentMs, "the state is hidden");
        }

        Assert.IsGreaterThanOrEqualTo(3, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_SilentBehindADroppedReport_AsksForAllOnce()
    {
        Connect("x1");
        Warm();
        Hear(Full("x1"));
        _hal.Time.Advance(100);
        int dropped = Client.DroppedReports;
        Hear(Full("x1", "FAILED"));
        Assert.AreEqual(dropped + 1, Client.DroppedReports);
        int asked = Asked();
        long droppedMs = _hal.Time.NowMs;
        while (Asked() == asked)
        {
            Client.Poll(CancellationToken.None);
        }

        Assert.IsLessThanOrEqualTo(_config.PollMs + 200, _hal.Time.NowMs - droppedMs);

        // The answer is the printer's state as the script's pushall gives it, and it is read.
        Client.Poll(CancellationToken.None);
        Assert.AreEqual(dropped + 1, Client.DroppedReports);
        for (int i = 0; i < 50; i++)
        {
            Client.Poll(CancellationToken.None);
        }

        Assert.AreEqual(asked + 1, Asked());
    }

    [TestMethod]
    public void Poll_PartialReports_AreAllRead()
    {
        Connect("x1");
        Warm();
        for (int percent = 1; percent <= 100; percent++)
        {
            Hear("{\"print\":{\"ams\":{\"filler\":\"" + new string('x', 4000) + "\"},\"command\":\"push_status\",\"msg\":1,\"mc_percent\":" + percent + ",\"gcode_state\":\"RUNNING\"}}");
            Assert.AreEqual(percent, Client.Status.ProgressPercentage);
            _hal.Time.Advance(10);
        }
    }

    [TestMethod]
    public void Poll_P1Deltas_NoneIsDropped()
    {
        _config.Model = "P1S";
        _config.Serial = "01P00A0A0000001";
        Connect("p1");
        for (int percent = 1; percent <= 100; percent++)
        {
            // Another program asks for full reports all the time.
            Hear(Full("p1"));
            Hear("{\"print\":{\"command\":\"push_status\",\"msg\":1,\"mc_percent\":" + percent + ",\"gcode_state\":\"RUNNING\"}}");
            Assert.AreEqual(percent, Client.Status.ProgressPercentage);
            _hal.Time.Advance(10);
        }

        Assert.AreEqual(0, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_AfterACommand_EveryReportIsReadUntilItsProof()
    {
        Connect("x1");
        Warm();
        Client.Pause(CancellationToken.None);
        int dropped = Client.DroppedReports;
        for (int i = 0; i < 29; i++)
        {
            Hear(Full("x1", i % 2 == 0 ? "RUNNING" : "PAUSE"));
            Assert.AreEqual(i % 2 == 0 ? PrinterState.Printing : PrinterState.Paused, Client.Status.State);
            _hal.Time.Advance(500);
        }

        Assert.AreEqual(dropped, Client.DroppedReports);
    }

    [TestMethod]
    public void Connect_Again_TheFirstReportsAreRead()
    {
        Connect("x1");
        Warm();
        int dropped = Client.DroppedReports;
        Connect("x1");
        Hear(Full("x1", "RUNNING"));
        Assert.AreEqual(PrinterState.Printing, Client.Status.State);
        Hear(Full("x1", "FINISH"));
        Assert.AreEqual(PrinterState.Finished, Client.Status.State);
        Assert.AreEqual(dropped, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_LargerThanTheBuffer_IsDroppedByItsBeginning()
    {
        Connect("x1");
        _hal.Session.Window = 1024;
        Warm();
        int dropped = Client.DroppedReports;
        Hear(Full("x1"));
        Hear(Full("x1"));
        Assert.IsGreaterThan(dropped, Client.DroppedReports);
    }

    [TestMethod]
    public void Poll_Dropped_AllocatesNothing()
    {
        Connect("x1");
        Warm();
        _hal.Session.Endless = Encoding.UTF8.GetBytes(Full("x1"));
        Client.Poll(CancellationToken.None);
        int dropped = Client.DroppedReports;
        long allocated = Allocated.By(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Client.Poll(CancellationToken.None);
            }
        });
        Assert.AreEqual(0, allocated);
        Assert.IsGreaterThanOrEqualTo(1599, Client.DroppedReports - dropped);
    }

    private static string Full(string sample, string state = "FINISH")
    {
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", $"bambu-{sample}.json")))!;
        report["print"]!["gcode_state"] = state;
        return report.ToJsonString();
    }

    private void Connect(string sample)
    {
        _hal.NextSession = () =>
        {
            ScriptedMqtt session = new();
            session.Answer = request => request["pushing"] is { } pushing && pushing["command"]!.GetValue<string>() == "pushall"
                ? Full(sample)
                : request["print"] is { } print ? $$$"""{"print":{"command":"{{{print["command"]}}}","sequence_id":"{{{print["sequence_id"]}}}","result":"success"}}""" : null;
            return session;
        };
        Client.Connect(CancellationToken.None);
    }

    /// <summary>The printer shows that it sends full reports unasked.</summary>
    private void Warm()
    {
        for (int i = 0; i < 4; i++)
        {
            Hear(Full("x1"));
        }
    }

    private void Hear(string report)
    {
        _received++;
        _hal.Session.Says(report);
        Client.Poll(CancellationToken.None);
    }

    private int Asked() => _hal.Session.Requests.FindAll(request => request["pushing"] != null).Count;
}
