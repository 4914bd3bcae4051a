using System;
using Hub.Core.Provisioning;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Messages survive any size and order of their chunks; what contradicts itself is refused.</summary>
[TestClass]
public class ProvisioningChunkTests
{
    private readonly ChunkReader _reader = new ChunkReader();

    [TestMethod]
    public void EachMtu_MessageComesThrough()
    {
        byte[] message = Sample(500);
        for (int room = ChunkReader.HeaderBytes + 1; room <= 512; room = room < 40 ? room + 1 : room * 2)
        {
            ChunkWriter writer = new ChunkWriter();
            _reader.Reset();
            writer.Begin(message, room % 2 == 0);
            ChunkResult result = ChunkResult.More;
            while (writer.HasMore)
            {
                Assert.AreEqual((int)ChunkResult.More, (int)result, "not complete before its last chunk");
                byte[] chunk = writer.Next(room);
                Assert.IsTrue(chunk.Length <= room);
                result = _reader.Take(chunk);
                writer.Sent(chunk);
            }

            Assert.AreEqual((int)ChunkResult.Complete, (int)result);
            AssertSame(message, _reader.Message);
            Assert.AreEqual(room % 2 == 0, _reader.IsSealed);
        }
    }

    [TestMethod]
    public void AnyOrder_TwiceAndOverlapping_MessageComesThroughOnce()
    {
        const int Seed = 20261201;
        byte[] message = Sample(211);
        Random random = new Random(Seed);
        for (int round = 0; round < 100; round++)
        {
            int[] order = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
            for (int i = 0; i < order.Length; i++)
            {
                int other = random.Next(order.Length);
                int kept = order[i];
                order[i] = order[other];
                order[other] = kept;
            }

            int completed = 0;
            for (int i = 0; i < order.Length; i++)
            {
                // 20 bytes each and one more, which the next chunk has as well.
                int offset = order[i] * 20;
                int count = message.Length - offset < 21 ? message.Length - offset : 21;
                byte[] chunk = Chunk(round, 0, message, offset, count);
                completed += _reader.Take(chunk) == ChunkResult.Complete ? 1 : 0;
                Assert.IsTrue(_reader.Take(chunk) == ChunkResult.More, "twice");
            }

            Assert.AreEqual(1, completed, "seed " + Seed.ToString() + ", round " + round.ToString());
            AssertSame(message, _reader.Message);
        }
    }

    [TestMethod]
    public void AnotherMessage_DropsTheUnfinishedOne()
    {
        byte[] first = Sample(100);
        byte[] second = Sample(50);
        Take(ChunkResult.More, Chunk(0, 0, first, 0, 60));
        Take(ChunkResult.Complete, Chunk(1, 0, second, 0, 50));
        AssertSame(second, _reader.Message);
        Take(ChunkResult.More, Chunk(0, 0, first, 60, 40));
        Take(ChunkResult.Complete, Chunk(0, 0, first, 0, 60));
    }

    [TestMethod]
    public void Disconnected_NothingIsLeft()
    {
        byte[] message = Sample(100);
        Take(ChunkResult.More, Chunk(0, 0, message, 0, 60));
        _reader.Reset();
        Take(ChunkResult.More, Chunk(0, 0, message, 60, 40));
        Take(ChunkResult.Complete, Chunk(0, 0, message, 0, 60));
    }

    [TestMethod]
    public void Contradictions_AreRefused()
    {
        byte[] message = Sample(100);
        Take(ChunkResult.Bad, new byte[0]);
        Take(ChunkResult.Bad, new byte[] { 0, 0, 0, 1, 0, 0 });
        Take(ChunkResult.Bad, new byte[] { 0, 2, 0, 1, 0, 0, 7 });
        Take(ChunkResult.Bad, new byte[] { 0, 0, 0, 0, 0, 0, 7 });
        Take(ChunkResult.Bad, new byte[] { 0, 0, 0, 1, 0, 1, 7 });
        Take(ChunkResult.TooLarge, new byte[] { 0, 1, 0xFF, 0xFF, 0, 1, 7 });
        Take(ChunkResult.TooLarge, new byte[] { 0, 0, 2, 1, 0, 1, 7 }, "513 bytes that are not sealed");

        Take(ChunkResult.More, Chunk(1, 0, message, 0, 60));
        Take(ChunkResult.Bad, Chunk(1, 1, message, 60, 40));
        Take(ChunkResult.More, Chunk(2, 0, message, 0, 60));
        byte[] longer = Chunk(2, 0, message, 60, 40);
        longer[3]++;
        Take(ChunkResult.Bad, longer);
        Take(ChunkResult.More, Chunk(2, 0, message, 60, 40), "the rest of a dropped message is none");
        Take(ChunkResult.Bad, new byte[] { 2, 0, 0, 0, 0, 0, 7 });
        Take(ChunkResult.Complete, Chunk(2, 0, message, 0, 100), "the whole message again, with its number");
    }

    [TestMethod]
    public void TooManyGaps_AreRefused()
    {
        byte[] message = Sample(100);
        for (int i = 0; i < 16; i++)
        {
            Take(ChunkResult.More, Chunk(0, 0, message, i * 2, 1));
        }

        Take(ChunkResult.Bad, Chunk(0, 0, message, 32, 1));
    }

    private static byte[] Sample(int length)
    {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++)
        {
            message[i] = (byte)((i * 7) + (i >> 8));
        }

        return message;
    }

    private static byte[] Chunk(int number, int kind, byte[] message, int offset, int count)
    {
        byte[] chunk = new byte[6 + count];
        chunk[0] = (byte)number;
        chunk[1] = (byte)kind;
        chunk[2] = (byte)(message.Length >> 8);
        chunk[3] = (byte)message.Length;
        chunk[4] = (byte)(offset >> 8);
        chunk[5] = (byte)offset;
        Array.Copy(message, offset, chunk, 6, count);
        return chunk;
    }

    private static void AssertSame(byte[] expected, byte[] actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual((int)expected[i], (int)actual[i]);
        }
    }

    private void Take(ChunkResult expected, byte[] chunk, string why = "") => Assert.AreEqual((int)expected, (int)_reader.Take(chunk), why);
}
