using System.Text;
using Hub.Core.Mqtt;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What an MQTT broker may send, and what it may not.</summary>
[TestClass]
public class MqttCodecTests
{
    private const string Breaks = "error h:1883 breaks MQTT 3.1.1: ";

    [TestMethod]
    public void Next_ValidPackets_AreFoundInAnyPieces()
    {
        byte[] bytes = ValidSession();
        string expected = "connack 0 session|suback 1 1|publish a/b q0 id 0 #3|publish a/b q1 retained again id 258 #0|pong|puback 65535|unsuback 7|suback 2 128|publish \u00fc q0 id 0 #200|";
        for (int size = 1; size <= bytes.Length; size++)
        {
            Assert.AreEqual(expected, MqttBytes.Trace(bytes, size, 4096), "pieces of " + size.ToString());
        }
    }

    [TestMethod]
    public void Next_EveryTruncation_WaitsForTheRest()
    {
        byte[] bytes = ValidSession();
        string whole = MqttBytes.Trace(bytes, bytes.Length, 4096);
        for (int length = 1; length < bytes.Length; length++)
        {
            string trace = MqttBytes.Trace(MqttBytes.Part(bytes, 0, length), 3, 4096);
            bool isCut = trace.EndsWith("cut");
            string events = isCut ? trace.Substring(0, trace.Length - 3) : trace;
            Assert.AreEqual(whole.Substring(0, events.Length), events, "cut at " + length.ToString());
        }
    }

    [TestMethod]
    public void Next_ConnackCodes_AreGiven()
    {
        for (int code = 0; code <= 5; code++)
        {
            Assert.AreEqual("connack " + code.ToString() + "|", MqttBytes.Trace(MqttBytes.Connack(0, code), 1, 100));
        }
    }

    [TestMethod]
    public void Next_BadFirstPacket_IsRefused()
    {
        string[][] cases =
        {
            new[] { "20 02 02 00", "reserved bits of its answer to the CONNECT are set" },
            new[] { "20 02 00 06", "it refuses the connection with the unknown code 6" },
            new[] { "20 02 01 05", "it refuses the connection and offers a session" },
            new[] { "20 03 00 00 00", "a packet of kind 2 has 3 bytes instead of 2" },
            new[] { "20 00", "a packet of kind 2 has 0 bytes instead of 2" },
            new[] { "21", "reserved bits are set" },
            new[] { "d0", "its first packet does not answer the CONNECT; is this a broker's port?" },
            new[] { "30 05", "its first packet does not answer the CONNECT; is this a broker's port?" },
            new[] { "10", "packets of kind 1 do not come from a broker" },
            new[] { "00", "packets of kind 0 do not come from a broker" },
            new[] { "f0", "packets of kind 15 do not come from a broker" },
            new[] { "15 03 03 00 02 02 46", "packets of kind 1 do not come from a broker" }, // a TLS alert
            new[] { "48 54 54 50", "its first packet does not answer the CONNECT; is this a broker's port?" }, // HTTP
        };
        Check(cases, "", "");
    }

    [TestMethod]
    public void Next_BadPacket_IsRefused()
    {
        string[][] cases =
        {
            new[] { "20 02 00 00", "it accepts the connection twice" },
            new[] { "82", "packets of kind 8 do not come from a broker" },
            new[] { "a2", "packets of kind 10 do not come from a broker" },
            new[] { "c0", "packets of kind 12 do not come from a broker" },
            new[] { "e0", "packets of kind 14 do not come from a broker" },
            new[] { "50", "packets of kind 5 belong to QoS 2, which was not requested" },
            new[] { "62", "packets of kind 6 belong to QoS 2, which was not requested" },
            new[] { "70", "packets of kind 7 belong to QoS 2, which was not requested" },
            new[] { "d1", "reserved bits are set" },
            new[] { "42", "reserved bits are set" },
            new[] { "d0 01", "a packet of kind 13 has 1 bytes instead of 0" },
            new[] { "40 03", "a packet of kind 4 has 3 bytes instead of 2" },
            new[] { "40 02 00 00", "a packet has the id 0" },
            new[] { "90 02", "a packet of kind 9 has 2 bytes instead of 3" },
            new[] { "90 03 00 00 00", "a packet has the id 0" },
            new[] { "90 03 00 01 03", "it answers a subscription with the unknown code 3" },
            new[] { "90 03 00 01 7f", "it answers a subscription with the unknown code 127" },
            new[] { "b0 04", "a packet of kind 11 has 4 bytes instead of 2" },
            new[] { "36", "a message has QoS 3" },
            new[] { "34", "a message has QoS 2, which was not requested" },
            new[] { "38", "a message with QoS 0 is marked as sent before" },
            new[] { "30 00", "a message is shorter than its topic" },
            new[] { "30 01", "a message is shorter than its topic" },
            new[] { "30 02 00 01", "a message is shorter than its topic" },
            new[] { "30 02 00 00", "a message has no valid topic" },
            new[] { "32 03 00 01 61", "a message is shorter than its topic" },
            new[] { "32 05 00 01 61 00 00", "a packet has the id 0" },
            new[] { "30 03 00 01 23", "a message has no valid topic" },
            new[] { "30 03 00 01 2b", "a message has no valid topic" },
            new[] { "30 03 00 01 00", "a message has no valid topic" },
            new[] { "30 03 00 01 c3", "a message has no valid topic" },
            new[] { "30 04 00 02 c0 80", "a message has no valid topic" },
            new[] { "30 05 00 03 ed a0 80", "a message has no valid topic" },
            new[] { "30 e8 07 00 65", "a topic has 101 bytes; at most 100 are read" },
            new[] { "30 80 80 80 80", "a length has more than four bytes" },
            new[] { "30 ff ff ff ff", "a length has more than four bytes" },
            new[] { "90 fe 1f", "a packet of kind 9 has 4094 bytes instead of 3" },
        };
        Check(cases, "20 02 00 00 ", "connack 0|");
    }

    [TestMethod]
    public void Next_LargestPacket_IsTaken()
    {
        Assert.AreEqual("connack 0|publish a q0 id 0 #4090|cut", MqttBytes.Trace(WebSocketBytes.Hex("20 02 00 00 30 fd 1f 00 01 61"), 1, 4096));
    }

    [TestMethod]
    public void Next_LargerPacket_IsMarked()
    {
        Assert.IsFalse(IsTooLarge("30 fd 1f 00 01 61"));
        Assert.IsTrue(IsTooLarge("30 fe 1f 00 01 61"));
        Assert.IsTrue(IsTooLarge("30 ff ff ff 7f 00 01 61"));
        Assert.IsFalse(IsTooLarge("30 04 00 01 61 62"));
    }

    [TestMethod]
    public void Next_SameTopicAgain_IsTheSameObject()
    {
        MqttCodec codec = new MqttCodec("h:1", 4096, 100);
        codec.Next(MqttBytes.Welcome, 0, 4);
        string[] topics = { "a", "b", "a", "b", "device/01P/report", "a", "b", "device/01P/report" };
        string[] seen = new string[topics.Length];
        for (int i = 0; i < topics.Length; i++)
        {
            byte[] packet = MqttBytes.Publish(topics[i], "");
            Assert.AreEqual((int)MqttEvent.Publish, (int)codec.Next(packet, 0, packet.Length));
            seen[i] = codec.Topic;
            Assert.AreEqual(topics[i], codec.Topic);
        }

        Assert.IsTrue(ReferenceEquals(seen[0], seen[5]) && ReferenceEquals(seen[1], seen[6]) && ReferenceEquals(seen[4], seen[7]));
    }

    [TestMethod]
    public void Start_AfterAConnection_AwaitsTheConnackAnew()
    {
        MqttCodec codec = new MqttCodec("h:1", 4096, 100);
        codec.Next(MqttBytes.Welcome, 0, 4);
        codec.Start();
        Assert.AreEqual((int)MqttEvent.Connack, (int)codec.Next(MqttBytes.Welcome, 0, 4));
    }

    private static bool IsTooLarge(string packet)
    {
        MqttCodec codec = new MqttCodec("h:1", 4096, 100);
        codec.Next(MqttBytes.Welcome, 0, 4);
        byte[] bytes = WebSocketBytes.Hex(packet);
        Assert.AreEqual((int)MqttEvent.Publish, (int)codec.Next(bytes, 0, bytes.Length));
        return codec.IsTooLarge;
    }

    private static void Check(string[][] cases, string before, string found)
    {
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = WebSocketBytes.Hex(before + cases[i][0]);
            Assert.AreEqual(found + Breaks + cases[i][1], MqttBytes.Trace(bytes, bytes.Length, 4096), cases[i][0]);
            Assert.AreEqual(found + Breaks + cases[i][1], MqttBytes.Trace(bytes, 1, 4096), cases[i][0]);
        }
    }

    private static byte[] ValidSession() => MqttBytes.Join(new byte[][]
    {
        MqttBytes.Connack(1, 0),
        MqttBytes.Suback(1, 1),
        MqttBytes.Publish("a/b", "abc"),
        MqttBytes.Publish(0x3B, "a/b", 258, Encoding.UTF8.GetBytes("")),
        MqttBytes.Pong,
        MqttBytes.Puback(65535),
        WebSocketBytes.Hex("b0 02 00 07"),
        MqttBytes.Suback(2, 0x80),
        MqttBytes.Publish("\u00fc", new byte[200]),
    });
}
