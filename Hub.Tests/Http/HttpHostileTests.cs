using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Http;

/// <summary>Answers that are cut, split, mutated, random or without end: a clean result or a clean error, and nothing leaks.</summary>
[TestClass]
public class HttpHostileTests
{
    private const int Seed = 20260714;

    private static readonly string[] s_answers =
    [
        "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 11\r\n\r\n{\"a\":[1,2]}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\n{\"a\"\r\n7\r\n:[1,2]}\r\n0\r\nTrailer: y\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n{\"a\":[1,2]}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\nX: a\n b\nContent-Length: 2, 2\n\nok",
        "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"Printer API\", nonce=\"0123456789abcdef\", stale=false\r\nContent-Length: 16\r\n\r\n401: Unauthorize",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ];

    [TestMethod]
    public void Get_TruncatedAtEveryByte_IsLostOrTimesOutButNeverAHalfResult()
    {
        foreach (string answer in s_answers)
        {
            byte[] whole = Encoding.Latin1.GetBytes(answer);
            bool endsAtClose = answer.StartsWith("HTTP/1.0", StringComparison.Ordinal);
            int headLength = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            for (int length = 0; length < whole.Length; length++)
            {
                HttpOutcome ended = HttpRun.Get([whole[..length]], true);
                HttpOutcome silent = HttpRun.Get([whole[..length]], false);
                bool mayBeWhole = endsAtClose && length >= headLength;
                Assert.AreEqual(mayBeWhole ? ErrorCode.None : ErrorCode.ConnectionLost, ended.Code, $"{answer} cut at {length}: {ended}");
                Assert.AreEqual(ErrorCode.Timeout, silent.Code, $"{answer} silent at {length}: {silent}");
            }
        }
    }

    [TestMethod]
    public void Get_EveryTwoWaySplit_GivesTheSame()
    {
        foreach (string answer in s_answers)
        {
            byte[] whole = Encoding.Latin1.GetBytes(answer);
            HttpOutcome expected = HttpRun.Get([whole], true);
            Assert.AreEqual(ErrorCode.None, expected.Code, expected.ToString());
            for (int split = 1; split < whole.Length; split++)
            {
                Assert.AreEqual(expected, HttpRun.Get([whole[..split], whole[split..]], true), $"{answer} split at {split}");
            }
        }
    }

    [TestMethod]
    public void Get_MutatedAnswers_GiveTheSameInAnyPieces()
    {
        Random random = new Random(Seed);
        int accepted = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] answer = Mutated(Encoding.Latin1.GetBytes(s_answers[random.Next(s_answers.Length)]), random);
            HttpOutcome whole = HttpRun.Get([answer], true);
            HttpOutcome pieces = HttpRun.Get(RandomPieces.Of(answer, 29, random), true);
            string context = $"seed {Seed} round {round}: {Encoding.Latin1.GetString(answer)}";
            Assert.AreEqual(whole.Essence, pieces.Essence, context);
            AssertCleanOutcome(whole, context);
            accepted += whole.Code == ErrorCode.None ? 1 : 0;
        }

        Assert.IsTrue(accepted is > 500 and < 4500, $"the mutations test too little: {accepted} of 5000 were accepted");
    }

    [TestMethod]
    public void Get_RandomBytes_AreRefusedCleanly()
    {
        Random random = new Random(Seed);
        const string Beginning = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int round = 0; round < 2000; round++)
        {
            byte[] tail = new byte[random.Next(200)];
            random.NextBytes(tail);
            byte[] answer = [.. Encoding.Latin1.GetBytes(Beginning[..random.Next(Beginning.Length + 1)]), .. tail];
            HttpOutcome outcome = HttpRun.Get(RandomPieces.Of(answer, 29, random), random.Next(2) == 0);
            AssertCleanOutcome(outcome, $"seed {Seed} round {round}: {Convert.ToHexString(answer)}");
        }
    }

    [TestMethod]
    [DataRow("", "H", 16 * 1024)]
    [DataRow("HTTP/1.1 200 ", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nA: ", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\n", "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: b\r\n", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\n", "A: b\r\n", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nA: b\r\n", " folded\r\n", 32 * 1024)]
    [DataRow("", "HTTP/1.1 102 Processing\r\n\r\n", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "0", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 64 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\n", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", "x", 32 * 1024)]
    [DataRow("HTTP/1.1 200 OK\r\n\r\n", "x", 32 * 1024)]
    public void Get_AnswerWithoutEnd_IsRefusedSoon(string beginning, string repeated, int maxReadBytes)
    {
        foreach (bool drains in new[] { false, true })
        {
            EndlessStream peer = new EndlessStream(beginning, repeated);
            ScriptedHal hal = new ScriptedHal();
            using HttpClient client = new HttpClient(HalWith(hal, peer), HttpOrigin.Parse("http://h"), null);
            HubException? error = null;
            try
            {
                HttpResponse response = client.Send(new HttpRequest("GET", "/"), CancellationToken.None);
                if (drains)
                {
                    response.Drain();
                }
                else
                {
                    response.ReadAll(new byte[HttpRun.BodyLimit]);
                }
            }
            catch (HubException caught)
            {
                error = caught;
            }

            Assert.IsTrue(drains ? error == null || error.Code == ErrorCode.BadResponse : error?.Code == ErrorCode.BadResponse, error?.ToString() ?? "accepted");
            Assert.IsTrue(peer.IsDisposed, "the connection stays open");
            Assert.AreEqual(0, hal.Pool.Rented);
            int limit = drains ? Math.Max(maxReadBytes, 8 * 64 * 1024) : maxReadBytes;
            Assert.IsTrue(peer.ReadBytes <= limit, $"{peer.ReadBytes} bytes were read");
        }
    }

    [TestMethod]
    public void Get_LongestHead_CostsNoMoreThanItsSize()
    {
        string head = "HTTP/1.1 200 OK\r\nA: " + new string('x', 8000) + "\r\nB: " + new string('y', 8000) + "\r\nContent-Length: 2\r\n\r\nok";
        FairWatch watch = FairWatch.StartNew();
        HttpOutcome outcome = HttpRun.Get(Pieces(Encoding.Latin1.GetBytes(head), 1), true);
        Assert.AreEqual("none 200 ok", outcome.Essence);
        Assert.IsTrue(watch.ElapsedMilliseconds < 2000, $"byte by byte it took {watch.ElapsedMilliseconds} ms");
    }

    private static void AssertCleanOutcome(HttpOutcome outcome, string context)
    {
        ErrorCode[] expected = [ErrorCode.None, ErrorCode.BadResponse, ErrorCode.ConnectionLost, ErrorCode.Timeout];
        Assert.IsTrue(expected.Contains(outcome.Code), $"{context} gives {outcome}");
        Assert.IsTrue(outcome.Message.All(c => c is >= ' ' and <= '~'), $"{context}: the message is not one plain line: {outcome.Message}");
        Assert.IsTrue(outcome.Code == ErrorCode.None || outcome.Message.StartsWith("h:80 ", StringComparison.Ordinal), $"{context}: {outcome.Message}");
    }

    private static IHal HalWith(ScriptedHal hal, IByteStream peer)
    {
        Mock<ISocketFactory> sockets = new Mock<ISocketFactory>(MockBehavior.Strict);
        sockets.Setup(s => s.ConnectTcp("h", 80, 5000)).Returns(peer);
        Mock<IHal> mock = new Mock<IHal>(MockBehavior.Strict);
        mock.Setup(h => h.Clock).Returns(hal.Clock);
        mock.Setup(h => h.Buffers).Returns(hal.Pool);
        mock.Setup(h => h.Sockets).Returns(sockets.Object);
        return mock.Object;
    }

    private static byte[] Mutated(byte[] answer, Random random)
    {
        List<byte> bytes = [.. answer];
        byte[] telling = Encoding.Latin1.GetBytes("\r\n\0 :;,0159afF\t\u00ff");
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int position = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[position] = telling[random.Next(telling.Length)];
                    break;
                case 1:
                    bytes.Insert(position, telling[random.Next(telling.Length)]);
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(position);
                    break;
                case 3:
                    int length = random.Next(1, Math.Min(20, bytes.Count - position) + 1);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(position, length));
                    break;
                default:
                    bytes[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[][] Pieces(byte[] answer, int size) => [.. answer.Chunk(size)];
}
