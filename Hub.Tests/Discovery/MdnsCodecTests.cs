using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Hub.Core.Discovery;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class MdnsCodecTests
{
    [TestMethod]
    public void Read_OctoPrintOfZeroconf_AllRecords() =>
        Assert.AreEqual(
            """
            PTR _octoprint._tcp.local 4500 -> OctoPrint instance "Mk3 left"._octoprint._tcp.local
            SRV OctoPrint instance "Mk3 left"._octoprint._tcp.local 120! -> octopi.local:80
            TXT OctoPrint instance "Mk3 left"._octoprint._tcp.local 4500! path=/ version=1.10.3 model=Prusa MK3
            A octopi.local 120! -> 192.168.1.20
            End
            """, Describe(MdnsSamples.Octoprint));

    [TestMethod]
    public void Read_MoonrakerOfZeroconf_UuidAndBothAddresses() =>
        Assert.AreEqual(
            """
            PTR _moonraker._tcp.local 4500 -> Moonraker @ voron._moonraker._tcp.local
            SRV Moonraker @ voron._moonraker._tcp.local 120! -> voron.local:7125
            TXT Moonraker @ voron._moonraker._tcp.local 4500! uuid=3a7f1f2c0b6e4a52b1c2d3e4f5a6b7c8 version=v0.9.3-1
            A voron.local 120! -> 192.168.1.30
            A voron.local 120! -> 172.17.0.1
            End
            """, Describe(MdnsSamples.Moonraker));

    [TestMethod]
    public void Read_NamesBeyondAscii_AreText()
    {
        string text = Describe(MdnsSamples.Utf8);

        StringAssert.Contains(text, "-> Drucker Böse 🖨._octoprint._tcp.local");
        StringAssert.Contains(text, "-> ö-pi.local:5000");
    }

    [TestMethod]
    public void Read_LegacyAnswerOfDnspython_DotsInLabelsEscapedFirstKeyCounts() =>
        Assert.AreEqual(
            """
            ? _octoprint._tcp.local 12
            PTR _octoprint._tcp.local 10 -> v1\.2 \\ a\.b._octoprint._tcp.local
            SRV v1\.2 \\ a\.b._octoprint._tcp.local 10 -> OctoPi.local:80
            TXT v1\.2 \\ a\.b._octoprint._tcp.local 10 path=/x flag=
            A OctoPi.local 10 -> 10.1.2.3
            End
            """, Describe(MdnsSamples.Legacy));

    [TestMethod]
    public void Read_Goodbye_TtlIsZero() => StringAssert.StartsWith(Describe(MdnsSamples.Goodbye), "PTR _octoprint._tcp.local 0 -> Gone");

    [TestMethod]
    public void Write_ThreeQuestions_SameBytesAsZeroconf()
    {
        byte[] buffer = new byte[200];
        MdnsWriter writer = new(buffer);
        writer.BeginQuery(0);
        foreach (string service in new[] { "_octoprint._tcp.local", "_prusalink._tcp.local", "_moonraker._tcp.local" })
        {
            Assert.IsTrue(writer.AddQuestion(service, MdnsTypes.Ptr, false));
        }

        CollectionAssert.AreEqual(MdnsSamples.Query, buffer.AsSpan(0, writer.Count).ToArray());
    }

    [TestMethod]
    public void Write_Service_SameBytesAsZeroconf()
    {
        byte[] buffer = new byte[512];
        MdnsWriter writer = new(buffer);
        const string Instance = "Moonraker @ voron._moonraker._tcp.local";
        writer.BeginResponse(0);
        writer.AddPtr("_moonraker._tcp.local", Instance, 4500);
        writer.BeginAdditional();
        writer.AddSrv(Instance, "voron.local.", 7125, 120, true);
        writer.AddTxt(Instance, ["uuid=3a7f1f2c0b6e4a52b1c2d3e4f5a6b7c8", "https_port=", "version=v0.9.3-1"], 4500, true);
        writer.AddA("voron.local", [192, 168, 1, 30], 120, true);
        writer.AddA("voron.local", [172, 17, 0, 1], 120, true);

        Assert.AreEqual(Convert.ToHexString(MdnsSamples.Moonraker), Convert.ToHexString(buffer, 0, writer.Count));
    }

    [TestMethod]
    public void Write_BufferOfEverySize_LeavesOutWholeRecords()
    {
        for (int size = 12; size <= MdnsSamples.Octoprint.Length; size++)
        {
            byte[] buffer = new byte[size];
            MdnsWriter writer = new(buffer);
            string instance = MdnsNames.Escape("a.b") + "._octoprint._tcp.local";
            writer.BeginResponse(7);
            int written = 0;
            written += writer.AddQuestion("_octoprint._tcp.local", MdnsTypes.Ptr, true) ? 1 : 0;
            written += writer.AddPtr("_octoprint._tcp.local", instance, 10) ? 1 : 0;
            written += writer.AddSrv(instance, "octopi.local", 80, 10, false) ? 1 : 0;
            written += writer.AddTxt(instance, ["path=/"], 10, false) ? 1 : 0;
            written += writer.AddA("octopi.local", [1, 2, 3, 4], 10, false) ? 1 : 0;

            string[] lines = Describe(buffer.AsSpan(0, writer.Count).ToArray()).Split('\n');
            Assert.AreEqual("End", lines[^1], $"size {size}");
            Assert.AreEqual(written, lines.Length - 1, $"size {size}");
            Assert.AreEqual(written, writer.Items);
        }
    }

    [TestMethod]
    [DataRow("a..local")]
    [DataRow(".local")]
    [DataRow("")]
    [DataRow("x234567890123456789012345678901234567890123456789012345678901234.local")]
    public void Write_NoName_IsRefused(string name)
    {
        MdnsWriter writer = new(new byte[512]);
        writer.BeginQuery(0);

        Assert.IsFalse(writer.AddQuestion(name, MdnsTypes.A, false));
        Assert.AreEqual(12, writer.Count);
    }

    [TestMethod]
    public void Write_NameOf255Bytes_IsTheLongest()
    {
        string label = new('x', 62);
        string longest = string.Join('.', label, label, label, label, "a");
        MdnsWriter writer = new(new byte[512]);
        writer.BeginQuery(0);

        Assert.IsTrue(writer.AddQuestion(longest, MdnsTypes.A, false));
        Assert.IsFalse(writer.AddQuestion("y" + longest[1..] + "a", MdnsTypes.A, false));
        Assert.IsFalse(writer.AddQuestion(longest + ".a", MdnsTypes.A, false));
    }

    [TestMethod]
    [DataRow("C00C", "to itself")]
    [DataRow("C00E", "forward")]
    [DataRow("C0FF", "outside")]
    [DataRow("0161C00C", "loop")]
    [DataRow("C00D", "into its own middle")]
    [DataRow("80", "reserved length bits")]
    [DataRow("05616263", "cut label")]
    [DataRow("C0", "cut pointer")]
    public void Read_BadNames_AreMalformed(string name, string what)
    {
        byte[] packet = Convert.FromHexString("000000000001000000000000" + name + (name.Length > 6 || name == "C0" ? "" : "000C0001"));

        Assert.AreEqual("Malformed", Describe(packet), what);
    }

    [TestMethod]
    public void Read_ChainOfPointers_IsBounded()
    {
        // A question of an unknown class carries nothing, so the chain stands in a TXT record; each pointer leads to the one
        // before it, the first to a real name. Only their number differs.
        foreach ((int pointers, MdnsItem expected) in new[] { (31, MdnsItem.Record), (200, MdnsItem.Malformed) })
        {
            List<byte> packet = [0, 0, 0x84, 0, 0, 0, 0, 2, 0, 0, 0, 0];
            packet.AddRange([0, 0, 99, 0, 1, 0, 0, 0, 0]);
            int length = 3 + (2 * pointers);
            packet.AddRange([(byte)(length >> 8), (byte)length]);
            int target = packet.Count;
            packet.AddRange([1, (byte)'a', 0]);
            for (int i = 0; i < pointers; i++)
            {
                int at = packet.Count;
                packet.AddRange([(byte)(0xC0 | (target >> 8)), (byte)target]);
                target = at;
            }

            packet.AddRange([(byte)(0xC0 | (target >> 8)), (byte)target, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
            MdnsReader reader = new();
            Assert.IsTrue(reader.Begin([.. packet], 0, packet.Count));

            Assert.AreEqual(expected, reader.Next(), $"{pointers} pointers");
        }
    }

    [TestMethod]
    public void Read_CountsBeyondTheBound_StopThere()
    {
        byte[] packet = new byte[12 + (5 * 400)];
        packet[4] = 1;
        packet[5] = 0x90;
        for (int i = 12; i < packet.Length; i += 5)
        {
            packet[i + 2] = 12;
            packet[i + 4] = 1;
        }

        string[] lines = Describe(packet).Split('\n');

        Assert.AreEqual(MdnsReader.MaxItems + 1, lines.Length);
        Assert.AreEqual("Malformed", lines[^1]);
    }

    [TestMethod]
    public void Read_EveryTruncation_EndsMalformedAndKeepsWhatCameBefore()
    {
        string whole = Describe(MdnsSamples.Octoprint);
        for (int length = 0; length < MdnsSamples.Octoprint.Length; length++)
        {
            string text = Describe(MdnsSamples.Octoprint.AsSpan(0, length).ToArray());

            StringAssert.EndsWith(text, "Malformed", $"{length} bytes");
            StringAssert.StartsWith(whole, text[..^"Malformed".Length], $"{length} bytes");
        }
    }

    [TestMethod]
    public void Read_ErrorsAndOtherOperations_AreNoMessages()
    {
        byte[] packet = (byte[])MdnsSamples.Octoprint.Clone();
        packet[3] = 3;
        Assert.IsFalse(new MdnsReader().Begin(packet, 0, packet.Length));
        packet[3] = 0;
        packet[2] = 0x28;
        Assert.IsFalse(new MdnsReader().Begin(packet, 0, packet.Length));
    }

    [TestMethod]
    public void Read_ControlCharactersInNames_AreReplaced()
    {
        byte[] packet = Convert.FromHexString("0000000000010000000000000500611B5B0A00000C0001");

        Assert.AreEqual("? \uFFFDa\uFFFD[\uFFFD 12\nEnd", Describe(packet));
    }

    [TestMethod]
    public void Read_MutatedMessages_NeverThrowAndAlwaysEnd()
    {
        const int Seed = 6762;
        Random random = new(Seed);
        byte[][] samples = [MdnsSamples.Octoprint, MdnsSamples.Moonraker, MdnsSamples.Utf8, MdnsSamples.Legacy, MdnsSamples.Goodbye, MdnsSamples.Query];
        int whole = 0;
        int broken = 0;
        for (int round = 0; round < 60_000; round++)
        {
            byte[] packet = (byte[])samples[random.Next(samples.Length)].Clone();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                packet[random.Next(packet.Length)] = random.Next(3) switch { 0 => 0xC0, 1 => (byte)random.Next(64), _ => (byte)random.Next(256) };
            }

            int offset = random.Next(4);
            byte[] placed = new byte[offset + packet.Length];
            packet.CopyTo(placed, offset);
            try
            {
                if (Describe(placed, offset, random.Next(8) == 0 ? random.Next(packet.Length) : packet.Length).EndsWith("End", StringComparison.Ordinal))
                {
                    whole++;
                }
                else
                {
                    broken++;
                }
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"seed {Seed}, round {round}: {e.GetType().Name} on {Convert.ToHexString(packet)}");
            }
        }

        Assert.IsTrue(whole > 1000 && broken > 1000, $"seed {Seed}: {whole} whole, {broken} broken");
    }

    [TestMethod]
    public void RoundTrip_RandomNames_ComeBack()
    {
        const int Seed = 6762;
        Random random = new(Seed);
        const string Alphabet = "aZ0 .\\-_\"'ö€🖨$";
        for (int round = 0; round < 5000; round++)
        {
            StringBuilder label = new();
            foreach (Rune rune in Alphabet.EnumerateRunes().OrderBy(_ => random.Next()).Take(random.Next(1, 14)))
            {
                label.Append(rune);
            }

            string name = MdnsNames.Escape(label.ToString()) + "._octoprint._tcp.local";
            byte[] buffer = new byte[300];
            MdnsWriter writer = new(buffer);
            writer.BeginResponse(0);
            Assert.IsTrue(writer.AddPtr("_octoprint._tcp.local", name, 1), $"seed {Seed}: {name}");
            Assert.IsTrue(writer.AddSrv(name, "x.local", 1, 1, false), $"seed {Seed}: {name}");
            MdnsReader reader = new();
            Assert.IsTrue(reader.Begin(buffer, 0, writer.Count));
            Assert.AreEqual(MdnsItem.Record, reader.Next());
            Assert.AreEqual(name, reader.Target, $"seed {Seed}");
            Assert.AreEqual(label.ToString(), MdnsNames.FirstLabel(reader.Target), $"seed {Seed}");
            Assert.AreEqual(MdnsItem.Record, reader.Next());
            Assert.AreEqual(name, reader.Name, $"seed {Seed}");
            Assert.AreEqual(MdnsItem.End, reader.Next());
        }
    }

    private static string Describe(byte[] packet) => Describe(packet, 0, packet.Length);

    private static string Describe(byte[] packet, int offset, int count)
    {
        MdnsReader reader = new();
        List<string> lines = [];
        reader.Begin(packet, offset, count);
        while (true)
        {
            MdnsItem item = reader.Next();
            string ttl = $"{reader.Name} {reader.TtlSeconds}{(reader.IsTopBitSet ? "!" : "")}";
            switch (item)
            {
                case MdnsItem.Question:
                    lines.Add($"? {reader.Name} {reader.Type}");
                    break;
                case MdnsItem.Record when reader.Type == MdnsTypes.Ptr:
                    lines.Add($"PTR {ttl} -> {reader.Target}");
                    break;
                case MdnsItem.Record when reader.Type == MdnsTypes.Srv:
                    lines.Add($"SRV {ttl} -> {reader.Target}:{reader.Port}");
                    break;
                case MdnsItem.Record when reader.Type == MdnsTypes.Txt:
                    lines.Add($"TXT {ttl}" + string.Concat(new[] { "path", "uuid", "version", "model", "flag" }.Where(k => reader.Text(k) != null).Select(k => $" {k}={reader.Text(k)}")));
                    break;
                case MdnsItem.Record when reader.Type == MdnsTypes.A:
                    lines.Add($"A {ttl} -> {reader.Address}");
                    break;
                case MdnsItem.Record:
                    Assert.Fail("a record of a type that is not read");
                    break;
                default:
                    lines.Add(item.ToString());
                    return string.Join('\n', lines);
            }
        }
    }
}
