using System;
using System.Text;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class NvsSlotTests
{
    [TestMethod]
    public void Crc32_CheckString_IsThePublishedValue() =>
        Assert.AreEqual(0xCBF43926u, Crc32.Compute(Encoding.ASCII.GetBytes("x123456789x"), 1, 9));

    [TestMethod]
    public void Encode_KnownValue_GivesTheDocumentedBytes()
    {
        byte[] slot = NvsSlot.Encode(0x0102, [0xAA]);
        Assert.AreEqual("484E56530101000002010000000000000100000" + "0AA", Convert.ToHexString(slot, 0, 21));
        Assert.HasCount(25, slot);
    }

    [TestMethod]
    public void Decode_Tombstone_HasNoValue()
    {
        NvsSlot slot = NvsSlot.Decode(NvsSlot.Encode(7, null))!;
        Assert.IsNull(slot.Value);
        Assert.AreEqual(7, slot.Sequence);
    }

    [TestMethod]
    public void Decode_AnyByteChanged_IsRefused()
    {
        byte[] slot = NvsSlot.Encode(long.MaxValue, Encoding.ASCII.GetBytes("a value"));
        for (int i = 0; i < slot.Length * 8; i++)
        {
            slot[i / 8] ^= (byte)(1 << (i % 8));
            Assert.IsNull(NvsSlot.Decode(slot), $"bit {i}");
            slot[i / 8] ^= (byte)(1 << (i % 8));
        }

        Assert.IsNotNull(NvsSlot.Decode(slot));
    }

    [TestMethod]
    public void Decode_CutAnywhere_IsRefused()
    {
        byte[] slot = NvsSlot.Encode(1, [1, 2, 3]);
        for (int size = 0; size < slot.Length; size++)
        {
            Assert.IsNull(NvsSlot.Decode(slot[..size]), $"{size} bytes");
        }
    }

    [TestMethod]
    public void Decode_RestOfALongerSlotBehind_IsRead()
    {
        byte[] slot = [.. NvsSlot.Encode(1, [1, 2, 3]), 9, 9, 9];
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, NvsSlot.Decode(slot)!.Value);
    }

    [TestMethod]
    public void Decode_RandomBytes_NeverThrows()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        byte[] head = NvsSlot.Encode(1, [])[..5];
        for (int i = 0; i < 2000; i++)
        {
            byte[] slot = new byte[random.Next(0, 60)];
            random.NextBytes(slot);
            Array.Copy(head, slot, Math.Min(head.Length, slot.Length));
            Assert.IsNull(NvsSlot.Decode(slot), $"seed {Seed}, case {i}");
        }
    }

    [TestMethod]
    public void Newest_HigherSequence_Wins()
    {
        NvsSlot? old = NvsSlot.Decode(NvsSlot.Encode(9, [1]));
        NvsSlot? young = NvsSlot.Decode(NvsSlot.Encode(10, null));
        Assert.AreSame(young, NvsSlot.Newest(old, young));
        Assert.AreSame(young, NvsSlot.Newest(young, old));
        Assert.AreSame(old, NvsSlot.Newest(old, null));
        Assert.AreSame(old, NvsSlot.Newest(null, old));
        Assert.IsNull(NvsSlot.Newest(null, null));
    }
}
