using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.WebSockets;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.WebSockets;

/// <summary>Frames that are cut, split, mutated, random or without end: clean events or a clean error, and nothing leaks.</summary>
[TestClass]
public class WebSocketHostileTests
{
    private const int Seed = 20260722;
    private const int Limit = 5000;

    /// <summary>Valid sequences of whole frames.</summary>
    private static readonly byte[][] s_sequences =
    [
        [.. WebSocketBytes.Frame(0x81, "{\"a\":1}"), .. WebSocketBytes.Frame(0x89, "ping"), .. WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(130))],
        [.. WebSocketBytes.Frame(0x01, "gr\u00fc\u20ac"), .. WebSocketBytes.Frame(0x00, Encoding.UTF8.GetBytes("\ud83d\ude00")[..2]), .. WebSocketBytes.Frame(0x8A, ""), .. WebSocketBytes.Frame(0x80, Encoding.UTF8.GetBytes("\ud83d\ude00!")[2..])],
        [.. WebSocketBytes.Frame(0x02, ""), .. WebSocketBytes.Frame(0x00, WebSocketBytes.Pattern(200)), .. WebSocketBytes.Frame(0x80, ""), .. WebSocketBytes.Close(1001, "bye")],
        [.. WebSocketBytes.Frame(0x81, ""), .. WebSocketBytes.Frame(0x89, WebSocketBytes.Pattern(125)), .. WebSocketBytes.Frame(0x88, "")],
    ];

    private static readonly ErrorCode[] s_expected = [ErrorCode.None, ErrorCode.BadResponse, ErrorCode.ConnectionLost];

    [TestMethod]
    public void Next_EveryTwoWaySplitAndPiece_GivesTheSame()
    {
        foreach (byte[] sequence in s_sequences)
        {
            string expected = WebSocketBytes.Trace(sequence, sequence.Length, Limit);
            Assert.IsFalse(expected.Contains("error", StringComparison.Ordinal), expected);
            for (int size = 1; size < sequence.Length; size++)
            {
                Assert.AreEqual(expected, WebSocketBytes.Trace(sequence, size, Limit), $"pieces of {size}");
            }

            string[] whole = WebSocketRun.Receive([sequence], true).Messages;
            for (int split = 1; split < sequence.Length; split++)
            {
                CollectionAssert.AreEqual(whole, WebSocketRun.Receive([sequence[..split], sequence[split..]], true).Messages, $"split at {split}");
            }
        }
    }

    [TestMethod]
    public void Receive_CutAtEveryByte_IsLostOrSilentButNeverHalfAMessage()
    {
        foreach (byte[] sequence in s_sequences)
        {
            string[] all = WebSocketRun.Receive([sequence], true).Messages;
            for (int length = 0; length < sequence.Length; length++)
            {
                WebSocketOutcome ended = WebSocketRun.Receive([sequence[..length]], true);
                WebSocketOutcome silent = WebSocketRun.Receive([sequence[..length]], false);
                Assert.AreEqual(ErrorCode.ConnectionLost, ended.Code, $"cut at {length}: {ended.Message}");
                Assert.AreEqual(ErrorCode.None, silent.Code, $"silent at {length}: {silent.Message}");
                CollectionAssert.AreEqual(silent.Messages, ended.Messages);
                CollectionAssert.AreEqual(all[..silent.Messages.Length], silent.Messages, $"cut at {length}");
            }
        }
    }

    [TestMethod]
    public void Receive_MutatedFrames_GiveTheSameInAnyPieces()
    {
        Random random = new Random(Seed);
        int accepted = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = Mutated(s_sequences[random.Next(s_sequences.Length)], random);
            string context = $"seed {Seed} round {round}: {Convert.ToHexString(bytes)}";
            WebSocketOutcome whole = WebSocketRun.Receive([bytes], true);
            WebSocketOutcome pieces = WebSocketRun.Receive(RandomPieces.Of(bytes, 29, random), true);
            Assert.AreEqual(whole.ToString(), pieces.ToString(), context);
            AssertClean(whole, context);
            accepted += whole.Code == ErrorCode.BadResponse ? 0 : 1;
        }

        Assert.IsTrue(accepted is > 500 and < 4500, $"the mutations test too little: {accepted} of 5000 were accepted");
    }

    [TestMethod]
    public void Receive_RandomBytes_AreRefusedCleanly()
    {
        Random random = new Random(Seed);
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);

            // Most random first bytes are refused; these get further.
            bytes[0] = random.Next(3) == 0 ? bytes[0] : (byte)(0x80 | random.Next(3));
            AssertClean(WebSocketRun.Receive(RandomPieces.Of(bytes, 29, random), random.Next(2) == 0), $"seed {Seed} round {round}: {Convert.ToHexString(bytes)}");
        }
    }

    [TestMethod]
    public void Next_TextCutAtEveryByteIntoFragments_IsJudgedAsDotNetDoes()
    {
        Random random = new Random(Seed);
        UTF8Encoding strict = new UTF8Encoding(false, true);
        byte[] telling = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF];
        int sound = 0;
        for (int round = 0; round < 20000; round++)
        {
            byte[] text = new byte[random.Next(1, 6)];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = telling[random.Next(telling.Length)];
            }

            bool isSound = IsSound(strict, text);
            sound += isSound ? 1 : 0;
            int cut = random.Next(text.Length + 1);
            byte[] frames = [.. WebSocketBytes.Frame(0x01, text[..cut]), .. WebSocketBytes.Frame(0x80, text[cut..])];
            string trace = WebSocketBytes.Trace(frames, random.Next(1, frames.Length + 1), Limit);
            Assert.AreEqual(isSound, trace.StartsWith("text ", StringComparison.Ordinal), $"seed {Seed} round {round}: {Convert.ToHexString(text)} gives {trace}");
        }

        Assert.IsTrue(sound > 500, $"only {sound} sound texts");
    }

    [TestMethod]
    [DataRow("82FF", "claims a masked frame", "1002")]
    [DataRow("827F7FFFFFFFFFFFFFFF", "claims 8 EiB", "1009")]
    [DataRow("827F0000000000001389", "claims a byte too many", "1002")]
    [DataRow("827E1389", "claims a byte too many", "1009")]
    public void Receive_OversizeClaims_AreRefusedBeforeThePayload(string header, string what, string code)
    {
        byte[] bytes = Convert.FromHexString(header);
        WebSocketCodec codec = new WebSocketCodec("h:80", Limit);
        Assert.ThrowsExactly<HubException>(() => codec.Next(bytes, 0, bytes.Length), what);
        Assert.AreEqual(code, codec.FailCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual(0, codec.Message.Length, "memory was taken on a claim");
    }

    [TestMethod]
    [DataRow("0000", "empty fragments")]
    [DataRow("8900", "pings")]
    [DataRow("8A00", "pongs")]
    public async Task Receive_EndlessFramesWithoutAMessage_ReturnsInTime(string repeated, string what)
    {
        byte[] flood = [.. Enumerable.Repeat(Convert.FromHexString(repeated), 8000).SelectMany(b => b)];
        byte[] begin = repeated == "0000" ? [0x02, 0x00] : [];
        using WebSocketRawServer server = new WebSocketRawServer();
        Task serving = server.Serve(socket =>
        {
            socket.Send(begin);
            byte[] waste = new byte[65536];
            while (!server.IsStopping)
            {
                socket.Send(flood);
                while (socket.Available > 0)
                {
                    socket.Receive(waste);
                }
            }
        });
        using WebSocketClient client = server.Connect();
        FairWatch watch = FairWatch.StartNew();
        Assert.IsFalse(client.Receive(200), what);
        Assert.IsGreaterThanOrEqualTo(190, watch.WallMilliseconds, what);
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds, what);
        client.Dispose();
        server.Stop();
        await serving;
    }

    [TestMethod]
    public async Task Receive_DroppedInMidFrame_IsConnectionLost()
    {
        foreach (bool resets in new[] { false, true })
        {
            using WebSocketRawServer server = new WebSocketRawServer();
            Task serving = server.Serve(socket =>
            {
                socket.Send([0x81, 0x7E, 0x01, 0x00, 0x41]);
                socket.LingerState = new LingerOption(resets, 0);
            });
            using WebSocketClient client = server.Connect();
            HubException error = Assert.ThrowsExactly<HubException>(() => client.Receive(Patience.LimitMs));
            Assert.AreEqual(ErrorCode.ConnectionLost, error.Code, error.Message);
            Assert.IsFalse(client.IsOpen);
            Assert.AreEqual(WebSocketCloseCodes.Abnormal, client.CloseCode);
            await serving;
        }
    }

    [TestMethod]
    public async Task Close_ServerThatNeverAnswers_EndsInTime()
    {
        using WebSocketRawServer server = new WebSocketRawServer();
        using ManualResetEventSlim done = new ManualResetEventSlim();
        Task serving = server.Serve(_ => done.Wait(Patience.LimitMs));
        using WebSocketClient client = server.Connect();
        FairWatch watch = FairWatch.StartNew();
        client.Close(300);
        Assert.IsGreaterThanOrEqualTo(280, watch.WallMilliseconds);
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds);
        Assert.IsFalse(client.IsOpen);
        done.Set();
        await serving;
    }

    [TestMethod]
    public async Task Send_ServerThatDoesNotRead_IsTimeout()
    {
        using WebSocketRawServer server = new WebSocketRawServer();
        using ManualResetEventSlim done = new ManualResetEventSlim();
        Task serving = server.Serve(_ => done.Wait(Patience.LimitMs));
        using WebSocketClient client = server.Connect();
        byte[] much = new byte[32 * 1024 * 1024];
        FairWatch watch = FairWatch.StartNew();
        HubException error = Assert.ThrowsExactly<HubException>(() => client.SendBinary(much, 0, much.Length, 400));
        Assert.AreEqual(ErrorCode.Timeout, error.Code, error.Message);
        Assert.IsGreaterThanOrEqualTo(380, watch.WallMilliseconds);
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds);
        Assert.IsFalse(client.IsOpen);
        done.Set();
        await serving;
    }

    [TestMethod]
    public async Task Receive_Cancelled_EndsWithin100Ms()
    {
        using WebSocketRawServer server = new WebSocketRawServer();
        using ManualResetEventSlim done = new ManualResetEventSlim();
        Task serving = server.Serve(_ => done.Wait(Patience.LimitMs));
        using CancellationTokenSource source = new CancellationTokenSource();
        using WebSocketClient client = server.Connect(source.Token);
        FairWatch? cancelled = null;
        source.Token.Register(() => cancelled = FairWatch.StartNew());
        source.CancelAfter(250);
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Receive(Patience.LimitMs));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code);

        // The token says so before it runs its callbacks.
        Patience.Until(() => cancelled != null, "the token's callback");
        Assert.IsLessThan(100 + 500, cancelled!.ElapsedMilliseconds, "after the cancellation; 500 ms are for a busy machine");
        done.Set();
        await serving;
    }

    private static void AssertClean(WebSocketOutcome outcome, string context)
    {
        Assert.IsTrue(s_expected.Contains(outcome.Code), $"{context} gives {outcome}");
        Assert.IsTrue(outcome.Message.All(c => c is >= ' ' and <= '~'), $"{context}: the message is not one plain line: {outcome.Message}");
        Assert.IsTrue(outcome.Code == ErrorCode.None || outcome.Message.StartsWith("h:80 ", StringComparison.Ordinal), $"{context}: {outcome.Message}");
    }

    private static bool IsSound(UTF8Encoding strict, byte[] text)
    {
        try
        {
            strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static byte[] Mutated(byte[] sequence, Random random)
    {
        List<byte> bytes = [.. sequence];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int position = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.Insert(position, (byte)random.Next(256));
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(position);
                    break;
                case 3:
                    byte[] other = s_sequences[random.Next(s_sequences.Length)];
                    bytes.InsertRange(0, other[..random.Next(other.Length)]);
                    break;
                default:
                    bytes[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }
}
