using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.WebSockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The codec alone, fed with whole frames and in pieces of every size.</summary>
[TestClass]
public class WebSocketCodecTests
{
    private const int Limit = 1000;

    private const string Broken = "h:80 breaks the WebSocket protocol: it ";

    /// <summary>Bytes in hex, and the events they give. The first five are the examples of RFC 6455 section 5.7.</summary>
    private static readonly string[][] s_valid =
    {
        new[] { "81 05 48 65 6c 6c 6f", "text Hello" },
        new[] { "01 03 48 65 6c 80 02 6c 6f", "text Hello" },
        new[] { "89 05 48 65 6c 6c 6f", "ping Hello" },
        new[] { "8a 05 48 65 6c 6c 6f", "pong Hello" },
        new[] { "82 00", "bin " },
        new[] { "81 00", "text " },
        new[] { "82 01 ff", "bin 1#255" },
        new[] { "01 00 00 00 80 00", "text " },
        new[] { "02 01 41 00 01 42 80 01 43", "bin ABC" },
        new[] { "01 01 41 89 01 70 8a 00 80 01 42 81 01 43", "ping p|pong |text AB|text C" },
        new[] { "88 00", "close 1005 " },
        new[] { "88 02 03 e8", "close 1000 " },
        new[] { "88 05 0f a1 62 79 65", "close 4001 bye" },
        new[] { "88 04 03 e9 c3 a9", "close 1001 .." },
        new[] { "01 01 41 88 02 03 e8 80 01 42 ff ff", "close 1000 " },
        new[] { "01 01 c3 80 01 a9", "text 2#6214" },
        new[] { "01 02 f0 9f 00 00 00 01 98 89 00 80 01 80", "ping |text 4#7307479" },
        new[] { "81 03 ef bf bf", "text 3#235791" },
        new[] { "82 02 c3 28", "bin 2#6085" },
    };

    /// <summary>Bytes in hex, the code that answers them and what the error says.</summary>
    private static readonly string[][] s_bad =
    {
        new[] { "c1", "1002", "sets bits of an extension that was not agreed on" },
        new[] { "a1", "1002", "sets bits of an extension that was not agreed on" },
        new[] { "91", "1002", "sets bits of an extension that was not agreed on" },
        new[] { "83", "1002", "sends a frame of an unknown kind (3)" },
        new[] { "87", "1002", "sends a frame of an unknown kind (7)" },
        new[] { "8b", "1002", "sends a frame of an unknown kind (11)" },
        new[] { "8f", "1002", "sends a frame of an unknown kind (15)" },
        new[] { "80", "1002", "continues a message that it did not begin" },
        new[] { "00", "1002", "continues a message that it did not begin" },
        new[] { "01 01 41 81", "1002", "begins a message inside another" },
        new[] { "01 01 41 02", "1002", "begins a message inside another" },
        new[] { "09", "1002", "sends a control frame in fragments" },
        new[] { "0a", "1002", "sends a control frame in fragments" },
        new[] { "08", "1002", "sends a control frame in fragments" },
        new[] { "89 7e", "1002", "sends a control frame of more than 125 bytes" },
        new[] { "88 7f", "1002", "sends a control frame of more than 125 bytes" },
        new[] { "81 81", "1002", "sends a masked frame, which only a client may" },
        new[] { "81 80", "1002", "sends a masked frame, which only a client may" },
        new[] { "81 7e 00 7d", "1002", "sends a length in more bytes than it needs" },
        new[] { "81 7e 00 00", "1002", "sends a length in more bytes than it needs" },
        new[] { "81 7f 00 00 00 00 00 00 ff ff", "1002", "sends a length in more bytes than it needs" },
        new[] { "81 7f 80 00 00 00 00 00 00 00", "1002", "sends a frame with an impossible length" },
        new[] { "82 7f 7f ff ff ff ff ff ff ff", "1009", "sends a message of more than 1000 bytes" },
        new[] { "82 7f 00 00 00 01 00 00 00 00", "1009", "sends a message of more than 1000 bytes" },
        new[] { "82 7e 03 e9", "1009", "sends a message of more than 1000 bytes" },
        new[] { "02 01 41 80 7e 03 e8", "1009", "sends a message of more than 1000 bytes" },
        new[] { "88 01 03", "1002", "closes with a code that means nothing" },
        new[] { "88 02 03 e7", "1002", "closes with a code that means nothing" },
        new[] { "88 02 03 ed", "1002", "closes with a code that means nothing" },
        new[] { "88 02 03 ee", "1002", "closes with a code that means nothing" },
        new[] { "88 02 03 f7", "1002", "closes with a code that means nothing" },
        new[] { "88 02 13 88", "1002", "closes with a code that means nothing" },
        new[] { "88 04 03 e8 c3 28", "1007", "sends the reason of its close that is not UTF-8" },
        new[] { "88 03 03 e8 c3", "1007", "sends the reason of its close that is not UTF-8" },
        new[] { "81 01 80", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 05 48 ff", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 01 c3", "1007", "sends a text message that is not UTF-8" },
        new[] { "01 01 c3 80 00", "1007", "sends a text message that is not UTF-8" },
        new[] { "01 01 c3 00 01 28", "1007", "sends a text message that is not UTF-8" },
        new[] { "01 01 ed 89 00 00 01 a0", "1007", "sends a text message that is not UTF-8" },
        new[] { "01 01 e0 80 02 9f bf", "1007", "sends a text message that is not UTF-8" },
        new[] { "01 01 ed 80 02 a0 80", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 02 c1 bf", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 04 f4 90 80 80", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 04 f0 8f bf bf", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 04 f5 80 80 80", "1007", "sends a text message that is not UTF-8" },
        new[] { "81 03 e2 82 41", "1007", "sends a text message that is not UTF-8" },
    };

    [TestMethod]
    public void Next_ValidFrames_GiveTheirEventsInAnyPieces()
    {
        for (int i = 0; i < s_valid.Length; i++)
        {
            byte[] bytes = WebSocketBytes.Hex(s_valid[i][0]);
            for (int size = 1; size <= bytes.Length; size++)
            {
                Assert.AreEqual(s_valid[i][1], WebSocketBytes.Trace(bytes, size, Limit), s_valid[i][0]);
            }
        }
    }

    [TestMethod]
    public void Next_BrokenFrames_AreRefusedInAnyPieces()
    {
        for (int i = 0; i < s_bad.Length; i++)
        {
            byte[] bytes = WebSocketBytes.Hex(s_bad[i][0]);
            for (int size = 1; size <= bytes.Length; size++)
            {
                string trace = WebSocketBytes.Trace(bytes, size, Limit);
                Assert.IsTrue(trace.IndexOf("error " + s_bad[i][1] + " " + Broken + s_bad[i][2]) >= 0, s_bad[i][0] + " gives " + trace);
            }
        }
    }

    [TestMethod]
    public void Next_LengthsAtTheirBorders_AreTaken()
    {
        int[] sizes = { 0, 1, 125, 126, 127, 65535, 65536, 70000 };
        for (int i = 0; i < sizes.Length; i++)
        {
            byte[] payload = WebSocketBytes.Pattern(sizes[i]);
            string expected = "bin " + WebSocketBytes.Show(payload, 0, payload.Length);
            Assert.AreEqual(expected, WebSocketBytes.Trace(WebSocketBytes.Frame(0x82, payload), 1460, 70000));
        }
    }

    [TestMethod]
    public void Next_MessageAtTheLimit_IsTakenAndOneByteMoreIsNot()
    {
        byte[] whole = WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(Limit));
        Assert.IsTrue(WebSocketBytes.Trace(whole, whole.Length, Limit).StartsWith("bin 1000#"));
        Assert.IsTrue(WebSocketBytes.Trace(whole, whole.Length, Limit - 1).StartsWith("error 1009 "));
        byte[] parts = WebSocketBytes.Join(WebSocketBytes.Frame(0x02, WebSocketBytes.Pattern(Limit - 1)), WebSocketBytes.Frame(0x80, "x"));
        Assert.IsTrue(WebSocketBytes.Trace(parts, parts.Length, Limit).StartsWith("bin 1000#"));
        Assert.IsTrue(WebSocketBytes.Trace(parts, parts.Length, Limit - 1).StartsWith("error 1009 "));
    }

    [TestMethod]
    public void Next_LongMessagesMayPass_GivesTheirBeginningAndGoesOn()
    {
        byte[] large = WebSocketBytes.Pattern(70000);
        byte[] bytes = WebSocketBytes.Join(
            WebSocketBytes.Frame(0x82, large),
            WebSocketBytes.Join(
                WebSocketBytes.Join(WebSocketBytes.Frame(0x81, "between"), WebSocketBytes.Frame(0x01, "abc")),
                WebSocketBytes.Join(
                    WebSocketBytes.Join(WebSocketBytes.Frame(0x00, large), WebSocketBytes.Frame(0x89, "p")),
                    WebSocketBytes.Join(WebSocketBytes.Frame(0x80, large), WebSocketBytes.Frame(0x81, "last")))));
        int[] pieces = { 1, 7, 1460, bytes.Length };
        for (int i = 0; i < pieces.Length; i++)
        {
            WebSocketCodec codec = new WebSocketCodec("h:80", Limit) { SkipsLongMessages = true };
            string trace = "";
            for (int start = 0; start < bytes.Length; start += pieces[i])
            {
                trace += Events(codec, bytes, start, Math.Min(pieces[i], bytes.Length - start));
            }

            Assert.AreEqual("skipped 256|between|ping|skipped 256|last|", trace);
            Assert.IsTrue(codec.Message.Length <= 4096, "no memory beyond the limit");
        }
    }

    [TestMethod]
    public void Next_LongMessagesMayPass_ALengthThatNobodyMeansIsRefused()
    {
        WebSocketCodec codec = new WebSocketCodec("h:80", Limit) { SkipsLongMessages = true };
        byte[] head = WebSocketBytes.Hex("82 7f 00 00 00 01 00 00 00 00");
        try
        {
            codec.Next(head, 0, head.Length);
            Assert.Fail("4 GiB");
        }
        catch (HubException)
        {
            Assert.AreEqual(1009, codec.FailCode);
        }
    }

    private static string Events(WebSocketCodec codec, byte[] bytes, int offset, int count)
    {
        string trace = "";
        while (count > 0)
        {
            switch (codec.Next(bytes, offset, count))
            {
                case WebSocketEvent.Skipped:
                    trace += "skipped " + codec.MessageLength.ToString() + "|";
                    break;
                case WebSocketEvent.Message:
                    trace += Encoding.UTF8.GetString(codec.Message, 0, codec.MessageLength) + "|";
                    break;
                case WebSocketEvent.Ping:
                    trace += "ping|";
                    break;
                default:
                    break;
            }

            offset += codec.Consumed;
            count -= codec.Consumed;
        }

        return trace;
    }

    [TestMethod]
    public void Next_LongestPingAndClose_AreKept()
    {
        byte[] payload = WebSocketBytes.Pattern(125);
        byte[] ping = WebSocketBytes.Frame(0x89, payload);
        Assert.AreEqual("ping " + WebSocketBytes.Show(payload, 0, 125), WebSocketBytes.Trace(ping, 10, Limit));
        string reason = new string('r', 123);
        Assert.AreEqual("close 1011 " + reason.Substring(0, 100) + "...", WebSocketBytes.Trace(WebSocketBytes.Close(1011, reason), 7, Limit));
    }

    [TestMethod]
    public void Next_SmallMessages_UseASmallBufferThatGrowsToTheLimit()
    {
        WebSocketCodec codec = new WebSocketCodec("h:80", 100 * 1024);
        Feed(codec, WebSocketBytes.Frame(0x82, "small"));
        byte[] first = codec.Message;
        Assert.AreEqual(4096, first.Length);
        Feed(codec, WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(4096)));
        Assert.IsTrue(ReferenceEquals(first, codec.Message));
        Feed(codec, WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(4097)));
        Assert.AreEqual(8192, codec.Message.Length);
        Feed(codec, WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(100 * 1024)));
        Assert.AreEqual(100 * 1024, codec.Message.Length);
    }

    [TestMethod]
    public void Start_AfterAnErrorInTheMiddle_BeginsAnew()
    {
        WebSocketCodec codec = new WebSocketCodec("h:80", Limit);
        byte[] cut = WebSocketBytes.Hex("01 02 c3 a9 00 05 c3");
        codec.Next(cut, 0, cut.Length);
        codec.Start();
        Feed(codec, WebSocketBytes.Frame(0x81, "new"));
        Assert.AreEqual("new", Encoding.UTF8.GetString(codec.Message, 0, codec.MessageLength));
        Assert.AreEqual(0, codec.FailCode);
    }

    [TestMethod]
    public void Mask_AnyCutIntoChunks_IsTheSame()
    {
        byte[] mask = { 0x37, 0xFA, 0x21, 0x3D };
        byte[] hello = WebSocketBytes.Hex("48 65 6c 6c 6f");
        for (int cut = 0; cut <= hello.Length; cut++)
        {
            byte[] masked = WebSocketBytes.Join(hello, new byte[0]);
            WebSocketFrame.Mask(masked, 0, cut, mask, 0);
            WebSocketFrame.Mask(masked, cut, hello.Length - cut, mask, cut);
            byte[] expected = WebSocketBytes.Hex("7f 9f 4d 51 58");
            Assert.AreEqual(WebSocketBytes.Show(expected, 0, 5), WebSocketBytes.Show(masked, 0, 5));
        }
    }

    [TestMethod]
    public void WriteHeader_LengthsAtTheirBorders_AreShortest()
    {
        byte[] mask = { 0x11, 0x22, 0x33, 0x44 };
        string[] headers = { "82 80", "82 81", "82 fd", "82 fe 00 7e", "82 fe ff ff", "82 ff 00 00 00 00 00 01 00 00", "82 ff 00 00 00 00 7f ff ff ff" };
        int[] lengths = { 0, 1, 125, 126, 65535, 65536, int.MaxValue };
        for (int i = 0; i < lengths.Length; i++)
        {
            byte[] window = WebSocketBytes.Hex("ee ee ee ee ee ee ee ee ee ee ee ee ee ee");
            byte[] expected = WebSocketBytes.Hex(headers[i] + " 11 22 33 44");
            int length = WebSocketFrame.WriteHeader(window, WebSocketFrame.Binary, lengths[i], mask);
            Assert.AreEqual(WebSocketBytes.Show(expected, 0, expected.Length), WebSocketBytes.Show(window, 0, length), headers[i]);
        }
    }

    private static void Feed(WebSocketCodec codec, byte[] bytes) =>
        Assert.AreEqual((int)WebSocketEvent.Message, (int)codec.Next(bytes, 0, bytes.Length));
}
