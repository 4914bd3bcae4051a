using System;
using System.IO;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What the upload of a hub that was killed left on the card, and what the next hub does about it.</summary>
[TestClass]
public sealed class BambuLeftoverTests : BambuVirtualBase
{
    private const string Name = "part.gcode.3mf";
    private const int Length = 5000;

    private string PathOnCard => Path.Combine(Printer.Storage.Root, Name);

    [TestMethod]
    public async Task Part_IsRemovedByTheNextHub()
    {
        await KilledAsync(Length - 1);
        WaitFor(PrinterState.Idle);
        Assert.AreEqual(-1, OnCard(Name));
        Assert.IsFalse(new BambuLeftover(Hal, Config).Exists);
    }

    [TestMethod]
    [DataRow(Length)]
    [DataRow(Length + 1)]
    public async Task WholeOrForeignFile_IsKept(int length)
    {
        await KilledAsync(length);
        WaitFor(PrinterState.Idle);
        Assert.AreEqual(length, OnCard(Name));
        Assert.IsFalse(new BambuLeftover(Hal, Config).Exists);
    }

    [TestMethod]
    public async Task Upload_UnderWayInAnotherProcess_IsLeftAlone()
    {
        await StartAsync(change: config => File.WriteAllBytes(PathOnCard, new byte[1]));
        WaitFor(PrinterState.Idle);
        BambuLeftover leftover = new(Hal, Config);
        leftover.Note(Name, Length);
        using (leftover.TryLock())
        {
            using PrinterManager other = NewManager();
            other.Register(Config);
            Patience.Until(() => StatusOf(other).State == PrinterState.Idle, "the other hub", Log.ToString);
            Assert.AreEqual(1, OnCard(Name));
        }
    }

    [TestMethod]
    public async Task GrowingFile_IsKeptAndTriedAgain()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        await File.WriteAllBytesAsync(PathOnCard, [], StopToken);
        BambuLeftover leftover = new(new GrowingHal(Hal, () => File.AppendAllText(PathOnCard, "x")), Config);
        leftover.Note(Name, Length);
        using FtpsClient ftps = new(Hal, new FtpsOptions(Config.Host!, Config.FtpsPort, "bblp", Config.AccessCode!, Config.Tls!));
        leftover.Remove(ftps, "", null, null, StopToken);
        Assert.IsGreaterThan(0, OnCard(Name));
        Assert.IsTrue(leftover.Exists);
    }

    [TestMethod]
    public async Task Upload_ThatEnds_LeavesNoNote()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        Upload("a.gcode.3mf");
        Assert.IsFalse(new BambuLeftover(Hal, Config).Exists);
        Printer.Faults = new VirtualBambuFaults { DropDataAfterBytes = 300_000 };
        Assert.AreEqual(ErrorCode.ConnectionLost, UploadError("a.gcode.3mf", 3_000_000).Code);
        Assert.IsFalse(new BambuLeftover(Hal, Config).Exists, "its own clean-up removed the part");
    }

    /// <summary>Somebody uploads while the hub sleeps.</summary>
    private sealed class GrowingHal : ForwardingHal
    {
        private readonly Mock<IClock> _clock = new();
        private long _nowMs;

        public GrowingHal(IHal hal, Action grow)
            : base(hal)
        {
            _clock.Setup(c => c.NowMs).Returns(() => _nowMs);
            _clock.Setup(c => c.Sleep(It.IsAny<int>())).Callback((int ms) =>
            {
                _nowMs += ms;
                grow();
            });
        }

        public override IClock Clock => _clock.Object;
    }

    /// <summary>A card and a note as a hub leaves them that is killed in an upload; then the next hub starts.</summary>
    private Task KilledAsync(int length) => StartAsync(change: config =>
    {
        File.WriteAllBytes(PathOnCard, new byte[length]);
        new BambuLeftover(Hal, config).Note(Name, Length);
    });
}
