using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Mqtt;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The MQTT client against brokers that follow a script, on a driven clock.</summary>
[TestClass]
public class MqttClientTests
{
    private const int ConnectBytes = 36;

    private readonly ScriptedHal _hal = new ScriptedHal(256);

    private ScriptedStream _peer = new ScriptedStream(new ManualClock());

    [TestMethod]
    public void Connect_Options_WritesTheWholePacket()
    {
        MqttOptions options = Options();
        options.WillTopic = "w/t";
        options.WillPayload = new byte[] { 1, 2 };
        options.WillQos = 1;
        options.WillRetain = true;
        options.CleanSession = false;
        options.KeepAliveSeconds = 258;
        Peer().Gives(MqttBytes.Connack(1, 0));
        CoreMqttClient client = new CoreMqttClient(_hal, options);
        client.Connect(CancellationToken.None);
        Assert.AreEqual("tcp broker 1883 10000", _hal.Net.LastDial);
        Assert.AreEqual("10 2b 00 04 4d 51 54 54 04 ec 01 02 00 06 68 75 62 2d 30 31 00 03 77 2f 74 00 02 01 02 00 04 62 62 6c 70 00 08 31 32 33 34 35 36 37 38", Sent(0));
        Assert.IsTrue(client.IsConnected && client.IsSessionPresent);
        Assert.IsNull(client.Peer);
        Close(client);
    }

    [TestMethod]
    public void Connect_NoUser_SendsNone()
    {
        Peer().Gives(MqttBytes.Welcome);
        CoreMqttClient client = new CoreMqttClient(_hal, new MqttOptions { Host = "h", ClientId = "", KeepAliveSeconds = 0 });
        client.Connect(CancellationToken.None);
        Assert.AreEqual("10 0c 00 04 4d 51 54 54 04 02 00 00 00 00", Sent(0));
        Close(client);
    }

    [TestMethod]
    public void Connect_Tls_DialsItAndKeepsThePeersRecord()
    {
        Peer().Gives(MqttBytes.Welcome).Peer = new TlsPeer("ab", true);
        MqttOptions options = Options();
        options.Tls = new TlsOptions { ServerName = "01P00A" };
        options.Port = 8883;
        CoreMqttClient client = new CoreMqttClient(_hal, options);
        client.Connect(CancellationToken.None);
        Assert.AreEqual("tls broker 8883 10000", _hal.Net.LastDial);
        Assert.AreSame(options.Tls, _hal.Net.LastTls);
        Assert.AreEqual("ab", client.Peer!.Sha256);
        Close(client);
    }

    [TestMethod]
    public void Connect_Refusals_AreMapped()
    {
        string[] expected =
        {
            "not_supported: broker:1883 does not support MQTT 3.1.1",
            "refused: broker:1883 refuses the hub's MQTT client id",
            "server_error: broker:1883 reports that its MQTT service is unavailable at the moment",
            "auth_rejected: broker:1883 refuses the user name or password; check them (a printer's access code may have changed)",
            "auth_rejected: broker:1883 does not authorize this user; check user name and password (a printer's access code may have changed)",
        };
        for (int code = 1; code <= 5; code++)
        {
            Peer().Gives(MqttBytes.Connack(0, code)).Ends();
            Assert.AreEqual(expected[code - 1], ConnectError());
        }
    }

    [TestMethod]
    public void Connect_BadPeer_IsAnErrorAndLeavesNothing()
    {
        Peer().Ends();
        Assert.AreEqual("connection_lost: broker:1883 closed the MQTT connection", ConnectError());
        Peer().Resets();
        Assert.AreEqual("connection_lost: broker:1883 broke the MQTT connection", ConnectError());
        Peer().Gives("HTTP/1.1 400 Bad Request\r\n\r\n");
        Assert.AreEqual("bad_response: broker:1883 breaks MQTT 3.1.1: its first packet does not answer the CONNECT; is this a broker's port?", ConnectError());
        Peer().Gives(new byte[] { 0x20, 2, 0 });
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("timeout: broker:1883 accepts connections but does not answer the MQTT CONNECT", ConnectError());
        Assert.AreEqual(10000L, _hal.Time.NowMs - sinceMs);
        Peer().StallsAfter(5);
        Assert.AreEqual("timeout: broker:1883 does not read: an MQTT packet could not be sent in time", ConnectError());
    }

    [TestMethod]
    public void Connect_Cancelled_EndsWithin100Ms()
    {
        Peer();
        CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(730, source);
        long sinceMs = _hal.Time.NowMs;
        CoreMqttClient client = new CoreMqttClient(_hal, Options());
        HubException error = Failure(client, source.Token)!;
        Assert.AreEqual("cancelled", ErrorCodes.Name(error.Code));
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 830);
        AssertClean();
    }

    [TestMethod]
    public void Connect_WrongOptions_AreRefusedBeforeTheDial()
    {
        MqttOptions[] wrong =
        {
            new MqttOptions { Host = "h", Password = new Secret("FAKE") },
            new MqttOptions { Host = "h", CleanSession = false },
            new MqttOptions { Host = "h", KeepAliveSeconds = 65536 },
            new MqttOptions { Host = "h", WillTopic = "a/#" },
            new MqttOptions { Host = "h", WillTopic = "a", WillQos = 2 },
            new MqttOptions { Host = "h", WillTopic = "a", WillPayload = new byte[65536] },
        };
        for (int i = 0; i < wrong.Length; i++)
        {
            HubException error = Failure(new CoreMqttClient(_hal, wrong[i]), CancellationToken.None)!;
            Assert.AreEqual("config_invalid", ErrorCodes.Name(error.Code), i.ToString());
            Assert.IsTrue(error.Message.IndexOf("FAKE") < 0);
        }

        Assert.AreEqual(0, _hal.Net.Dials);
    }

    [TestMethod]
    public void Subscribe_AndItsAnswers_AreHandled()
    {
        CoreMqttClient client = Connected();
        client.Subscribe("device/01P/report", 1, CancellationToken.None);
        client.Subscribe("#", 0, CancellationToken.None);
        Assert.AreEqual("82 16 00 01 00 11 64 65 76 69 63 65 2f 30 31 50 2f 72 65 70 6f 72 74 01 82 06 00 02 00 01 23 00", Sent(ConnectBytes));
        _peer.Gives(MqttBytes.Suback(1, 1)).Gives(MqttBytes.Suback(2, 0x80)).Gives(MqttBytes.Publish("t", "on"));
        Assert.AreEqual("refused: broker:1883 refuses the subscription to #", ReceiveError(client, 1000));
        Assert.IsTrue(client.IsConnected, "the other subscription stands");
        Assert.AreEqual("t=on", Text(client.Receive(1000, CancellationToken.None)));
        Close(client);
    }

    [TestMethod]
    public void Publish_BothQos_WritesThePacketAndKnowsTheAnswer()
    {
        CoreMqttClient client = Connected();
        byte[] payload = Encoding.UTF8.GetBytes("xhix");
        Assert.AreEqual(0, client.Publish("a/b", payload, 1, 2, 0, false, CancellationToken.None));
        int first = client.Publish("a/b", payload, 1, 2, 1, true, CancellationToken.None);
        int second = client.Publish("c", payload, 0, 0, 1, false, CancellationToken.None);
        Assert.AreEqual("30 07 00 03 61 2f 62 68 69 33 09 00 03 61 2f 62 00 01 68 69 32 05 00 01 63 00 02", Sent(ConnectBytes));
        Assert.IsFalse(client.IsAcknowledged(first) || client.IsAcknowledged(0) || client.IsAcknowledged(77));
        _peer.Gives(MqttBytes.Puback(second)).Gives(MqttBytes.Puback(999));
        Assert.IsNull(client.Receive(200, CancellationToken.None));
        Assert.IsTrue(client.IsAcknowledged(second));
        Assert.IsFalse(client.IsAcknowledged(first));
        Close(client);
    }

    [TestMethod]
    public void Publish_AfterAReconnect_IsNotRepeated()
    {
        CoreMqttClient client = Connected();
        int id = client.Publish("a", new byte[3], 0, 3, 1, false, CancellationToken.None);
        _peer.Ends();
        ReceiveError(client, 1000);
        Peer().Gives(MqttBytes.Connack(1, 0));
        client.Connect(CancellationToken.None);
        Assert.IsNull(client.Receive(5000, CancellationToken.None));
        Assert.AreEqual(ConnectBytes, _peer.WrittenCount);
        Assert.IsFalse(client.IsAcknowledged(id));
        Close(client);
    }

    [TestMethod]
    public void Publish_LargerThanAWindow_IsSentWhole()
    {
        CoreMqttClient client = Connected();
        _peer.TakesAtMost(100);
        byte[] payload = WebSocketBytes.Pattern(1000);
        client.Publish("t", payload, 0, 1000, 0, false, CancellationToken.None);
        byte[] expected = MqttBytes.Publish("t", payload);
        Assert.AreEqual(Hex(expected, 0), Sent(ConnectBytes));
        Close(client);
    }

    [TestMethod]
    public void Publish_WrongArguments_AreRefusedAndNothingIsSent()
    {
        CoreMqttClient client = Connected();
        Assert.AreEqual("not_supported", PublishError(client, "t", 2));
        Assert.AreEqual("config_invalid", PublishError(client, "", 0));
        Assert.AreEqual("config_invalid", PublishError(client, "a/+", 0));
        Assert.AreEqual("config_invalid", PublishError(client, "#", 0));
        Assert.AreEqual("config_invalid", PublishError(client, new string('t', 250), 0));
        Assert.AreEqual(ConnectBytes, _peer.WrittenCount);
        Assert.IsTrue(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Publish_PeerDoesNotRead_ObeysTheCancellation()
    {
        for (int taken = 0; taken < 2; taken++)
        {
            CoreMqttClient client = Connected();
            _peer.StallsAfter(ConnectBytes + (taken * 4));
            CancellationTokenSource source = new CancellationTokenSource();
            _hal.Time.CancelAfter(250, source);
            long sinceMs = _hal.Time.NowMs;
            string code = "none";
            try
            {
                client.Publish("t", new byte[20], 0, 20, 0, false, source.Token);
            }
            catch (HubException error)
            {
                code = ErrorCodes.Name(error.Code);
            }

            Assert.AreEqual("cancelled", code);
            Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 350);
            Assert.AreEqual(taken == 0, client.IsConnected, "a cut packet ends the connection");
            Close(client);
        }
    }

    [TestMethod]
    public void Receive_MessagesInAnyPieces_AreWhole()
    {
        byte[] bytes = MqttBytes.Join(new byte[][] { MqttBytes.Publish("a", "one"), MqttBytes.Pong, MqttBytes.Publish("b/c", ""), MqttBytes.Publish(0x31, "a", 0, WebSocketBytes.Pattern(256)), MqttBytes.Publish("a", "end") });
        for (int size = 1; size < bytes.Length; size += size < 30 ? 1 : 17)
        {
            CoreMqttClient client = Connected();
            _peer.GivesInPieces(bytes, size);
            Assert.AreEqual("a=one", Text(Next(client)));
            Assert.AreEqual("b/c=", Text(Next(client)));
            MqttMessage message = Next(client);
            Assert.IsTrue(message.IsRetained);
            Assert.AreEqual(256, message.Length);
            Assert.AreEqual(256, message.Count, "a payload as large as the buffer lies in it whole");
            Assert.AreEqual(WebSocketBytes.Show(WebSocketBytes.Pattern(256), 0, 256), WebSocketBytes.Show(message.Buffer, message.Offset, 256));
            Assert.AreEqual("a=end", Text(Next(client)));
            Close(client);
        }
    }

    [TestMethod]
    public void Receive_FloodWithoutMessages_EndsItsTurn()
    {
        byte[][] packets = new byte[101][];
        for (int i = 0; i < 100; i++)
        {
            packets[i] = MqttBytes.Pong;
        }

        packets[100] = MqttBytes.Publish("a", "x");
        CoreMqttClient client = Connected();
        _peer.Gives(MqttBytes.Join(packets));
        Assert.IsNull(client.Receive(0, CancellationToken.None), "the owner has its turn before the hundredth packet");
        Assert.AreEqual("a=x", Text(Next(client)));
        Close(client);
    }

    [TestMethod]
    public void Receive_LargeMessageDripFed_EndsAfterAMinute()
    {
        CoreMqttClient client = Connected();
        byte[] bytes = MqttBytes.Publish("large", WebSocketBytes.Pattern(3300));
        _peer.GivesInPieces(bytes, 256);
        MqttMessage message = Next(client);
        long sinceMs = _hal.Time.NowMs;
        string code = "none";
        byte[] one = new byte[1];
        try
        {
            while (message.Read(one, 0, 1) > 0)
            {
                _hal.Time.Advance(50);
            }
        }
        catch (HubException error)
        {
            code = ErrorCodes.Name(error.Code);
        }

        Assert.AreEqual("timeout", code);
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 60200, (_hal.Time.NowMs - sinceMs).ToString() + " ms");
        Assert.IsFalse(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Receive_LargeMessage_IsReadOnOrSkipped()
    {
        byte[] large = WebSocketBytes.Pattern(3300);
        byte[] bytes = MqttBytes.Join(new byte[][] { MqttBytes.Publish("large", large), MqttBytes.Publish("a", "next") });
        for (int wanted = 0; wanted <= 3300; wanted += 330)
        {
            CoreMqttClient client = Connected();
            _peer.GivesInPieces(bytes, 50 + wanted);
            MqttMessage message = Next(client);
            Assert.AreEqual(3300, message.Length);
            Assert.AreEqual(256, message.Count);
            byte[] read = new byte[3300];
            int got = 0;
            while (got < wanted)
            {
                int part = message.Read(read, got, Math.Min(wanted - got, 97));
                Assert.IsTrue(part > 0);
                got += part;
            }

            Assert.AreEqual(WebSocketBytes.Show(large, 0, wanted), WebSocketBytes.Show(read, 0, wanted));
            Assert.AreEqual(wanted == 3300 ? 0 : 1, message.Read(read, 0, 1));
            Assert.AreEqual("a=next", Text(Next(client)), "after " + wanted.ToString());
            Close(client);
        }
    }

    [TestMethod]
    public void BeginJson_ReportOf33KilobytesInOneBuffer_IsReadWhole()
    {
        ScriptedHal hal = new ScriptedHal(16 * 1024);
        string json = "{\"print\":{\"list\":[";
        for (int i = 0; i < 550; i++)
        {
            json += "{\"id\":" + i.ToString() + ",\"text\":\"0123456789012345678901234567890123456789\"},";
        }

        json += "true]}}";
        byte[] report = Encoding.UTF8.GetBytes(json);
        Assert.IsTrue(report.Length > 33000);
        ScriptedStream peer = hal.AddPeer().Gives(MqttBytes.Welcome);
        CoreMqttClient client = new CoreMqttClient(hal, Options());
        client.Connect(CancellationToken.None);
        JsonReader reader = new JsonReader(8);
        for (int round = 0; round < 2; round++)
        {
            peer.GivesInPieces(MqttBytes.Publish("r", report), 1460).Gives(MqttBytes.Publish("s", "[5]"));
            MqttMessage message = Next(client);
            message.BeginJson(reader);
            int numbers = 0;
            while (reader.Read() != JsonToken.End)
            {
                numbers += reader.TryGetInt64(out long number) && number == numbers ? 1 : 0;
            }

            Assert.AreEqual(550, numbers);
            message = Next(client);
            message.BeginJson(reader);
            Assert.AreEqual("[#5 ].", JsonTrace.Rest(reader, message.Buffer));
        }

        Assert.AreEqual(1, hal.Pool.HighWaterMark);
        client.Disconnect();
        Assert.AreEqual(0, hal.Pool.Rented);
    }

    [TestMethod]
    public void Receive_Qos1_IsAcknowledgedAtTheNextCall()
    {
        CoreMqttClient client = Connected();
        _peer.Gives(MqttBytes.Publish(0x32, "a", 300, new byte[1])).Gives(MqttBytes.Publish(0x3A, "a", 300, new byte[1])).Gives(MqttBytes.Publish(0x32, "b", 5, new byte[900]));
        Assert.AreEqual(1, Next(client).Qos);
        Assert.AreEqual("", Sent(ConnectBytes));
        Next(client);
        Assert.AreEqual("40 02 01 2c", Sent(ConnectBytes), "the same id again is delivered again");
        Assert.AreEqual(900, Next(client).Length);
        Assert.AreEqual("40 02 01 2c 40 02 01 2c", Sent(ConnectBytes));
        Assert.IsNull(client.Receive(500, CancellationToken.None));
        Assert.AreEqual("40 02 01 2c 40 02 01 2c 40 02 00 05", Sent(ConnectBytes), "also when most of it was skipped");
        Close(client);
    }

    [TestMethod]
    public void Disconnect_AfterQos1_AcknowledgesAndSaysFarewell()
    {
        CoreMqttClient client = Connected();
        _peer.Gives(MqttBytes.Publish(0x32, "a", 7, new byte[1]));
        Next(client);
        client.Disconnect();
        Assert.AreEqual("40 02 00 07 e0 00", Sent(ConnectBytes));
        client.Disconnect();
        Assert.IsFalse(client.IsConnected);
        Assert.AreEqual("connection_lost: the MQTT connection to broker:1883 is closed", ReceiveError(client, 0));
        AssertClean();
    }

    [TestMethod]
    public void Dispose_Open_SaysNoFarewell()
    {
        CoreMqttClient client = Connected();
        client.Dispose();
        Assert.AreEqual(ConnectBytes, _peer.WrittenCount);
        AssertClean();
    }

    [TestMethod]
    public void Receive_SilentMinute_PingsAtThreeQuarters()
    {
        CoreMqttClient client = Connected();
        _peer.AwaitsBytes(ConnectBytes + 2).Pauses(300).Gives(MqttBytes.Pong).AwaitsBytes(ConnectBytes + 4).Gives(MqttBytes.Pong);
        long sinceMs = _hal.Time.NowMs;
        Assert.IsNull(client.Receive(22400, CancellationToken.None));
        Assert.AreEqual("", Sent(ConnectBytes));
        Assert.IsNull(client.Receive(400, CancellationToken.None));
        Assert.AreEqual("c0 00", Sent(ConnectBytes));
        Assert.IsNull(client.Receive(37200, CancellationToken.None));
        Assert.AreEqual(60000L, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual("c0 00 c0 00", Sent(ConnectBytes));
        Assert.IsTrue(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Receive_OwnMessages_PutThePingOff()
    {
        CoreMqttClient client = Connected();
        for (int i = 0; i < 6; i++)
        {
            Assert.IsNull(client.Receive(20000, CancellationToken.None));
            client.Publish("t", new byte[0], 0, 0, 0, false, CancellationToken.None);
        }

        Assert.AreEqual(ConnectBytes + (6 * 5), _peer.WrittenCount);
        Close(client);
    }

    [TestMethod]
    public void Receive_NoPong_IsConnectionLost()
    {
        CoreMqttClient client = Connected();
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("connection_lost: broker:1883 does not answer the MQTT ping", ReceiveError(client, 60000));
        Assert.AreEqual(32500L, _hal.Time.NowMs - sinceMs);
        AssertClean();
    }

    [TestMethod]
    public void Receive_PongWaitedForTheOwner_IsNoLoss()
    {
        CoreMqttClient client = Connected();
        client.Receive(22600, CancellationToken.None);
        Assert.AreEqual("c0 00", Sent(ConnectBytes));
        _peer.Gives(MqttBytes.Pong);
        _hal.Time.Advance(60000);
        Assert.IsNull(client.Receive(0, CancellationToken.None));
        Assert.IsTrue(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Receive_KeepAliveZero_NeverPings()
    {
        MqttOptions options = Options();
        options.KeepAliveSeconds = 0;
        CoreMqttClient client = Connected(options);
        Assert.IsNull(client.Receive(500000, CancellationToken.None));
        Assert.AreEqual(ConnectBytes, _peer.WrittenCount);
        Close(client);
    }

    [TestMethod]
    public void Receive_Cancelled_EndsWithin100MsAndStaysConnected()
    {
        CoreMqttClient client = Connected();
        CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(250, source);
        long sinceMs = _hal.Time.NowMs;
        string error = "";
        try
        {
            client.Receive(10000, source.Token);
        }
        catch (HubException caught)
        {
            error = ErrorCodes.Name(caught.Code);
        }

        Assert.AreEqual("cancelled", error);
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 350);
        Assert.IsTrue(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Receive_BrokerEndsOrBreaksMqtt_ClosesTheConnection()
    {
        CoreMqttClient client = Connected();
        _peer.Gives(new byte[] { 0x30, 9, 0 }).Ends();
        Assert.AreEqual("connection_lost: broker:1883 closed the MQTT connection", ReceiveError(client, 1000));
        AssertClean();
    }

    [TestMethod]
    public void Receive_MessageLargerThanWanted_IsSkippedAndAcknowledged()
    {
        MqttOptions options = Options();
        options.MaxPacketBytes = 5000;
        CoreMqttClient client = Connected(options);
        _peer.ForgetWritten();
        _peer.Gives(MqttBytes.Publish("a", new byte[5000])).Gives(MqttBytes.Publish(0x32, "a", 7, new byte[70000])).Gives(MqttBytes.Publish("b", new byte[3]));
        MqttMessage message = Next(client);
        Assert.AreEqual("b", message.Topic);
        Assert.AreEqual(3, message.Length);
        Assert.AreEqual("40 02 00 07", Hex(_peer.WrittenBytes(), 0));
        Assert.IsTrue(client.IsConnected);
        Close(client);
    }

    [TestMethod]
    public void Receive_SkippedMessageThatNeverEnds_IsATimeout()
    {
        MqttOptions options = Options();
        options.MaxPacketBytes = 5000;
        CoreMqttClient client = Connected(options);
        _peer.Gives(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1, (byte)'a' });
        Assert.IsNull(client.Receive(100, CancellationToken.None));
        long sinceMs = _hal.Time.NowMs;
        string error = "";
        while (error == "" && _hal.Time.NowMs - sinceMs < 70000)
        {
            _hal.Time.Advance(500);
            _peer.Gives(new byte[100]);
            try
            {
                client.Receive(100, CancellationToken.None);
            }
            catch (HubException e)
            {
                error = e.Message;
            }
        }

        Assert.AreEqual("broker:1883 sends a message too slowly", error);
        Assert.IsTrue(_hal.Time.NowMs - sinceMs >= 59000);
        AssertClean();
    }

    [TestMethod]
    public void Read_BrokerFallsSilentOrEnds_IsAnErrorInTime()
    {
        byte[] cut = MqttBytes.Part(MqttBytes.Publish("a", new byte[1000]), 0, 400);
        CoreMqttClient client = Connected();
        _peer.Gives(cut).Ends();
        Assert.AreEqual("connection_lost: broker:1883 closed the MQTT connection", ReadError(Next(client)));
        AssertClean();
        client = Connected();
        _peer.Gives(cut);
        MqttMessage message = Next(client);
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("timeout: broker:1883 fell silent in the middle of a message", ReadError(message));
        Assert.AreEqual(10000L, _hal.Time.NowMs - sinceMs);
        AssertClean();
    }

    [TestMethod]
    public void Receive_NoBufferLeft_StaysConnected()
    {
        CoreMqttClient client = Connected();
        byte[][] all = new byte[8][];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = _hal.Pool.Rent();
        }

        _peer.Gives(MqttBytes.Publish("a", "b"));
        Assert.AreEqual("out_of_memory: no buffer is left", ReceiveError(client, 100));
        for (int i = 0; i < all.Length; i++)
        {
            _hal.Pool.Return(all[i]);
        }

        Assert.AreEqual("a=b", Text(Next(client)));
        Close(client);
    }

    [TestMethod]
    public void Receive_Idle_HoldsNoBuffer()
    {
        CoreMqttClient client = Connected();
        _peer.Gives(MqttBytes.Publish("a", "b"));
        Next(client);
        Assert.AreEqual(1, _hal.Pool.Rented);
        Assert.IsNull(client.Receive(100, CancellationToken.None));
        Assert.AreEqual(0, _hal.Pool.Rented);
        Close(client);
    }

    private static MqttOptions Options() => new MqttOptions
    {
        Host = "broker",
        Port = 1883,
        ClientId = "hub-01",
        User = "bblp",
        Password = new Secret("12345678"),
    };

    private static MqttMessage Next(CoreMqttClient client)
    {
        MqttMessage? message = client.Receive(20000, CancellationToken.None);
        Assert.IsTrue(message != null, "no message came");
        return message!;
    }

    private static string Text(MqttMessage? message) =>
        message == null ? "none" : message.Topic + "=" + Encoding.UTF8.GetString(message.Buffer, message.Offset, message.Count);

    private static HubException? Failure(CoreMqttClient client, CancellationToken cancel)
    {
        try
        {
            client.Connect(cancel);
            return null;
        }
        catch (HubException error)
        {
            return error;
        }
    }

    private static string ReceiveError(CoreMqttClient client, int waitMs)
    {
        try
        {
            client.Receive(waitMs, CancellationToken.None);
            return "none";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    private static string ReadError(MqttMessage message)
    {
        try
        {
            byte[] rest = new byte[5000];
            while (message.Read(rest, 0, rest.Length) > 0)
            {
                // Until it fails.
            }

            return "none";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code) + ": " + error.Message;
        }
    }

    private static string PublishError(CoreMqttClient client, string topic, int qos)
    {
        try
        {
            client.Publish(topic, new byte[1], 0, 1, qos, false, CancellationToken.None);
            return "none";
        }
        catch (HubException error)
        {
            return ErrorCodes.Name(error.Code);
        }
    }

    private static string Hex(byte[] bytes, int offset)
    {
        char[] digits = "0123456789abcdef".ToCharArray();
        StringBuilder text = new StringBuilder();
        for (int i = offset; i < bytes.Length; i++)
        {
            text.Append(i > offset ? " " : "");
            text.Append(digits[bytes[i] >> 4]);
            text.Append(digits[bytes[i] & 15]);
        }

        return text.ToString();
    }

    private ScriptedStream Peer()
    {
        _peer = _hal.AddPeer();
        return _peer;
    }

    private CoreMqttClient Connected() => Connected(Options());

    private CoreMqttClient Connected(MqttOptions options)
    {
        Peer().Gives(MqttBytes.Welcome);
        CoreMqttClient client = new CoreMqttClient(_hal, options);
        client.Connect(CancellationToken.None);
        return client;
    }

    private string ConnectError()
    {
        CoreMqttClient client = new CoreMqttClient(_hal, Options());
        HubException? error = Failure(client, CancellationToken.None);
        Assert.IsFalse(client.IsConnected);
        AssertClean();
        return error == null ? "none" : ErrorCodes.Name(error.Code) + ": " + error.Message;
    }

    private string Sent(int offset) => Hex(_peer.WrittenBytes(), offset);

    private void Close(CoreMqttClient client)
    {
        client.Disconnect();
        AssertClean();
    }

    private void AssertClean()
    {
        Assert.AreEqual(0, _hal.Pool.Rented, "a buffer leaks");
        Assert.AreEqual(0, _hal.Net.OpenSockets, "a socket leaks");
    }
}
