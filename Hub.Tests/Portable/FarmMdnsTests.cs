using System.Text;
using Hub.Core.Discovery;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>mDNS messages as the board writes and reads them.</summary>
[TestClass]
public class FarmMdnsTests
{
    private const string Service = "_octoprint._tcp.local";
    private const string Instance = "OctoPrint on v1\\.2._octoprint._tcp.local";

    /// <summary>The answer of dnspython 2.3 to a legacy query: dots and a backslash in a label, pointers, other letter case.</summary>
    private const string Legacy =
        "1234840000010001000000030a5f6f63746f7072696e74045f746370056c6f63616c00000c0001c00c000c00010000000a000d0a76312e32205c20612e62c00cc03300210001"
        + "0000000a000f000000000050064f63746f5069c01cc033001000010000000a001a07504154483d2f7807706174683d2f7904666c6167043d6f6464c052000100010000000a00"
        + "040a010203";

    private readonly MdnsReader _reader = new MdnsReader();
    private readonly byte[] _buffer = new byte[512];

    [TestMethod]
    public void Write_AnnouncedService_IsReadBack()
    {
        MdnsWriter writer = new MdnsWriter(_buffer);
        WriteService(writer);
        Assert.AreEqual(4, writer.Items);

        Assert.IsTrue(_reader.Begin(_buffer, 0, writer.Count));
        Assert.IsTrue(_reader.IsResponse);
        ExpectRecord(MdnsTypes.Ptr, Service);
        Assert.AreEqual(Instance, _reader.Target);
        Assert.AreEqual("OctoPrint on v1.2", MdnsNames.FirstLabel(_reader.Target));
        ExpectRecord(MdnsTypes.Srv, Instance);
        Assert.AreEqual("octopi.local", _reader.Target);
        Assert.AreEqual(5000, _reader.Port);
        Assert.AreEqual(120L, _reader.TtlSeconds);
        Assert.IsTrue(_reader.IsTopBitSet);
        ExpectRecord(MdnsTypes.Txt, Instance);
        Assert.AreEqual("/octo", _reader.Text("path"));
        Assert.AreEqual("1.10.3", _reader.Text("version"));
        Assert.AreEqual("", _reader.Text("empty"));
        Assert.IsNull(_reader.Text("model"));
        ExpectRecord(MdnsTypes.A, "octopi.local");
        Assert.AreEqual("192.168.1.200", _reader.Address);
        Assert.AreEqual((int)MdnsItem.End, (int)_reader.Next());
    }

    [TestMethod]
    public void Read_LegacyAnswerOfAnotherProgram_NamesAndFirstKeyCount()
    {
        byte[] packet = Bytes(Legacy);
        Assert.IsTrue(_reader.Begin(packet, 0, packet.Length));
        Assert.AreEqual(0x1234, _reader.Id);
        Assert.AreEqual((int)MdnsItem.Question, (int)_reader.Next());
        Assert.AreEqual(Service, _reader.Name);
        ExpectRecord(MdnsTypes.Ptr, Service);
        string instance = _reader.Target;
        Assert.AreEqual("v1\\.2 \\\\ a\\.b._octoprint._tcp.local", instance);
        ExpectRecord(MdnsTypes.Srv, instance);
        Assert.AreEqual("OctoPi.local", _reader.Target);
        Assert.AreEqual("octopi.local", MdnsNames.Key(_reader.Target));
        ExpectRecord(MdnsTypes.Txt, instance);
        Assert.AreEqual("/x", _reader.Text("path"));
        ExpectRecord(MdnsTypes.A, "OctoPi.local");
        Assert.AreEqual("10.1.2.3", _reader.Address);
        Assert.AreEqual((int)MdnsItem.End, (int)_reader.Next());
    }

    [TestMethod]
    public void Read_CutAnywhere_EndsMalformed()
    {
        byte[] packet = Bytes(Legacy);
        for (int count = 0; count < packet.Length; count++)
        {
            Assert.AreEqual((int)MdnsItem.Malformed, (int)ReadAll(packet, count), count.ToString() + " bytes");
        }
    }

    [TestMethod]
    public void Read_Mutated_AlwaysEnds()
    {
        byte[] whole = Bytes(Legacy);
        uint random = 6762;
        int ends = 0;
        int breaks = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] packet = (byte[])whole.Clone();
            for (int i = 0; i < 3; i++)
            {
                random = unchecked((random * 1664525) + 1013904223);
                packet[(int)((random >> 8) % (uint)packet.Length)] = (random & 128) == 0 ? (byte)0xC0 : (byte)(random >> 24);
            }

            MdnsItem item = ReadAll(packet, packet.Length);
            ends += item == MdnsItem.End ? 1 : 0;
            breaks += item == MdnsItem.Malformed ? 1 : 0;
        }

        Assert.AreEqual(1500, ends + breaks);
        Assert.IsTrue(ends > 50 && breaks > 50, ends.ToString() + " whole, " + breaks.ToString() + " broken");
    }

    [TestMethod]
    public void Take_AnswersOfTwoHosts_ListsTwoPrinters()
    {
        DiscoveryTable table = new DiscoveryTable();
        MdnsServices services = new MdnsServices(table);
        byte[] legacy = Bytes(Legacy);
        services.Take(legacy, legacy.Length, "10.1.2.3");
        MdnsWriter writer = new MdnsWriter(_buffer);
        WriteService(writer);
        services.Take(_buffer, writer.Count, "192.168.1.200");
        services.Take(_buffer, writer.Count, "192.168.1.200");
        services.List(true);
        Assert.AreEqual(2, table.Count);
        Assert.AreEqual(0, services.Malformed);
    }

    internal static void WriteService(MdnsWriter writer)
    {
        writer.BeginResponse(0);
        writer.AddPtr(Service, Instance, 4500);
        writer.BeginAdditional();
        writer.AddSrv(Instance, "octopi.local", 5000, 120, true);
        writer.AddTxt(Instance, new string[] { "path=/octo", "version=1.10.3", "empty=" }, 4500, true);
        writer.AddA("octopi.local", new byte[] { 192, 168, 1, 200 }, 120, true);
    }

    private void ExpectRecord(int type, string name)
    {
        Assert.AreEqual((int)MdnsItem.Record, (int)_reader.Next());
        Assert.AreEqual(type, _reader.Type);
        Assert.AreEqual(name, _reader.Name);
    }

    private MdnsItem ReadAll(byte[] packet, int count)
    {
        if (!_reader.Begin(packet, 0, count))
        {
            return MdnsItem.Malformed;
        }

        MdnsItem item = _reader.Next();
        while (item != MdnsItem.End && item != MdnsItem.Malformed)
        {
            item = _reader.Next();
        }

        return item;
    }

    private static byte[] Bytes(string hex)
    {
        byte[] digits = Encoding.UTF8.GetBytes(hex);
        byte[] bytes = new byte[digits.Length / 2];
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[i] < 'a' ? digits[i] - '0' : digits[i] - 'a' + 10;
            bytes[i / 2] = (byte)((bytes[i / 2] << 4) | digit);
        }

        return bytes;
    }
}
