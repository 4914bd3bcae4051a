using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What every protocol relies on: slices, deadlines, cancellation, the window and the texts of errors.</summary>
[TestClass]
public class ByteChannelTests
{
    private const string Late = "does not read";

    private static readonly byte[] s_hello = Encoding.UTF8.GetBytes("hello");

    private readonly ScriptedHal _hal = new ScriptedHal(16);
    private readonly ByteChannel _channel;

    public ByteChannelTests()
    {
        _channel = new ByteChannel(_hal, "h:1", "the talk to h:1") { ReadLoss = "broke off an answer", WriteLoss = "broke off a request" };
    }

    [TestMethod]
    public void Fill_Pieces_JoinAfterTheUnreadBytes()
    {
        ScriptedStream peer = Open().Gives("abcdef").Gives("ghi");
        Assert.AreEqual(6, _channel.Fill(100));
        _channel.Take(4);
        Assert.AreEqual(3, _channel.Fill(100));
        Assert.AreEqual("efghi", Unread());
        Assert.AreEqual(0, peer.Disposals);
    }

    [TestMethod]
    public void Fill_FullWindow_LeavesTheRestForTheNext()
    {
        Open().Gives("0123456789abcdefXY");
        Assert.AreEqual(16, _channel.Fill(100));
        Assert.AreEqual("0123456789abcdef", Unread());
        _channel.Take(16);
        Assert.AreEqual(2, _channel.Fill(100));
        Assert.AreEqual("XY", Unread());
    }

    [TestMethod]
    public void Fill_SilentPeer_WaitsAsLongAsSaidAndRentsNothing()
    {
        Open();
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual(-1, _channel.Fill(70));
        Assert.AreEqual(70L, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.IsTrue(_channel.IsOpen);
    }

    [TestMethod]
    public void Fill_NoBufferLeft_KeepsTheConnection()
    {
        Open().Gives("a");
        byte[][] all = new byte[8][];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = _hal.Pool.Rent();
        }

        Assert.AreEqual("out_of_memory: no buffer is left", FillError());
        Assert.IsTrue(_channel.IsOpen);
        _hal.Pool.Return(all[0]);
        Assert.AreEqual(1, _channel.Fill(100));
    }

    [TestMethod]
    public void Fill_OwnWindow_RentsNothing()
    {
        ByteChannel channel = new ByteChannel(_hal, "h:1", "the talk to h:1", new byte[4]);
        channel.Open(new ScriptedStream(_hal.Time).Gives("abc"));
        Assert.AreEqual(3, channel.Fill(100));
        channel.Take(3);
        channel.ReleaseEmptyInput();
        channel.Close();
        Assert.AreEqual(0, _hal.Pool.HighWaterMark);
    }

    [TestMethod]
    public void Fill_CutInTheMiddle_NamesThePeerOnceAndCloses()
    {
        ScriptedStream peer = Open().Gives("abc").Resets();
        Assert.AreEqual(3, _channel.Fill(100));
        Assert.AreEqual("connection_lost: h:1 broke off an answer", FillError());
        AssertClosed(peer);
        Assert.AreEqual("connection_lost: the connection to h:1 is closed", FillError());
    }

    [TestMethod]
    public void Fill_End_IsLeftToTheProtocol()
    {
        Open().Gives("abc").Ends();
        Assert.AreEqual(3, _channel.Fill(100));
        Assert.AreEqual(0, _channel.Fill(100));
        Assert.AreEqual("abc", Unread());
        Assert.IsTrue(_channel.IsOpen);
    }

    [TestMethod]
    public void Fill_ClosedByAnotherThreadWhileItWaits_EndsInAnErrorAndRentsNothing()
    {
        for (int kind = 0; kind < 3; kind++)
        {
            ClosingStream stream = new ClosingStream(_channel, kind);
            _channel.Open(stream);
            Assert.AreEqual("connection_lost: the connection to h:1 is closed", FillError(), "kind " + kind.ToString());
            Assert.AreEqual(1, stream.Disposals);
            Assert.AreEqual(0, _hal.Pool.Rented);
        }
    }

    [TestMethod]
    public void Write_ClosedByAnotherThreadWhileItWaits_EndsInAnError()
    {
        _channel.Open(new ClosingStream(_channel, ClosingStream.Throws));
        Assert.AreEqual("connection_lost: the connection to h:1 is closed", SendError(1000, false, CancellationToken.None));
    }

    [TestMethod]
    public void Send_SlowPeer_GetsAllInOrder()
    {
        ScriptedStream peer = Open().TakesAtMost(1).TakesAfter(90);
        _channel.Send(s_hello, 5, false, _hal.Time.NowMs + 1000, Late, CancellationToken.None);
        Assert.AreEqual("hello", peer.WrittenText());
        Assert.AreEqual(_hal.Time.NowMs, _channel.LastWrittenMs);
    }

    [TestMethod]
    public void Send_DeadlineAcrossSlices_EndsInTimeAndCloses()
    {
        ScriptedStream peer = Open().StallsAfter(2);
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("timeout: h:1 does not read", SendError(250, false, CancellationToken.None));
        Assert.AreEqual(250L, _hal.Time.NowMs - sinceMs, "two slices and a half");
        AssertClosed(peer);
    }

    [TestMethod]
    public void Send_DripThatIsTooSlow_EndsInTimeAllTheSame()
    {
        ScriptedStream peer = Open().TakesAtMost(1).TakesAfter(90);
        Assert.AreEqual("timeout: h:1 does not read", SendError(250, false, CancellationToken.None));
        Assert.AreEqual(3, peer.WrittenCount);
    }

    [TestMethod]
    public void Send_CancelledBeforeItsFirstByte_KeepsTheConnection()
    {
        ScriptedStream peer = Open().StallsAfter(0);
        CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(150, source);
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual("cancelled: the talk to h:1 was cancelled", SendError(10000, false, source.Token));
        Assert.IsTrue(_hal.Time.NowMs - sinceMs <= 250, "within a slice");
        Assert.IsTrue(_channel.IsOpen);
        Assert.AreEqual(0, peer.Disposals);
    }

    [TestMethod]
    public void Send_CancelledInTheMiddle_Closes()
    {
        ScriptedStream peer = Open().StallsAfter(3);
        CancellationTokenSource source = new CancellationTokenSource();
        _hal.Time.CancelAfter(150, source);
        Assert.AreEqual("cancelled: the talk to h:1 was cancelled", SendError(10000, false, source.Token));
        AssertClosed(peer);
    }

    [TestMethod]
    public void Send_CancelledBetweenTwoPartsOfAMessage_Closes()
    {
        ScriptedStream peer = Open();
        CancellationTokenSource source = new CancellationTokenSource();
        source.Cancel();
        Assert.AreEqual("cancelled: the talk to h:1 was cancelled", SendError(10000, true, source.Token));
        AssertClosed(peer);
    }

    [TestMethod]
    public void Send_CutInTheMiddle_NamesThePeerAndCloses()
    {
        ScriptedStream peer = Open().ResetsAfter(3);
        Assert.AreEqual("connection_lost: h:1 broke off a request", SendError(1000, false, CancellationToken.None));
        AssertClosed(peer);
    }

    [TestMethod]
    public void Write_CutOfAChannelThatStaysOpen_LeavesTheAnswerReadable()
    {
        ScriptedStream peer = Open().Gives("no").ResetsAfter(0);
        _channel.StaysOpen = true;
        Assert.AreEqual("connection_lost: h:1 broke off a request", SendError(1000, false, CancellationToken.None));
        Assert.AreEqual(2, _channel.Fill(100));
        Assert.AreEqual("no", Unread());
        _channel.Close();
        AssertClosed(peer);
    }

    [TestMethod]
    public void StalledMs_CountsFromTheLastBytesOrFromTheBegin()
    {
        Open();
        _hal.Time.Advance(500);
        long beginMs = _hal.Time.NowMs;
        _hal.Time.Advance(30);
        Assert.AreEqual(30L, _channel.StalledMs(beginMs), "bytes before do not count");
        _channel.Write(s_hello, 0, 5, 100);
        _hal.Time.Advance(20);
        Assert.AreEqual(20L, _channel.StalledMs(beginMs));
    }

    [TestMethod]
    public void LastReadMs_MovesWithBytesAlone()
    {
        Open().Pauses(40).Gives("ab").Pauses(40).Ends();
        long openedMs = _hal.Time.NowMs;
        Assert.AreEqual(openedMs, _channel.LastReadMs);
        Assert.AreEqual(2, _channel.Fill(100));
        Assert.AreEqual(openedMs + 40, _channel.LastReadMs);
        _channel.Take(2);
        Assert.AreEqual(0, _channel.Fill(100));
        Assert.AreEqual(openedMs + 40, _channel.LastReadMs);
    }

    [TestMethod]
    public void IsQuiet_BytesOrEndOrCut_IsFalse()
    {
        Open();
        Assert.IsTrue(_channel.IsQuiet());
        AssertNotQuiet(new ScriptedStream(_hal.Time).Gives("a"));
        AssertNotQuiet(new ScriptedStream(_hal.Time).Ends());
        AssertNotQuiet(new ScriptedStream(_hal.Time).Resets());
        _channel.Close();
        Assert.IsFalse(_channel.IsQuiet());
    }

    [TestMethod]
    public void MoveTo_GivesTheConnectionWithWhatCameIn()
    {
        ScriptedStream peer = Open().Gives("abc");
        ByteChannel heir = new ByteChannel(_hal, "h:1", "the other talk to h:1");
        _channel.Fill(100);
        _channel.Take(1);
        _channel.MoveTo(heir);
        Assert.IsFalse(_channel.IsOpen);
        Assert.AreEqual(2, heir.InputCount);
        Assert.AreEqual("bc", Encoding.UTF8.GetString(heir.Input, heir.InputOffset, heir.InputCount));
        _channel.Close();
        Assert.AreEqual(0, peer.Disposals);
        heir.Close();
        AssertClosed(peer);
    }

    [TestMethod]
    public void MoveTo_NothingUnread_MovesNoWindow()
    {
        Open().Gives("a");
        ByteChannel heir = new ByteChannel(_hal, "h:1", "the other talk to h:1");
        _channel.Fill(100);
        _channel.Take(1);
        _channel.MoveTo(heir);
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.IsTrue(heir.IsOpen);
    }

    [TestMethod]
    public void Slice_IsWhatIsLeftButAtMostASlice()
    {
        Assert.AreEqual(0, ByteChannel.Slice(-5));
        Assert.AreEqual(0, ByteChannel.Slice(0));
        Assert.AreEqual(99, ByteChannel.Slice(99));
        Assert.AreEqual(ByteChannel.SliceMs, ByteChannel.Slice(long.MaxValue));
    }

    private static string Trace(HubException error) => ErrorCodes.Name(error.Code) + ": " + error.Message;

    private ScriptedStream Open()
    {
        ScriptedStream stream = new ScriptedStream(_hal.Time);
        _channel.Open(stream);
        return stream;
    }

    private string Unread() => Encoding.UTF8.GetString(_channel.Input, _channel.InputOffset, _channel.InputCount);

    private string FillError()
    {
        try
        {
            return "read " + _channel.Fill(1000).ToString();
        }
        catch (HubException error)
        {
            return Trace(error);
        }
    }

    private string SendError(int timeoutMs, bool isBegun, CancellationToken cancel)
    {
        try
        {
            _channel.Send(s_hello, 5, isBegun, _hal.Time.NowMs + timeoutMs, Late, cancel);
            return "sent";
        }
        catch (HubException error)
        {
            return Trace(error);
        }
    }

    private void AssertNotQuiet(ScriptedStream stream)
    {
        _channel.Close();
        _channel.Open(stream);
        Assert.IsFalse(_channel.IsQuiet());
    }

    private void AssertClosed(ScriptedStream peer)
    {
        Assert.IsFalse(_channel.IsOpen);
        Assert.AreEqual(1, peer.Disposals);
        Assert.AreEqual(0, _hal.Pool.Rented);
    }

    /// <summary>A wait during which another thread closes the channel: the HAL's stream may then say anything.</summary>
    private sealed class ClosingStream : IByteStream
    {
        internal const int SaysReadable = 0;
        internal const int Throws = 1;

        private readonly ByteChannel _channel;
        private readonly int _kind;

        internal ClosingStream(ByteChannel channel, int kind)
        {
            _channel = channel;
            _kind = kind;
        }

        public TlsPeer? Peer => null;

        internal int Disposals { get; private set; }

        public bool WaitReadable(int timeoutMs)
        {
            _channel.Close();
            return _kind == SaysReadable ? true : throw Failure();
        }

        public int Read(byte[] buffer, int offset, int count, int timeoutMs) => throw Failure();

        public int Write(byte[] buffer, int offset, int count, int timeoutMs)
        {
            _channel.Close();
            throw Failure();
        }

        public void Dispose() => Disposals++;

        private Exception Failure() => _kind == Throws
            ? new InvalidOperationException("the stream was disposed of")
            : new HubException(ErrorCode.ConnectionLost, "the socket was closed");
    }
}
