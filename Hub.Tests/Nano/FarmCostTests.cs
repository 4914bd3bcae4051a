using System;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Esp32S3;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>What many printers cost the board: figures for docs/board.md, and bounds for the memory of what is done all the time.</summary>
[TestClass]
public class FarmCostTests : ILogSink
{
    private const int Rounds = 500;
    private const int LeftBytes = 60000;
    private const int Printers = 20;
    private const string Id = "printer-19";

    private readonly PrinterManager _manager;
    private readonly PublishedStatus _published = new PublishedStatus(Staleness.DefaultMs);
    private readonly LinkMachine _link = new LinkMachine(0, 2000, true);
    private readonly PrinterStatus _status = new PrinterStatus();
    private readonly byte[] _packet = new byte[512];
    private readonly byte[] _notify = Encoding.UTF8.GetBytes(FarmSsdpTests.Notify);
    private readonly PrinterSnapshot[] _snapshots = new PrinterSnapshot[Printers];
    private readonly MdnsReader _reader = new MdnsReader();
    private readonly MdnsServices _services = new MdnsServices(new DiscoveryTable());
    private readonly SocketBudget _budget = new SocketBudget(16);
    private readonly SocketLease[] _polled = new SocketLease[10];
    private int _packetBytes;
    private int _turn;
    private ChangeQueue? _queue;

    public FarmCostTests()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        _manager = new PrinterManager(hal, new Log(this, hal.Clock, LogLevel.Info), new PrinterClientFactory(hal));
    }

    /// <inheritdoc/>
    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        // Nobody reads it.
    }

    [TestMethod]
    public void Publish_WithAListener_AllocatesNothing()
    {
        _link.Connecting(0);
        _link.Connected(0);
        _status.State = PrinterState.Printing;
        _queue = _manager.Watch();
        Cost.Time("a changed status published, told and taken by a listener", Rounds, PublishAndTake);
        ExpectNoAllocation("publish", PublishAndTake);
        _queue.Dispose();
    }

    [TestMethod]
    public void Return_TenPolledShareTwoSockets_AllocatesNothing()
    {
        for (int i = 0; i < 10; i++)
        {
            _budget.Lease(SocketUse.Push, null).TryTake();
        }

        for (int i = 0; i < _polled.Length; i++)
        {
            _polled[i] = _budget.Lease(SocketUse.Poll, null);
            _polled[i].TryTake();
        }

        Cost.Time("a turn of the socket budget, 10 push and 10 polled", Rounds, Turn);
        ExpectNoAllocation("turn", Turn);
    }

    [TestMethod]
    public void Mdns_OnePacket()
    {
        MdnsWriter writer = new MdnsWriter(_packet);
        FarmMdnsTests.WriteService(writer);
        _packetBytes = writer.Count;
        Cost.Time("an mDNS packet read, " + _packetBytes.ToString() + " bytes", Rounds, ReadPacket);
        PrintAllocation("an mDNS packet read", ReadPacket);
        Cost.Time("the same into the table of services", Rounds, TakePacket);
        PrintAllocation("the same into the table of services", TakePacket);
    }

    [TestMethod]
    public void Ssdp_OneAnnouncement()
    {
        Cost.Time("a Bambu announcement read, " + _notify.Length.ToString() + " bytes", Rounds, ReadNotify);
        PrintAllocation("a Bambu announcement read", ReadNotify);
    }

    [TestMethod]
    public void Summary_OfTwentyPrinters()
    {
        for (int i = 0; i < Printers; i++)
        {
            PrinterConfig config = new PrinterConfig();
            config.Id = "printer-" + i.ToString();
            _snapshots[i] = new PrinterSnapshot(config, LinkState.Online);
            _snapshots[i].Status.State = (PrinterState)(i % 8);
            _snapshots[i].Status.RemainingTimeSeconds = 100 * i;
        }

        Cost.Time("the summary of 20 printers", Rounds, Summarise);
        PrintAllocation("the summary of 20 printers", Summarise);
        Cost.Time("a snapshot of one printer's status", Rounds, CopyOne);
        PrintAllocation("a snapshot of one printer's status", CopyOne);
    }

    private void PublishAndTake()
    {
        _status.Nozzle = _status.Nozzle == 215 ? 214 : 215;
        Assert.IsTrue(_published.Publish(_status, _link, true, 1000));
        _manager.Changed(Id);
        Assert.IsTrue(_queue!.Take(0) != null);
    }

    private void Turn()
    {
        SocketLease holder = _polled[_turn];
        Assert.IsTrue(holder.IsHeld && !holder.TryKeep());
        holder.Return();
        Assert.IsFalse(holder.TryTake());
        _turn = (_turn + 1) % _polled.Length;
    }

    private void ReadPacket()
    {
        _reader.Begin(_packet, 0, _packetBytes);
        MdnsItem item = _reader.Next();
        while (item == MdnsItem.Record || item == MdnsItem.Question)
        {
            item = _reader.Next();
        }

        Assert.IsTrue(item == MdnsItem.End);
    }

    private void TakePacket() => _services.Take(_packet, _packetBytes, "192.168.1.200");

    private void ReadNotify() => Assert.IsTrue(SsdpMessage.Parse(_notify, _notify.Length)!.IsBambu);

    private void Summarise() => Assert.AreEqual(Printers, new FarmSummary(_snapshots).Total);

    private void CopyOne() => _published.CopyTo(new PrinterSnapshot(_snapshots[0].Config, LinkState.Waiting), 1000);

    private static void ExpectNoAllocation(string what, Work work) =>
        Assert.AreEqual(Rounds, Cost.RoundsToCollection(LeftBytes, Rounds, work), what + " used up a heap with " + LeftBytes.ToString() + " bytes left in so many rounds");

    private static void PrintAllocation(string what, Work work)
    {
        int rounds = Cost.RoundsToCollection(LeftBytes, Rounds, work);
        Console.WriteLine("memory: " + what + ": " + (rounds == Rounds ? "less than " : "") + (LeftBytes / rounds).ToString() + " bytes");
    }
}
