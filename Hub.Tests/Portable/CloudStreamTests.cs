using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>One streamed file: its window, its credit and its source, without threads.</summary>
[TestClass]
public class CloudStreamTests
{
    private const int BufferBytes = 64;
    private const int WindowBytes = 4 * BufferBytes;

    private readonly ManualClock _clock = new ManualClock();
    private readonly CountingBufferPool _pool = new CountingBufferPool(BufferBytes, 16);
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly byte[] _buffer = new byte[1000];

    [TestMethod]
    public void Window_Credit_FollowsWhatIsTaken()
    {
        StreamWindow window = new StreamWindow(Buffers(), 1000);
        Assert.AreEqual(WindowBytes, (int)window.Grant());
        Assert.AreEqual(0, (int)window.Grant());
        Put(window, Pattern(0, WindowBytes), WindowBytes);
        Assert.IsFalse(window.MayCome(1), "no credit is left");
        window.Take(BufferBytes - 1);
        Assert.AreEqual(0, (int)window.CreditDue, "not worth a message");
        window.Take(1);
        Assert.AreEqual(BufferBytes, (int)window.Grant());
        Assert.AreEqual(WindowBytes + BufferBytes, (int)window.Granted);
        Assert.AreEqual(WindowBytes - BufferBytes, (int)window.Available);
    }

    [TestMethod]
    public void Window_EndOfTheFile_IsGrantedHoweverSmall()
    {
        StreamWindow window = new StreamWindow(Buffers(), WindowBytes + 1);
        window.Grant();
        Put(window, _buffer, WindowBytes);
        window.Take(1);
        Assert.AreEqual(1, (int)window.Grant());
        window.Take(WindowBytes - 1);
        Assert.AreEqual(0, (int)window.Grant(), "never more than the file");
    }

    [TestMethod]
    public void Window_PiecesOfAnySize_ComeOutInOrder()
    {
        int[] puts = { 1, 63, 64, 65, 7, 128, 200, 3 };
        int[] takes = { 5, 64, 1, 100, 33 };
        StreamWindow window = new StreamWindow(Buffers(), 100000);
        int put = 0;
        int taken = 0;
        for (int i = 0; i < 200; i++)
        {
            window.Grant();
            int count = Least(puts[i % puts.Length], (int)(window.Granted - window.Received));
            Put(window, Pattern(put, count), count);
            put += count;
            count = Least(takes[i % takes.Length], (int)window.Available);
            window.CopyOut(_buffer, 3, count);
            for (int k = 0; k < count; k++)
            {
                Assert.AreEqual(At(taken + k), (int)_buffer[3 + k]);
            }

            window.Take(count);
            taken += count;
        }

        Assert.IsTrue(taken > 2000);
    }

    [TestMethod]
    public void Frame_StreamIdOf()
    {
        Assert.AreEqual(0x01020304L, FileFrame.StreamIdOf(new byte[] { 1, 1, 2, 3, 4, 9 }, 0, 6));
        Assert.AreEqual(0x01020304L, FileFrame.StreamIdOf(new byte[] { 7, 7, 1, 1, 2, 3, 4 }, 2, 5));
        Assert.AreEqual(0xFFFFFFFFL, FileFrame.StreamIdOf(new byte[] { 1, 255, 255, 255, 255 }, 0, 5));
        Assert.AreEqual(-1L, FileFrame.StreamIdOf(new byte[] { 1, 0, 0, 0, 1 }, 0, 4));
        Assert.AreEqual(-1L, FileFrame.StreamIdOf(new byte[] { 2, 0, 0, 0, 1, 5 }, 0, 6));
        Assert.AreEqual(-1L, FileFrame.StreamIdOf(new byte[0], 0, 0));
    }

    [TestMethod]
    public void Source_HoldsNoBufferBeforeItIsReadAndGivesAllBack()
    {
        StreamSource source = New(1000);
        Assert.AreEqual(0, (int)source.TakeCredit());
        Assert.AreEqual(0, _pool.Rented);
        Assert.AreEqual(SourceRead.NothingYet, source.Read(_buffer, 0, 10, 0));
        Assert.AreEqual(4, _pool.Rented);
        Assert.IsTrue(_wake.WaitOne(0, false), "the tunnel is woken to give credit");
        Assert.AreEqual(WindowBytes, (int)source.TakeCredit());
        source.Dispose();
        Assert.AreEqual(0, _pool.Rented);
    }

    [TestMethod]
    public void Source_SmallFile_HoldsOneBuffer()
    {
        StreamSource source = New(BufferBytes);
        source.Read(_buffer, 0, 10, 0);
        Assert.AreEqual(1, _pool.Rented);
        Assert.AreEqual(BufferBytes, (int)source.TakeCredit());
        source.Dispose();
    }

    [TestMethod]
    public void Source_WholeFile_EndsOnlyAfterFileEnd()
    {
        StreamSource source = New(10);
        source.Read(_buffer, 0, 10, 0);
        source.TakeCredit();
        Assert.IsNull(source.Put(Pattern(0, 10), 0, 10));
        Assert.AreEqual(10, source.Read(_buffer, 0, 100, 0));
        Assert.AreEqual(SourceRead.NothingYet, source.Read(_buffer, 0, 1, 0), "more might follow");
        Assert.IsNull(source.End());
        Assert.AreEqual(0, source.Read(_buffer, 0, 1, 0));
        source.Dispose();
    }

    [TestMethod]
    public void Source_WaitsAsLongAsAsked()
    {
        StreamSource source = New(10);
        long beginMs = _clock.NowMs;
        Assert.AreEqual(SourceRead.NothingYet, source.Read(_buffer, 0, 1, 70));
        Assert.AreEqual(70, (int)(_clock.NowMs - beginMs));
        source.Dispose();
    }

    [TestMethod]
    public void Source_WaitingUpload_IsWokenByAQuarterOfTheWindow()
    {
        FeedingClock clock = new FeedingClock(16, 1000);
        StreamSource source = Fed(clock);
        Assert.AreEqual(BufferBytes, source.Read(_buffer, 0, 1000, 50));
        Assert.AreEqual(BufferBytes / 16, clock.Puts);
        Assert.IsTrue(source.IsExpecting);
        source.Dispose();
        Assert.IsFalse(source.IsExpecting);
    }

    [TestMethod]
    public void Source_WaitingUpload_IsWokenWhenNoMoreComesForNow()
    {
        FeedingClock clock = new FeedingClock(16, 2);
        StreamSource source = Fed(clock);
        Assert.AreEqual(32, source.Read(_buffer, 0, 1000, 50));
        Assert.AreEqual(2, clock.Puts);
        Assert.AreEqual(1, clock.Waits);
        source.Dispose();
    }

    [TestMethod]
    public void Source_WrongAmounts_AreRefusedWithTheReason()
    {
        StreamSource source = New(10);
        AssertWords("credit", source.Put(_buffer, 0, 1));
        source.Read(_buffer, 0, 1, 0);
        AssertWords("credit", source.Put(_buffer, 0, 1));
        source.TakeCredit();
        AssertWords("more than the 10 bytes", source.Put(_buffer, 0, 11));
        Assert.IsNull(source.Put(_buffer, 0, 9));
        AssertWords("9 of the 10 bytes", source.End());
        Assert.IsNull(source.Put(_buffer, 0, 1));
        Assert.IsNull(source.End());
        AssertWords("more than the 10 bytes", source.Put(_buffer, 0, 1));
        source.Dispose();
    }

    [TestMethod]
    public void Source_Failed_ThrowsItAndTakesNothingMore()
    {
        StreamSource source = New(1000);
        source.Read(_buffer, 0, 1, 0);
        source.TakeCredit();
        source.Put(_buffer, 0, 5);
        source.Fail(new HubException(ErrorCode.SourceFailed, "the cloud is gone"));
        source.Fail(new HubException(ErrorCode.Cancelled, "too late"));
        Assert.IsNull(source.Put(_buffer, 0, 5), "frames on their way are dropped");
        Assert.AreEqual(0, (int)source.TakeCredit());
        try
        {
            source.Read(_buffer, 0, 1, 0);
            Assert.Fail("it was ended");
        }
        catch (HubException e)
        {
            Assert.AreEqual("the cloud is gone", e.Message);
        }

        source.Dispose();
        Assert.AreEqual(0, _pool.Rented);
    }

    [TestMethod]
    public void Source_NoBufferLeft_FailsAndKeepsNone()
    {
        CountingBufferPool pool = new CountingBufferPool(BufferBytes, 3);
        StreamSource source = new StreamSource(_clock, pool, 1000, _wake);
        try
        {
            source.Read(_buffer, 0, 1, 0);
            Assert.Fail("the pool is too small");
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.OutOfMemory, (int)e.Code);
        }

        Assert.AreEqual(0, pool.Rented);
        source.Dispose();
    }

    private static void Put(StreamWindow window, byte[] bytes, int count)
    {
        Assert.IsTrue(window.MayCome(count));
        window.CopyIn(bytes, 0, count);
        window.Put(count);
    }

    private static int At(int position) => (position * 7) & 0xFF;

    private static byte[] Pattern(int position, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)At(position + i);
        }

        return bytes;
    }

    private static byte[][] Buffers() => new byte[][] { new byte[BufferBytes], new byte[BufferBytes], new byte[BufferBytes], new byte[BufferBytes] };

    private static int Least(int one, int other) => one < other ? one : other;

    private static void AssertWords(string words, HubException? error) =>
        Assert.IsTrue(error != null && error.Message.IndexOf(words) >= 0, words + ": " + (error == null ? "no error" : error.Message));

    private StreamSource New(long size) => new StreamSource(_clock, _pool, size, _wake);

    private StreamSource Fed(FeedingClock clock)
    {
        StreamSource source = new StreamSource(clock, _pool, 1000, _wake);
        source.Read(_buffer, 0, 1, 0);
        source.TakeCredit();
        clock.Source = source;
        return source;
    }

    /// <summary>A clock whose waits bring bytes: small pieces until who waits is woken, and after some of them a flush.</summary>
    private sealed class FeedingClock : IClock
    {
        private readonly byte[] _piece;
        private readonly int _flushAt;

        public FeedingClock(int pieceBytes, int flushAt)
        {
            _piece = new byte[pieceBytes];
            _flushAt = flushAt;
        }

        public StreamSource? Source { get; set; }

        public int Puts { get; private set; }

        public int Waits { get; private set; }

        public long NowMs => 0;

        public DateTime UtcNow => new DateTime(2026, 1, 1);

        public bool IsUtcSynced => true;

        public void Sleep(int milliseconds)
        {
        }

        public bool Wait(WaitHandle handle, int milliseconds)
        {
            Waits++;
            bool isSet = false;
            while (!isSet && Puts < 100)
            {
                Assert.IsNull(Source!.Put(_piece, 0, _piece.Length));
                Puts++;
                if (Puts == _flushAt)
                {
                    Source.Flush();
                }

                isSet = handle.WaitOne(0, false);
            }

            return isSet;
        }
    }
}
