using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>From polling back to the websocket, on a driven clock.</summary>
[TestClass]
public sealed class MoonrakerSocketRetryTests : IDisposable
{
    private const string Refused = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    private const string Opened =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private readonly ScriptedHal _hal = new ScriptedHal { Machine = new SampleEntropy(), Hasher = new SampleHash() };
    private readonly MoonrakerClient _client;

    public MoonrakerSocketRetryTests()
    {
        _client = new MoonrakerClient(_hal, new PrinterConfig { Id = "moon-1", Type = PrinterTypes.Moonraker, Url = "http://printer:7125" });
    }

    public void Dispose()
    {
        _client.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented, "every buffer is given back");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "every connection is closed");
    }

    private static string Status(int nozzle) =>
        "{\"status\":{\"webhooks\":{\"state\":\"ready\"},\"print_stats\":{\"state\":\"standby\",\"filename\":\"\"},\"extruder\":{\"temperature\":" + nozzle + "}}}";

    private void AddHttpPeer(params string[] results)
    {
        ScriptedStream peer = _hal.AddPeer();
        for (int i = 0; i < results.Length; i++)
        {
            string body = "{\"result\":" + results[i] + "}";
            peer.AwaitsRequest(i + 1).Gives("HTTP/1.1 200 OK\r\nContent-Length: " + body.Length + "\r\n\r\n" + body);
        }
    }

    private void AddSocketPeer(params string[] results)
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Opened);
        for (int i = 0; i < results.Length; i++)
        {
            peer.Gives(WebSocketBytes.Frame(0x81, "{\"jsonrpc\":\"2.0\",\"result\":" + results[i] + ",\"id\":" + (i + 1) + "}"));
        }
    }

    [TestMethod]
    [DataRow("ready", true)]
    [DataRow("disconnected", false)]
    public void Connect_ServerInfoLongerThanTheBuffer_AsksKlipperItself(string state, bool isKlipperThere)
    {
        string info = "{\"klippy_state\":\"" + state + "\",\"warnings\":[\"" + new string('A', 40_000) + "\"]}";
        _hal.AddPeer().AwaitsRequest(1).Gives(Refused).Ends();
        AddHttpPeer(info);
        if (isKlipperThere)
        {
            AddHttpPeer("""{"state":"ready","state_message":"Printer is ready"}""", """{"objects":[]}""", Status(33), Status(33));
        }
        else
        {
            const string Refusal = """{"error":{"code":503,"message":"Klippy Host not connected"}}""";
            string answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: " + Refusal.Length + "\r\n\r\n" + Refusal;
            _hal.AddPeer().AwaitsRequest(1).Gives(answer).Ends();
            AddHttpPeer(info);
            _hal.AddPeer().AwaitsRequest(1).Gives(answer).Ends();
        }

        _client.Connect(CancellationToken.None);
        _client.Poll(CancellationToken.None);
        Assert.AreEqual(isKlipperThere ? PrinterState.Idle : PrinterState.Offline, _client.Status.State, _client.Status.ErrorMessage);
    }

    [TestMethod]
    public void Connect_LongAnswerOfAnotherServer_IsNoMoonraker()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Refused).Ends();
        AddHttpPeer("\"" + new string('A', 40_000) + "\"");
        _hal.AddPeer().AwaitsRequest(1).Gives(Refused).Ends();
        HubException error = Assert.ThrowsExactly<HubException>(() => _client.Connect(CancellationToken.None));
        Assert.AreEqual(ErrorCode.BadResponse, error.Code, error.Message);
    }

    private void PollFor(long milliseconds)
    {
        long untilMs = _hal.Time.NowMs + milliseconds;
        while (_hal.Time.NowMs < untilMs)
        {
            _client.Poll(CancellationToken.None);
            _hal.Time.Advance(_client.IsPushing ? 0 : 5_000);
        }
    }

    [TestMethod]
    public void Poll_NoWebSocketAtFirst_IsTriedAgainEveryFiveMinutes()
    {
        string[] polls = new string[200];
        Array.Fill(polls, Status(33));
        _hal.AddPeer().AwaitsRequest(1).Gives(Refused).Ends();
        AddHttpPeer(["""{"klippy_state":"ready"}""", """{"objects":[]}""", .. polls]);
        _client.Connect(CancellationToken.None);
        PollFor(290_000);
        Assert.AreEqual(2, _hal.Net.Dials);

        // The printer has one socket: the polled connection is closed for the attempt and opened again afterwards.
        _hal.AddPeer().AwaitsRequest(1).Gives(Refused).Ends();
        AddHttpPeer(polls);
        PollFor(20_000);
        Assert.AreEqual(4, _hal.Net.Dials, "one try");
        Assert.IsFalse(_client.IsPushing);
        Assert.AreEqual(33.0, _client.Status.Nozzle, "polling goes on");
        PollFor(270_000);
        Assert.AreEqual(4, _hal.Net.Dials);

        AddSocketPeer("{}", """{"klippy_state":"ready"}""", """{"objects":[]}""", Status(77));
        PollFor(30_000);
        Assert.IsTrue(_client.IsPushing);
        Assert.AreEqual(5, _hal.Net.Dials);
        Assert.AreEqual(1, _hal.Net.OpenSockets, "the polled connection is closed");
        Assert.AreEqual(77.0, _client.Status.Nozzle);
    }
}
