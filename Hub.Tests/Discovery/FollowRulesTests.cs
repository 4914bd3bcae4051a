using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Configuration;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

/// <summary>When the configuration follows a moved Bambu printer: decisions on a driven clock, without sockets.</summary>
[TestClass]
public sealed class FollowRulesTests
{
    private const string Serial = "01P00A000000001";
    private const string Home = "192.168.1.30";
    private const string Moved = "192.168.1.77";

    private readonly ScriptedHal _hal = new();
    private readonly FakeTrust _trust = new();
    private LinkState _link = LinkState.Waiting;

    [TestMethod]
    public void Take_MovedPrinterWithAKnownCertificate_ChangesTheHostAndSaysSo()
    {
        ConfigTestBed bed = Bed();
        using AddressFollower follower = Follower(bed);
        Take(follower, Moved);
        PrinterConfig printer = bed.Config.Find("bambu-1")!;
        Assert.AreEqual(Moved, printer.Host);
        Assert.AreEqual("00000000", printer.AccessCode!.Reveal());
        Assert.ContainsSingle(l => l.Contains(Moved, StringComparison.Ordinal) && l.Contains(Home, StringComparison.Ordinal), bed.Lines);
    }

    [TestMethod]
    [DataRow(LinkState.Online, false)]
    [DataRow(LinkState.Degraded, false)]
    [DataRow(LinkState.Disabled, false)]
    [DataRow(LinkState.Waiting, true)]
    [DataRow(LinkState.Connecting, true)]
    [DataRow(LinkState.Refused, true)]
    public void Take_LinkState_DecidesWithTheLink(LinkState state, bool follows)
    {
        _link = state;
        AssertFollows(follows, Bed());
    }

    [TestMethod]
    public void Take_NoCertificateKnown_DoesNotFollow()
    {
        _trust.Known = false;
        AssertFollows(false, Bed());
    }

    [TestMethod]
    public void Take_PinInTheConfiguration_IsEnough()
    {
        _trust.Known = false;
        AssertFollows(true, Bed("\"tls\":{\"pin\":\"" + new string('a', 64) + "\"}"));
    }

    [TestMethod]
    public void Take_InsecureDisabledOrSwitchedOff_DoesNotFollow()
    {
        AssertFollows(false, Bed("\"tls\":{\"insecure\":true}"));
        AssertFollows(false, Bed("\"enabled\":false"));
        AssertFollows(false, Bed("\"follow_address\":false"));
        AssertFollows(true, Bed("\"follow_address\":true"));
    }

    [TestMethod]
    [DataRow("8.8.8.8")]
    [DataRow("239.255.255.250")]
    [DataRow("0.0.0.0")]
    [DataRow("255.255.255.255")]
    public void Take_AddressThatIsNotLocal_DoesNotFollow(string address) => AssertFollows(false, Bed(), sender: address);

    [TestMethod]
    public void Take_LocationAndSenderDiffer_DoesNotFollow() => AssertFollows(false, Bed(), location: "192.168.1.78");

    [TestMethod]
    public void Take_AnotherSerial_DoesNotFollow()
    {
        AssertFollows(false, Bed(), serial: "01P00A000000002");
        AssertFollows(false, Bed(), serial: Serial.ToLowerInvariant());
        AssertFollows(false, Bed(), serial: Serial + "0");
    }

    [TestMethod]
    public void Take_SearchAnswerOrGoodbye_DoesNotFollow()
    {
        AssertFollows(false, Bed(), start: "HTTP/1.1 200 OK");
        AssertFollows(false, Bed(), nts: "ssdp:byebye");
    }

    [TestMethod]
    public void Take_HostIsAName_IsLeftToTheNameService() =>
        AssertFollows(false, ConfigTestBed.Loaded(ConfigTestBed.Bambu.Replace(Home, "printer.lan", StringComparison.Ordinal)));

    [TestMethod]
    public void Take_FlappingAddresses_AreFollowedMoreAndMoreRarely()
    {
        ConfigTestBed bed = Bed();
        using AddressFollower follower = Follower(bed);
        int before = bed.Writes;
        List<long> changes = [];
        int writes = before;
        for (int second = 0; second < 4 * 3600; second++)
        {
            Take(follower, second % 2 == 0 ? Moved : "192.168.1.78");
            if (bed.Writes > writes)
            {
                changes.Add(second);
                writes = bed.Writes;
            }

            _hal.Time.Advance(1000);
        }

        // After 1, 2, 4, 8, 16, 32 and 60 minutes, then every hour.
        Assert.IsInRange(8, 10, changes.Count, string.Join(' ', changes));
        Assert.IsTrue(changes.Zip(changes.Skip(1)).All(p => p.Second - p.First >= 60), string.Join(' ', changes));
        Assert.IsInRange(3599, 3602, changes[^1] - changes[^2]);
    }

    [TestMethod]
    public void Take_OnlineAtTheNewAddress_ShortensThePauseAgain()
    {
        ConfigTestBed bed = Bed();
        using AddressFollower follower = Follower(bed);
        Take(follower, Moved);
        _hal.Time.Advance(61_000);
        Take(follower, Home);
        Assert.AreEqual(Home, bed.Config.Find("bambu-1")!.Host);
        _hal.Time.Advance(61_000);
        Take(follower, Moved);
        Assert.AreEqual(Home, bed.Config.Find("bambu-1")!.Host, "two minutes after the second change");

        _link = LinkState.Online;
        Take(follower, Home);
        _link = LinkState.Waiting;
        Take(follower, Moved);
        Assert.AreEqual(Moved, bed.Config.Find("bambu-1")!.Host);
        Take(follower, Home);
        Assert.AreEqual(Moved, bed.Config.Find("bambu-1")!.Host, "never twice within a minute");
    }

    [TestMethod]
    public void Take_StorageFails_IsOneWarningAMinute()
    {
        ConfigTestBed bed = Bed();
        bed.FailWrites = true;
        using AddressFollower follower = Follower(bed);
        for (int i = 0; i < 30; i++)
        {
            Take(follower, Moved);
            _hal.Time.Advance(1000);
        }

        Assert.AreEqual(Home, bed.Config.Find("bambu-1")!.Host);
        Assert.ContainsSingle(l => l.Contains("cannot follow", StringComparison.Ordinal), bed.Lines);
    }

    private static ConfigTestBed Bed(string more = "\"model\":\"P1S\"") =>
        ConfigTestBed.Loaded(ConfigTestBed.Bambu.Replace("\"access_code\"", more + ",\"access_code\"", StringComparison.Ordinal));

    private static void Take(AddressFollower follower, string sender, string? location = null, string serial = Serial, string start = "NOTIFY * HTTP/1.1", string nts = "ssdp:alive")
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            $"{start}\r\nLocation: {location ?? sender}\r\nNT: {SsdpMessage.BambuTarget}\r\nNTS: {nts}\r\nUSN: {serial}\r\n\r\n");
        follower.Take(SsdpMessage.Parse(bytes, bytes.Length)!, sender);
    }

    private void AssertFollows(
        bool follows, ConfigTestBed bed, string sender = Moved, string? location = null, string serial = Serial, string start = "NOTIFY * HTTP/1.1", string nts = "ssdp:alive")
    {
        using AddressFollower follower = Follower(bed);
        string? before = bed.Config.Find("bambu-1")!.Host;
        Take(follower, sender, location, serial, start, nts);
        Assert.AreEqual(follows ? sender : before, bed.Config.Find("bambu-1")!.Host);
    }

    private AddressFollower Follower(ConfigTestBed bed) => new(_hal, bed.Log, bed.Config, _trust, _ => _link, null, 2021);

    private sealed class FakeTrust : ITrustStore
    {
        public bool Known { get; set; } = true;

        public string? Find(string serial) => Known && serial == Serial ? new string('b', 64) : null;

        public void Remember(string serial, string sha256) => throw new InvalidOperationException();

        public void Forget(string serial) => throw new InvalidOperationException();
    }
}
