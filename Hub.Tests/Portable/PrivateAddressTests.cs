using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Which addresses a cloud must not make the hub connect to.</summary>
[TestClass]
public class PrivateAddressTests
{
    [TestMethod]
    public void Is_Version4_PrivateAndPublic()
    {
        AssertPrivate(true, 10, 0, 0, 1);
        AssertPrivate(true, 127, 1, 2, 3);
        AssertPrivate(true, 0, 0, 0, 0);
        AssertPrivate(true, 169, 254, 169, 254);
        AssertPrivate(true, 172, 16, 0, 1);
        AssertPrivate(true, 172, 31, 255, 255);
        AssertPrivate(true, 192, 168, 1, 1);
        AssertPrivate(true, 100, 64, 0, 1);
        AssertPrivate(true, 100, 127, 255, 255);
        AssertPrivate(false, 172, 15, 0, 1);
        AssertPrivate(false, 172, 32, 0, 1);
        AssertPrivate(false, 192, 169, 0, 1);
        AssertPrivate(false, 100, 63, 0, 1);
        AssertPrivate(false, 100, 128, 0, 1);
        AssertPrivate(false, 169, 253, 0, 1);
        AssertPrivate(true, 192, 0, 0, 1);
        AssertPrivate(true, 198, 18, 0, 1);
        AssertPrivate(false, 192, 0, 1, 1);
        AssertPrivate(false, 198, 20, 0, 1);
        AssertPrivate(false, 8, 8, 8, 8);
        AssertPrivate(false, 11, 0, 0, 1);
    }

    [TestMethod]
    public void Is_Version6_PrivateAndPublic()
    {
        Assert.IsTrue(PrivateAddress.Is(Six(0, 0, 0, 1)), "::1");
        Assert.IsTrue(PrivateAddress.Is(Six(0, 0, 0, 0)), "::");
        Assert.IsTrue(PrivateAddress.Is(Six(0xFC00, 0, 0, 1)), "fc00::");
        Assert.IsTrue(PrivateAddress.Is(Six(0xFDFF, 0, 0, 1)), "fdff::");
        Assert.IsTrue(PrivateAddress.Is(Six(0xFE80, 0, 0, 1)), "fe80::");
        Assert.IsTrue(PrivateAddress.Is(Six(0, 0xFFFF, 0x0A00, 1)), "::ffff:10.0.0.1");
        Assert.IsTrue(PrivateAddress.Is(Six(0, 0xFFFF, 0x7F00, 1)), "::ffff:127.0.0.1");
        Assert.IsFalse(PrivateAddress.Is(Six(0, 0xFFFF, 0x0808, 0x0808)), "::ffff:8.8.8.8");
        Assert.IsFalse(PrivateAddress.Is(Six(0x2001, 0, 0, 1)), "2001::");
        byte[] translated = Six(0x0064, 0, 0x0A00, 1);
        translated[2] = 0xFF;
        translated[3] = 0x9B;
        Assert.IsTrue(PrivateAddress.Is(translated), "64:ff9b::10.0.0.1");
        translated[12] = 8;
        Assert.IsFalse(PrivateAddress.Is(translated), "64:ff9b::8.0.0.1");
        translated[5] = 1;
        Assert.IsTrue(PrivateAddress.Is(translated), "64:ff9b:1::");
    }

    [TestMethod]
    public void Is_NoAddress_CountsAsPrivate()
    {
        Assert.IsTrue(PrivateAddress.Is(new byte[0]));
        Assert.IsTrue(PrivateAddress.Is(new byte[5]));
    }

    [TestMethod]
    public void Text_OfBothVersions()
    {
        Assert.AreEqual("192.168.1.20", PrivateAddress.Text(new byte[] { 192, 168, 1, 20 }));
        Assert.AreEqual("fe80:0000:0000:0000:0000:0000:0000:0001", PrivateAddress.Text(Six(0xFE80, 0, 0, 1)));
    }

    private static void AssertPrivate(bool isPrivate, int a, int b, int c, int d) =>
        Assert.AreEqual(isPrivate, PrivateAddress.Is(new byte[] { (byte)a, (byte)b, (byte)c, (byte)d }), a.ToString() + "." + b.ToString());

    /// <summary>The first, and the last three, of the eight groups.</summary>
    private static byte[] Six(int first, int sixth, int seventh, int eighth)
    {
        byte[] address = new byte[16];
        Put(address, 0, first);
        Put(address, 10, sixth);
        Put(address, 12, seventh);
        Put(address, 14, eighth);
        return address;
    }

    private static void Put(byte[] address, int offset, int group)
    {
        address[offset] = (byte)(group >> 8);
        address[offset + 1] = (byte)group;
    }
}
