using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The codec alone, fed with whole answers and in pieces of every size.</summary>
[TestClass]
public class HttpResponseCodecTests
{
    /// <summary>Answer, status, body, and whether the connection may be used again. The input ends after each.</summary>
    private static readonly string[][] s_valid =
    {
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200", "", "keep" },
        new[] { "HTTP/1.1 200\r\ncontent-LENGTH:\t5 \r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 \r\nContent-Length: 005\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", "200", "hello", "close" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\nhello", "200", "hello", "close" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\nconnection: close\r\n\r\nhello", "200", "hello", "close" },
        new[] { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: closed\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200", "hello", "close" },
        new[] { "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\n\r\nuntil the end", "200", "until the end", "close" },
        new[] { "HTTP/1.0 200 OK\r\n\r\n", "200", "", "close" },
        new[] { "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204", "", "keep" },
        new[] { "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "304", "", "keep" },
        new[] { "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "304", "", "keep" },
        new[] { "HTTP/1.1 204 No Content\r\nContent-Length: nonsense\r\n\r\n", "204", "", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=\"y\"\r\nhe\r\n03 \r\nllo\r\n00;z\r\nA: b\r\nC: d\r\n\r\n", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n", "200", "hello", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "200", "01234567890123456789", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200", "hello", "close" },
        new[] { "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200", "hello", "close" },
        new[] { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", "201", "ok", "keep" },
        new[] { "HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\n\tc\r\nContent-Length: 5\r\n\r\nhello", "200", "hello", "keep" },
        new[] { "HTTP/1.1 599 Odd: text\r\nContent-Length: 1\r\n\r\n!", "599", "!", "keep" },
        new[] { "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", "302", "", "keep" },
    };

    /// <summary>A tilde stands for NUL, at which a string stops on the board.</summary>
    private static readonly string[] s_bad =
    {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "220 ProFTPD\r\n",
        "\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.x 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded first\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b~c\r\n\r\n",
        "HTTP/1.1 200 O~K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: ,\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\rhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n",
    };

    [TestMethod]
    public void Next_ValidAnswersInPiecesOfEverySize_GiveStatusBodyAndReuse()
    {
        for (int i = 0; i < s_valid.Length; i++)
        {
            byte[] answer = Bytes(s_valid[i][0]);
            for (int size = 1; size <= answer.Length; size++)
            {
                HttpResponseCodec codec = new HttpResponseCodec("peer:80");
                codec.Start(false);
                string body = Run(codec, answer, size);
                string found = codec.Status.ToString() + "|" + body + "|" + (codec.KeepsConnection ? "keep" : "close");
                Assert.AreEqual(s_valid[i][1] + "|" + s_valid[i][2] + "|" + s_valid[i][3], found);
            }
        }
    }

    [TestMethod]
    public void Next_BadAnswersInPiecesOfEverySize_AreRefused()
    {
        for (int i = 0; i < s_bad.Length; i++)
        {
            byte[] answer = Bytes(s_bad[i]);
            for (int c = 0; c < answer.Length; c++)
            {
                answer[c] = answer[c] == '~' ? (byte)0 : answer[c];
            }

            for (int size = 1; size <= answer.Length; size++)
            {
                string error = ErrorOf(answer, size);
                Assert.IsTrue(error.StartsWith("peer:80 "), "accepted or misnamed: " + s_bad[i] + " gives: " + error);
            }
        }
    }

    [TestMethod]
    public void Next_AnswerToHead_HasNoBodyWhateverHeadersSay()
    {
        string[] headers = { "Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 99999999999999999999", "X: y" };
        for (int i = 0; i < headers.Length; i++)
        {
            byte[] answer = Bytes("HTTP/1.1 200 OK\r\n" + headers[i] + "\r\n\r\n");
            HttpResponseCodec codec = new HttpResponseCodec("peer:80");
            codec.Start(true);
            Assert.AreEqual((int)HttpCodecEvent.Head, (int)codec.Next(answer, 0, answer.Length, 0));
            Assert.AreEqual((int)HttpCodecEvent.End, (int)codec.Next(answer, answer.Length, 0, 0));
            Assert.AreEqual(0L, codec.ContentLength);
            Assert.IsTrue(codec.KeepsConnection);
        }
    }

    [TestMethod]
    public void EndInput_InsideAnAnswer_IsACut()
    {
        string[] answers =
        {
            "", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n",
        };
        for (int i = 0; i < answers.Length; i++)
        {
            HttpResponseCodec codec = new HttpResponseCodec("peer:80");
            codec.Start(false);
            byte[] answer = Bytes(answers[i]);
            int position = 0;
            while (position < answer.Length)
            {
                codec.Next(answer, position, answer.Length - position, 100);
                position += codec.Consumed;
            }

            Assert.IsFalse(codec.EndInput(), answers[i]);
            Assert.AreEqual(answer.Length > 0, codec.HasStarted);
        }
    }

    [TestMethod]
    public void Next_BytesAfterTheAnswer_AreLeft()
    {
        byte[] answer = Bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500");
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        codec.Next(answer, 0, answer.Length, 0);
        int head = codec.Consumed;
        Assert.AreEqual((int)HttpCodecEvent.Body, (int)codec.Next(answer, head, answer.Length - head, 100));
        Assert.AreEqual(head, codec.BodyOffset);
        Assert.AreEqual(2, codec.BodyCount);
        Assert.AreEqual((int)HttpCodecEvent.End, (int)codec.Next(answer, head + 2, answer.Length - head - 2, 100));
        Assert.AreEqual(0, codec.Consumed);
    }

    [TestMethod]
    public void Next_NoRoomForTheBody_TellsThatThereIsMoreAndTakesNone()
    {
        byte[] answer = Bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        codec.Next(answer, 0, answer.Length, 0);
        int position = codec.Consumed;
        Assert.AreEqual((int)HttpCodecEvent.Body, (int)codec.Next(answer, position, answer.Length - position, 0));
        Assert.AreEqual(0, codec.BodyCount);
        position += codec.Consumed;
        Assert.AreEqual((int)HttpCodecEvent.Body, (int)codec.Next(answer, position, answer.Length - position, 4));
        Assert.AreEqual("hell", Encoding.UTF8.GetString(answer, codec.BodyOffset, codec.BodyCount));
    }

    [TestMethod]
    public void Header_AnyCase_GivesTrimmedFirstValueOrNull()
    {
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        byte[] answer = Bytes("HTTP/1.1 200 OK\r\nX-One:  a b \t\r\nx-one: second\r\nEmpty:\r\nSpaces:   \r\nFold: a \r\n  b\r\nX-Longer: c\r\nContent-Length: 0\r\n\r\n");
        Run(codec, answer, 7);
        string[][] expected =
        {
            new[] { "x-one", "a b" }, new[] { "X-ONE", "a b" }, new[] { "Empty", "" }, new[] { "spaces", "" },
            new[] { "X-Longer", "c" }, new[] { "content-length", "0" },
        };
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i][1], codec.Header(expected[i][0])!);
        }

        string fold = codec.Header("Fold")!;
        Assert.IsTrue(fold.StartsWith("a ") && fold.EndsWith(" b"), fold);
        Assert.IsNull(codec.Header("X-On"));
        Assert.IsNull(codec.Header("X-One:"));
        Assert.IsNull(codec.Header("HTTP/1.1 200 OK"));
        Assert.IsNull(codec.Header("second"));
    }

    [TestMethod]
    public void Header_BytesBeyondAscii_AreReadAsLatin1()
    {
        byte[] answer = Bytes("HTTP/1.1 200 OK\r\nA: x\r\nContent-Length: 0\r\n\r\n");
        answer[Array.IndexOf((Array)answer, (byte)'x', 0, answer.Length)] = 0xFF;
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        Run(codec, answer, answer.Length);
        Assert.AreEqual(255, (int)codec.Header("A")!.ToCharArray()[0]);
    }

    [TestMethod]
    public void Next_OtherProtocol_IsNamedByWhatItSent()
    {
        string error = ErrorOf(Bytes("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 and more\r\n"), 100);
        Assert.AreEqual("peer:80 does not speak HTTP/1.x, it sent: SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 a...", error);
        byte[] alert = { 0x15, 3, 1, 0, 2, 2, 70 };
        Assert.AreEqual("peer:80 does not speak HTTP/1.x (it seems to require https), it sent: ......F", ErrorOf(alert, 100));
    }

    [TestMethod]
    public void Next_LimitsOfTheHead_AreHeldExactly()
    {
        Assert.AreEqual("", ErrorOf(Bytes(WithLine(8192)), 500));
        Assert.AreEqual("peer:80 sent a header line of more than 8 KiB", ErrorOf(Bytes(WithLine(8193)), 500));
        Assert.AreEqual("peer:80 sent a header line of more than 8 KiB", ErrorOf(Bytes(WithLine(40000)), 40000));
        Assert.AreEqual("peer:80 sent more than 16 KiB of headers", ErrorOf(Bytes("HTTP/1.1 200 OK\r\n" + Line(8000) + Line(8000) + Line(400)), 500));
        Assert.AreEqual("", ErrorOf(Bytes("HTTP/1.1 200 OK\r\n" + Lines(99) + "Content-Length: 0\r\n\r\n"), 500));
        Assert.AreEqual("peer:80 sent more than 100 headers", ErrorOf(Bytes("HTTP/1.1 200 OK\r\n" + Lines(101)), 500));
    }

    [TestMethod]
    public void Next_InterimAnswersWithoutEnd_AreRefused()
    {
        string final = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Assert.AreEqual("", ErrorOf(Bytes(Repeat("HTTP/1.1 102 Processing\r\n\r\n", 16) + final), 500));
        Assert.AreEqual(
            "peer:80 sends interim answers without end",
            ErrorOf(Bytes(Repeat("HTTP/1.1 102 Processing\r\n\r\n", 17) + final), 500));
    }

    [TestMethod]
    public void Next_ChunkFramingWithoutEnd_IsRefused()
    {
        string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        Assert.AreEqual("peer:80 sent a chunk size line of more than 1 KiB", ErrorOf(Bytes(head + Repeat("0", 2000)), 500));
        Assert.AreEqual("peer:80 sent a chunk size line of more than 1 KiB", ErrorOf(Bytes(head + "5;" + Repeat("x", 2000)), 500));
        Assert.AreEqual("peer:80 sent more than 8 KiB of trailers", ErrorOf(Bytes(head + "0\r\n" + Repeat("A: b\r\n", 2000)), 500));
        Assert.AreEqual("peer:80 sent more than 8 KiB of trailers", ErrorOf(Bytes(head + "0\r\n" + Repeat("x", 9000)), 500));
    }

    [TestMethod]
    public void Start_AfterAnAnswer_ForgetsIt()
    {
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        Run(codec, Bytes("HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: u\r\n\r\n"), 9);
        codec.Start(false);
        Assert.IsFalse(codec.HasStarted);
        Assert.IsFalse(codec.HasHead);
        Assert.AreEqual("ok", Run(codec, Bytes("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), 9));
        Assert.AreEqual(404, codec.Status);
        Assert.IsNull(codec.Header("A"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Feeds an answer in pieces and gives its body back; fails unless it is complete at its end.</summary>
    private static string Run(HttpResponseCodec codec, byte[] answer, int size)
    {
        StringBuilder body = new StringBuilder();
        for (int start = 0; start < answer.Length; start += size)
        {
            FeedPiece(codec, answer, start, Math.Min(size, answer.Length - start), body);
        }

        Assert.IsTrue(codec.EndInput(), "not complete");
        return body.ToString();
    }

    private static void FeedPiece(HttpResponseCodec codec, byte[] answer, int start, int count, StringBuilder body)
    {
        int end = start + count;
        while (start < end)
        {
            HttpCodecEvent found = codec.Next(answer, start, end - start, 3);
            for (int i = 0; i < codec.BodyCount; i++)
            {
                body.Append((char)answer[codec.BodyOffset + i]);
            }

            start += codec.Consumed;
            Assert.IsFalse(found == HttpCodecEvent.End && start < end, "ends too early");
        }
    }

    /// <summary>The message with which an answer is refused, empty when it is not.</summary>
    private static string ErrorOf(byte[] answer, int size)
    {
        HttpResponseCodec codec = new HttpResponseCodec("peer:80");
        codec.Start(false);
        try
        {
            StringBuilder body = new StringBuilder();
            for (int start = 0; start < answer.Length; start += size)
            {
                FeedPiece(codec, answer, start, Math.Min(size, answer.Length - start), body);
            }

            return "";
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.BadResponse, (int)error.Code);
            return error.Message;
        }
    }

    private static string WithLine(int bytes) => "HTTP/1.1 200 OK\r\n" + Line(bytes) + "Content-Length: 0\r\n\r\n";

    /// <summary>A header line of so many bytes, its end included.</summary>
    private static string Line(int bytes) => "A: " + Repeat("x", bytes - 5) + "\r\n";

    private static string Lines(int count) => Repeat("A: b\r\n", count);

    private static string Repeat(string text, int times)
    {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < times; i++)
        {
            all.Append(text);
        }

        return all.ToString();
    }
}
