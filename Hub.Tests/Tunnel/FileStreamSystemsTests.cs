using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Hal;
using Hub.Tests.Printers.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>file_stream through to the virtual printers of all systems, over real sockets.</summary>
[TestClass]
public sealed class FileStreamSystemsTests
{
    private const int FileBytes = 3_000_000;
    private const string Comment = "; estimated printing time (normal mode) = 15m 0s\n";

    [TestMethod]
    [DataRow(0, DisplayName = "plenty of sockets")]
    [DataRow(16, DisplayName = "few sockets")]
    public async Task Stream_AllSystemsAtOnce_EachPrintsTheFile(int maxSockets)
    {
        await using Fleet fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = 200, BambuFirstNumber = ClassSerials.Of(this) + (maxSockets == 0 ? 0 : 1) });
        await using Farm farm = await Farm.StartAsync(fleet, maxSockets);
        byte[] gcode = Encoding.ASCII.GetBytes(Comment + new string(';', FileBytes));
        byte[] project = BambuProject.Make(plate: 1, FileBytes, Comment);
        await Task.WhenAll(farm.Hub.Config.Printers.Select((printer, i) => Task.Run(() =>
        {
            bool isBambu = printer.Type == PrinterTypes.Bambu;
            byte[] data = isBambu ? project : gcode;
            StreamSender sender = new(farm.Cloud, (uint)i, data);
            JsonElement ack = sender.Begin(Wire(printer), isBambu ? "box.gcode.3mf" : "box.gcode", extra: ",\"sha256\":\"" + StreamSender.Sha256(data) + "\"");
            Assert.IsTrue(ack.GetProperty("success").GetBoolean(), ack.ToString());
            Assert.IsTrue(sender.SendAll(), sender.Cancelled);
            Patience.Until(() => farm.Progress(sender).Any(p => p.TryGetProperty("started", out _)), printer.Id + " prints", farm.Log.ToString);
            Assert.AreEqual(sender.CommandId, farm.Hub.History(printer.Id, 1)[0].CommandId);
        })));
    }

    [TestMethod]
    public async Task Stream_CancelledInTheMiddle_LeavesNothingAtThePrinters()
    {
        using TempFolder folder = new();
        await using Fleet fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = 200, BambuFirstNumber = ClassSerials.Of(this) + 2, StorageFolder = folder.Path });
        await using Farm farm = await Farm.StartAsync(fleet, 0);
        await Task.WhenAll(farm.Hub.Config.Printers.Select((printer, i) => Task.Run(() =>
        {
            bool isBambu = printer.Type == PrinterTypes.Bambu;
            StreamSender sender = new(farm.Cloud, (uint)i, new byte[2 * FileBytes]);
            Assert.IsTrue(sender.Begin(Wire(printer), isBambu ? "cut.gcode.3mf" : "cut.gcode").GetProperty("success").GetBoolean());
            Assert.IsTrue(sender.Send(FileBytes));

            // A second window was granted: the printer has accepted some of the first.
            Patience.Until(() => sender.Granted > 1024 * 1024 * 2, printer.Id + " takes the file", farm.Log.ToString);
            sender.Cancel();
            Patience.Until(() => farm.Stage(sender) == "cancelled", printer.Id + " is cancelled", farm.Log.ToString);
        })));

        // Servers notice an end a little later than the hub.
        Patience.Until(() => Left(folder.Path).Length == 0, "nothing is left", () => string.Join(", ", Left(folder.Path)));
    }

    /// <summary>Prints the pace and what was allocated, by other tests too.</summary>
    [TestMethod]
    public async Task Stream_200MegabytesToAMoonraker_ArrivesWhole()
    {
        const long Size = 200_000_000;
        using TempFolder folder = new();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = 200, StorageFolder = folder.Path });
        await using Farm farm = await Farm.StartAsync(fleet, 0);
        using EndlessStream data = new();
        StreamSender sender = new(farm.Cloud, 1, data, Size);
        Assert.IsTrue(sender.Begin("moon-1", "big.gcode", start: false).GetProperty("success").GetBoolean());
        Assert.IsTrue(sender.Send(10_000_000));
        Stopwatch watch = Stopwatch.StartNew();
        long before = GC.GetTotalAllocatedBytes();
        int collections = GC.CollectionCount(0);
        Assert.IsTrue(await Task.Run(sender.SendAll), sender.Cancelled);
        watch.Stop();
        Console.WriteLine($"{(Size - 10_000_000) / watch.Elapsed.TotalSeconds / 1e6:F0} MB/s, {(GC.GetTotalAllocatedBytes() - before) / 1e6:F1} MB allocated by cloud, hub and printer, {GC.CollectionCount(0) - collections} collections");
        Patience.Until(() => farm.Stage(sender) == "complete", "the end", farm.Log.ToString);
        Assert.AreEqual(Size, new FileInfo(Directory.EnumerateFiles(folder.Path, "big.gcode", SearchOption.AllDirectories).Single()).Length);
    }

    private static string[] Left(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => f.Contains("cut.gcode", StringComparison.Ordinal) || f.EndsWith(".part", StringComparison.Ordinal))];

    private static string Wire(PrinterConfig printer) => printer.Type == PrinterTypes.Bambu ? printer.Serial! : printer.Id;

    /// <summary>A hub with a fleet's printers, all idle, and its cloud.</summary>
    private sealed class Farm : IAsyncDisposable
    {
        private readonly DesktopHal _hal;

        private Farm(DesktopHal hal)
        {
            _hal = hal;
            Hub = new FarmHub(hal, Log.Log);
        }

        public FarmHub Hub { get; }

        public FakeCloud Cloud { get; } = new() { Capabilities = ["file_stream", "job_cancel", "gcode"] };

        public TestLog Log { get; } = new();

        public static async Task<Farm> StartAsync(Fleet fleet, int maxSockets)
        {
            DesktopHalOptions options = maxSockets == 0 ? new DesktopHalOptions { Nvs = new MemoryNvs() } : new DesktopHalOptions { Nvs = new MemoryNvs(), MaxSockets = maxSockets };
            Farm farm = new(new DesktopHal("unused", options));
            farm.Hub.Load();
            foreach (VirtualPrinter printer in fleet.Printers)
            {
                farm.Hub.Config.Add(printer.ToConfig());
            }

            farm.Hub.Start(new FarmHubOptions { FollowAddresses = false });
            farm.Hub.StartCloud(farm.Cloud.Url);
            foreach (PrinterConfig printer in farm.Hub.Config.Printers)
            {
                await Patience.UntilAsync(() => farm.Cloud.StatusOf(Wire(printer)) is { } status && FakeCloud.Text(status, "status") == "idle", printer.Id + " is idle", farm.Log.ToString);
            }

            return farm;
        }

        public JsonElement[] Progress(StreamSender sender) => [.. Cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "job_id") == sender.JobId)];

        public string? Stage(StreamSender sender) => Progress(sender).LastOrDefault() is { ValueKind: JsonValueKind.Object } last ? FakeCloud.Text(last, "stage") : null;

        public ValueTask DisposeAsync()
        {
            Hub.Dispose();
            Cloud.Dispose();
            Cloud.AssertNoViolations();
            Log.AssertNoErrors();
            Assert.AreEqual(0, _hal.Sockets.OpenSockets);
            Assert.AreEqual(0, _hal.Buffers.Rented);
            _hal.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>As many comments as somebody reads.</summary>
    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)';');
            return count;
        }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)';');
            return buffer.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
