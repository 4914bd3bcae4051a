using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Core.Hal;
using Hub.Tests.Printers.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>End to end: the cloud's API, a real hub, and a virtual printer of each system over real sockets.</summary>
[TestClass]
public sealed class CloudToPrinterTests : CloudTestBase
{
    private const int FileBytes = 3_000_000;
    private const string Estimate = "; estimated printing time (normal mode) = 9h 0m 0s\n";

    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly string _storage = Directory.CreateTempSubdirectory("hub-cloud-test-").FullName;
    private Fleet _fleet = null!;
    private FarmHub _hub = null!;

    [TestInitialize]
    public async Task ConnectAsync()
    {
        _fleet = await Fleet.StartAsync(FleetOptions.OneOfEach with { Speed = 20, BambuReportMs = 200, StorageFolder = _storage, BambuFirstNumber = ClassSerials.Of(this) });
        _hub = new FarmHub(_hal, Log.Log);
        _hub.Load();
        foreach (VirtualPrinter printer in _fleet.Printers)
        {
            _hub.Config.Add(printer.ToConfig());
        }

        _hub.Start(new FarmHubOptions { FollowAddresses = false });
        _hub.StartCloud("ws://" + Cloud.Address.Authority);
        foreach (PrinterConfig printer in _hub.Config.Printers)
        {
            await StateAsync(printer.Id, "idle");
        }
    }

    [TestCleanup]
    public async Task DisconnectAsync()
    {
        _hub.Dispose();
        Assert.AreEqual(0, _hal.Buffers.Rented, "rented buffers");
        _hal.Dispose();
        await _fleet.DisposeAsync();
        Directory.Delete(_storage, recursive: true);
    }

    [TestMethod]
    public async Task AllSystems_UploadStartPauseResumeCancel()
    {
        PrinterConfig[] printers = _hub.Config.Printers;
        Assert.HasCount(4, printers);
        string[] transfers = await Task.WhenAll(printers.Select(p => SendAsync(p, start: true)));
        for (int i = 0; i < printers.Length; i++)
        {
            string id = transfers[i];
            await Patience.UntilAsync(async () => (await GetAsync("/api/transfers/" + id)).GetProperty("started").GetBoolean(), printers[i].Id + " starts", Log.ToString);
            Assert.AreEqual("complete", (await GetAsync("/api/transfers/" + id)).GetProperty("stage").GetString());
            await StateAsync(printers[i].Id, "printing");
        }

        await Task.WhenAll(printers.Select(p => CommandAsync(p, "pause")));
        foreach (PrinterConfig printer in printers)
        {
            await StateAsync(printer.Id, "paused");
        }

        await Task.WhenAll(printers.Select(p => CommandAsync(p, "resume")));
        foreach (PrinterConfig printer in printers)
        {
            await StateAsync(printer.Id, "printing");
        }

        await Task.WhenAll(printers.Select(p => CommandAsync(p, "cancel")));
        foreach (PrinterConfig printer in printers)
        {
            await Patience.UntilAsync(async () => (await PrinterAsync(printer.Id))!.Value.GetProperty("state").GetString() is "cancelled" or "idle", printer.Id + " is cancelled", Log.ToString);
        }

        HttpResponseMessage pause = await PostAsync("/api/printers/" + printers[0].Id + "/commands", "{\"action\":\"pause\"}");
        Assert.Contains("nothing to pause", (await ErrorOf(pause, 409)).GetProperty("message").GetString()!);
    }

    [TestMethod]
    public async Task AllSystems_CancelledInTheMiddle_NothingIsLeft()
    {
        foreach (PrinterConfig printer in _hub.Config.Printers)
        {
            // Half of the file, and then nothing more.
            using PausedContent content = new(Content(printer), FileBytes / 2);
            Task<HttpResponseMessage> post = Client.PostAsync(PathOf(printer, start: true), content);
            await Patience.UntilAsync(async () => await NewestAsync(printer) is { } open && open.GetProperty("stage").GetString() == "uploading", "the upload to " + printer.Id, Log.ToString);
            string id = (await NewestAsync(printer))!.Value.GetProperty("transfer_id").GetString()!;
            JsonElement cancelled = await JsonOf(await Client.DeleteAsync("/api/transfers/" + id));
            Assert.AreEqual("cancelled", cancelled.GetProperty("stage").GetString(), cancelled.ToString());
            content.Release();
            Assert.AreEqual("cancelled", (await ErrorOf(await post, 409)).GetProperty("code").GetString());
            await StateAsync(printer.Id, "idle");
            await Patience.UntilAsync(() => !Directory.EnumerateFiles(_storage, "*", SearchOption.AllDirectories).Any(f => !f.EndsWith(".pfx", StringComparison.Ordinal)), "no file is left at " + printer.Id, () => string.Join("\n", Directory.GetFiles(_storage, "*", SearchOption.AllDirectories)));
        }
    }

    [TestMethod]
    public async Task Hub_LostInTheMiddle_TransferFailsAndPrinterIsOffline()
    {
        PrinterConfig printer = _hub.Config.Printers[0];
        using PausedContent content = new(Content(printer), FileBytes / 2);
        Task<HttpResponseMessage> post = Client.PostAsync(PathOf(printer, start: true), content);
        await Patience.UntilAsync(async () => await NewestAsync(printer) is { } open && open.GetProperty("stage").GetString() == "uploading", "the upload", Log.ToString);
        await Task.Run(_hub.Dispose);
        content.Release();
        Assert.AreEqual("hub_offline", (await ErrorOf(await post, 503)).GetProperty("code").GetString());
        await StateAsync(printer.Id, "offline");
    }

    private static string PathOf(PrinterConfig printer, bool start) =>
        "/api/printers/" + printer.Id + "/files?name=" + (printer.Type == PrinterTypes.Bambu ? "box.gcode.3mf" : "box.gcode") + (start ? "&start=true" : "");

    private static byte[] Content(PrinterConfig printer) =>
        printer.Type == PrinterTypes.Bambu ? BambuProject.Make(plate: 1, FileBytes, Estimate) : Encoding.ASCII.GetBytes(Estimate + new string(';', FileBytes));

    private async Task<string> SendAsync(PrinterConfig printer, bool start)
    {
        HttpResponseMessage answer = await Client.PostAsync(PathOf(printer, start), new ByteArrayContent(Content(printer)));
        JsonElement transfer = await JsonOf(answer);
        Assert.AreEqual(202, (int)answer.StatusCode, transfer + "\n" + Log);
        return transfer.GetProperty("transfer_id").GetString()!;
    }

    private async Task CommandAsync(PrinterConfig printer, string action)
    {
        HttpResponseMessage answer = await PostAsync("/api/printers/" + printer.Id + "/commands", "{\"action\":\"" + action + "\"}");
        Assert.AreEqual(200, (int)answer.StatusCode, action + " " + printer.Id + ": " + await answer.Content.ReadAsStringAsync() + "\n" + Log);
    }

    /// <summary>The transfer to a printer that was asked for last; null while there is none.</summary>
    private async Task<JsonElement?> NewestAsync(PrinterConfig printer)
    {
        foreach (JsonElement transfer in (await GetAsync("/api/transfers")).GetProperty("transfers").EnumerateArray())
        {
            if (transfer.GetProperty("printer_id").GetString() == printer.Id)
            {
                return transfer;
            }
        }

        return null;
    }

    /// <summary>A body that stops at a byte until it is released.</summary>
    private sealed class PausedContent(byte[] data, int pauseAt) : HttpContent
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(data.AsMemory(0, pauseAt), CancellationToken.None);
            await stream.FlushAsync(CancellationToken.None);
            await _released.Task;
            await stream.WriteAsync(data.AsMemory(pauseAt), CancellationToken.None);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = data.Length;
            return true;
        }
    }
}
