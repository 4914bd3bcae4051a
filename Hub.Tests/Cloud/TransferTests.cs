using System;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>Files through the cloud to a hub that gives credit as a test wants.</summary>
[TestClass]
public sealed class TransferTests : CloudTestBase
{
    private const string Path = "/api/printers/p1/files?name=a.gcode";

    private readonly SteppedTime _clock = new();

    internal override TimeProvider Clock => _clock;

    [TestMethod]
    [DataRow(1)]
    [DataRow(16_384)]
    [DataRow(3_000_001)]
    public async Task File_Whole_ArrivesWithinItsCredit(int size)
    {
        await using ReceivingHub hub = await HubAsync();
        byte[] data = Data(size);
        JsonElement transfer = await JsonOf(await Client.PostAsync(Path + "&start=true&sha256=" + Convert.ToHexString(SHA256.HashData(data)), new ByteArrayContent(data)));
        JsonElement begin = await hub.Hub.ReceivedAsync("file_begin");
        await hub.Hub.ReceivedAsync("file_end");
        Assert.AreEqual("a.gcode", ScriptedHub.Text(begin, "file_name"));
        Assert.IsTrue(begin.GetProperty("start").GetBoolean());
        CollectionAssert.AreEqual(SHA256.HashData(data), hub.Of(1).Hash.GetHashAndReset());
        string id = transfer.GetProperty("transfer_id").GetString()!;
        Assert.AreEqual(ScriptedHub.Text(begin, "job_id"), id);

        await hub.ProgressAsync(id, "uploading", 50);
        await StageAsync(id, "uploading", 50);
        await hub.ProgressAsync(id, "complete", 100);
        await StageAsync(id, "complete", 100);
        Assert.IsFalse((await GetAsync("/api/transfers/" + id)).GetProperty("started").GetBoolean());
        await hub.ProgressAsync(id, "complete", 100, started: true);
        await Patience.UntilAsync(async () => (await GetAsync("/api/transfers/" + id)).GetProperty("started").GetBoolean(), "the start");
    }

    [TestMethod]
    public async Task File_StartFails_TransferSaysWhy()
    {
        await using ReceivingHub hub = await HubAsync();
        JsonElement transfer = await JsonOf(await Client.PostAsync(Path + "&start=true", new ByteArrayContent(Data(10))));
        string id = transfer.GetProperty("transfer_id").GetString()!;
        await hub.ProgressAsync(id, "complete", 100);
        await hub.ProgressAsync(id, "failed", 0, error: "the printer refused it", code: "refused_by_printer");
        await StageAsync(id, "failed", 100);
        JsonElement state = await GetAsync("/api/transfers/" + id);
        Assert.AreEqual("the printer refused it", state.GetProperty("error").GetString());
        Assert.AreEqual("refused_by_printer", state.GetProperty("error_code").GetString());
    }

    [TestMethod]
    public async Task File_HubIsKilledAfterTheStart_ItsEventSaysThatItStarted()
    {
        await using ReceivingHub hub = await HubAsync();
        string id = (await JsonOf(await Client.PostAsync(Path + "&start=true", new ByteArrayContent(Data(10))))).GetProperty("transfer_id").GetString()!;
        await hub.ProgressAsync(id, "complete", 100);
        await hub.Hub.SendAsync(new { type = "job_event", event_id = 1, printer_id = "p1", kind = "started", job_id = 1, command_id = id });
        await hub.Hub.ReceivedAsync("event_ack");
        await Patience.UntilAsync(async () => (await GetAsync("/api/transfers/" + id)).GetProperty("started").GetBoolean(), "the start");
        await StageAsync(id, "complete", 100);
    }

    [TestMethod]
    public async Task File_HubIsLostBeforeItsAck_IsAnsweredAtOnce()
    {
        await using ScriptedHub hub = await ScriptedHub.WelcomedAsync(Cloud, "hub-1", "file_stream");
        await hub.StatusAsync("p1", "idle");
        await StateAsync("p1", "idle");
        Task<HttpResponseMessage> post = Client.PostAsync(Path + "&start=true", new ByteArrayContent(Data(10)));
        await hub.ReceivedAsync("file_begin");
        hub.Drop();

        // The cloud's clock stands still: no time limit ends it.
        Assert.AreEqual("hub_offline", (await ErrorOf(await post, 503)).GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task File_ThatTheHubCallsCompleteTooEarly_Fails()
    {
        await using ReceivingHub hub = await HubAsync();
        hub.IsTaking = false;
        Task<HttpResponseMessage> sending = Client.PostAsync(Path + "&start=true", new ByteArrayContent(Data(200_000)));
        JsonElement begin = await hub.Hub.ReceivedAsync("file_begin");
        await hub.ProgressAsync(ScriptedHub.Text(begin, "job_id")!, "complete", 100, started: true);
        Assert.AreEqual("bad_response", (await ErrorOf(await sending, 409)).GetProperty("code").GetString());
        Assert.IsFalse((await GetAsync("/api/transfers/" + ScriptedHub.Text(begin, "job_id"))).GetProperty("started").GetBoolean());
    }

    [TestMethod]
    public async Task File_ThatFailedHere_StaysFailedWhenTheHubCallsItCancelled()
    {
        await using ReceivingHub hub = await HubAsync();
        using StreamContent content = new(new System.IO.MemoryStream(Data(10)));
        content.Headers.ContentLength = null;
        using HttpRequestMessage request = new(HttpMethod.Post, Path + "&size=20") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        await ErrorOf(await Client.SendAsync(request), 400);
        await hub.Hub.ReceivedAsync("file_cancel");
        string id = ScriptedHub.Text(hub.Hub.Of("file_begin")[0], "job_id")!;
        await hub.ProgressAsync(id, "cancelled", 0, error: "the cloud cancelled the file", code: "cancelled");
        await hub.Hub.StatusAsync("p1", "paused");
        await StateAsync("p1", "paused");
        JsonElement state = await GetAsync("/api/transfers/" + id);
        Assert.AreEqual("failed", state.GetProperty("stage").GetString());
        Assert.Contains("were announced", state.GetProperty("error").GetString()!);
    }

    [TestMethod]
    [DataRow("size=1099511627777")]
    [DataRow("size=9223372036854775807")]
    public async Task File_LargerThanAnyPrinterStores_IsRefused(string size)
    {
        await using ReceivingHub hub = await HubAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, Path + "&" + size) { Content = new StreamContent(new System.IO.MemoryStream(Data(10))) };
        request.Headers.TransferEncodingChunked = true;
        await ErrorOf(await Client.SendAsync(request), 400);
        Assert.IsEmpty(hub.Hub.Of("file_begin"));
    }

    [TestMethod]
    public async Task File_TwoSteps_Arrives()
    {
        await using ReceivingHub hub = await HubAsync();
        byte[] data = Data(200_000);
        HttpResponseMessage created = await PostAsync("/api/transfers", "{\"printer_id\":\"p1\",\"name\":\"b.gcode\",\"size\":200000,\"plate\":2}");
        Assert.AreEqual(201, (int)created.StatusCode);
        string id = (await JsonOf(created)).GetProperty("transfer_id").GetString()!;
        Assert.IsEmpty(hub.Hub.Of("file_begin"));
        await ErrorOf(await Client.PutAsync("/api/transfers/" + id + "/content", new ByteArrayContent(Data(5))), 400);
        HttpResponseMessage put = await Client.PutAsync(created.Headers.Location + "/content", new ByteArrayContent(data));
        Assert.AreEqual(202, (int)put.StatusCode);
        await hub.Hub.ReceivedAsync("file_end");
        Assert.AreEqual(2, hub.Hub.Of("file_begin")[0].GetProperty("options").GetProperty("plate").GetInt32());
        CollectionAssert.AreEqual(SHA256.HashData(data), hub.Of(1).Hash.GetHashAndReset());
        Assert.AreEqual("transfer_over", (await ErrorOf(await Client.PutAsync("/api/transfers/" + id + "/content", new ByteArrayContent(data)), 409)).GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task File_NoContent_FailsAfterTenMinutes()
    {
        await using ReceivingHub hub = await HubAsync();
        string id = (await JsonOf(await PostAsync("/api/transfers", "{\"printer_id\":\"p1\",\"name\":\"b.gcode\",\"size\":9}"))).GetProperty("transfer_id").GetString()!;
        _clock.Pass(TimeSpan.FromMinutes(9));
        await hub.Hub.StatusAsync("p1", "idle");
        await StageAsync(id, "downloading", 0);
        _clock.Pass(TimeSpan.FromMinutes(2));
        await StageAsync(id, "failed", 0);
    }

    [TestMethod]
    public async Task File_HubRefuses_IsAnsweredBeforeTheBody()
    {
        await using ReceivingHub hub = await HubAsync();
        hub.Refusal = "the printer is printing";
        Assert.AreEqual("the printer is printing", (await ErrorOf(await Client.PostAsync(Path, new ByteArrayContent(Data(100_000))), 409)).GetProperty("message").GetString());
        Assert.AreEqual(0, hub.Of(1).Received);
    }

    [TestMethod]
    public async Task File_HubCancelsInTheMiddle_IsAnsweredWithItsReason()
    {
        await using ReceivingHub hub = await HubAsync();
        hub.IsTaking = false;
        Task<HttpResponseMessage> post = Client.PostAsync(Path, new ByteArrayContent(Data(1_000_000)));
        await Patience.UntilAsync(() => hub.Hub.Of("file_begin").Length > 0 && hub.Of(1).Received == ReceivingHub.Window, "a window");
        await hub.Hub.SendAsync(new { type = "file_cancel", stream_id = 1, error = "the printer's card is full" });
        Assert.AreEqual("the printer's card is full", (await ErrorOf(await post, 409)).GetProperty("message").GetString());
        string id = ScriptedHub.Text(hub.Hub.Of("file_begin")[0], "job_id")!;
        await hub.ProgressAsync(id, "failed", 0, error: "the printer's card is full", code: "storage_full");
        await Patience.UntilAsync(async () => (await GetAsync("/api/transfers/" + id)).GetProperty("error_code").GetString() == "storage_full", "the code");
        Assert.IsEmpty(hub.Hub.Of("file_cancel"));
    }

    [TestMethod]
    public async Task File_CancelledByAPerson_EndsBothSides()
    {
        await using ReceivingHub hub = await HubAsync();
        hub.IsTaking = false;
        Task<HttpResponseMessage> post = Client.PostAsync(Path, new ByteArrayContent(Data(1_000_000)));
        string id = ScriptedHub.Text(await hub.Hub.ReceivedAsync("file_begin"), "job_id")!;
        await Patience.UntilAsync(() => hub.Of(1).Received == ReceivingHub.Window, "a window");
        Task<HttpResponseMessage> delete = Client.DeleteAsync("/api/transfers/" + id);
        await hub.Hub.ReceivedAsync("file_cancel");
        await hub.ProgressAsync(id, "cancelled", 0);
        Assert.AreEqual("cancelled", (await JsonOf(await delete)).GetProperty("stage").GetString());
        Assert.AreEqual("cancelled", (await ErrorOf(await post, 409)).GetProperty("code").GetString());
        await ErrorOf(await Client.DeleteAsync("/api/transfers/" + id), 409);
    }

    [TestMethod]
    public async Task File_CancelledAfterItsBody_GoesToTheHubAsJobCancel()
    {
        await using ReceivingHub hub = await HubAsync();
        string id = (await JsonOf(await Client.PostAsync(Path, new ByteArrayContent(Data(1000))))).GetProperty("transfer_id").GetString()!;
        Assert.AreEqual(200, (int)(await Client.DeleteAsync("/api/transfers/" + id)).StatusCode);
        Assert.AreEqual(id, ScriptedHub.Text(hub.Hub.Of("job_cancel")[0], "job_id"));
        await StageAsync(id, "cancelled", 0);
    }

    [TestMethod]
    public async Task File_SenderGone_IsCancelledAtTheHub()
    {
        await using ReceivingHub hub = await HubAsync();
        using TcpClient sender = new();
        await sender.ConnectAsync(Cloud.Address.Host, Cloud.Address.Port);
        await sender.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST " + Path + " HTTP/1.1\r\nHost: " + Cloud.Address.Authority + "\r\nContent-Length: 1000000\r\n\r\n"));
        await sender.GetStream().WriteAsync(new byte[5000]);
        string id = ScriptedHub.Text(await hub.Hub.ReceivedAsync("file_begin"), "job_id")!;
        await Patience.UntilAsync(() => hub.Of(1).Received == 5000, "the bytes");
        sender.Close();
        await hub.Hub.ReceivedAsync("file_cancel");
        await StageAsync(id, "cancelled", 0);
    }

    [TestMethod]
    public async Task File_HubLostInTheMiddle_Fails()
    {
        ReceivingHub hub = await HubAsync();
        hub.IsTaking = false;
        Task<HttpResponseMessage> post = Client.PostAsync(Path, new ByteArrayContent(Data(1_000_000)));
        await Patience.UntilAsync(() => hub.Hub.Of("file_begin").Length > 0 && hub.Of(1).Received == ReceivingHub.Window, "a window");
        await hub.DisposeAsync();
        Assert.AreEqual("hub_offline", (await ErrorOf(await post, 503)).GetProperty("code").GetString());
        await ErrorOf(await Client.PostAsync(Path, new ByteArrayContent(Data(10))), 503);
    }

    [TestMethod]
    public async Task File_TooMuchCredit_EndsThatStreamAlone()
    {
        await using ReceivingHub hub = await HubAsync();
        hub.IsTaking = false;
        Task<HttpResponseMessage> post = Client.PostAsync(Path, new ByteArrayContent(Data(100_000)));
        await hub.Hub.ReceivedAsync("file_begin");
        await hub.Hub.SendAsync(new { type = "file_credit", stream_id = 77, bytes = 1 });
        await hub.Hub.SendAsync(new { type = "file_credit", stream_id = -1, bytes = 1 });
        await hub.Hub.SendAsync(new { type = "file_cancel", stream_id = "one" });
        await hub.Hub.SendAsync(new { type = "file_credit", stream_id = 1, bytes = 1_000_000 });
        Assert.AreEqual("bad_response", (await ErrorOf(await post, 409)).GetProperty("code").GetString());
        await hub.Hub.ReceivedAsync("file_cancel");
        hub.IsTaking = true;
        Assert.AreEqual(202, (int)(await Client.PostAsync(Path, new ByteArrayContent(Data(100_000)))).StatusCode);
    }

    [TestMethod]
    public async Task File_WithoutLength_NeedsTheSize()
    {
        await using ReceivingHub hub = await HubAsync();
        Assert.AreEqual("length_required", (await ErrorOf(await Client.PostAsync(Path, new EndlessContent(Data(50_000))), 411)).GetProperty("code").GetString());
        Assert.AreEqual(202, (int)(await Client.PostAsync(Path + "&size=50000", new EndlessContent(Data(50_000)))).StatusCode);
        Assert.Contains("more than", (await ErrorOf(await Client.PostAsync(Path + "&size=49999", new EndlessContent(Data(50_000))), 400)).GetProperty("message").GetString()!);
        Assert.Contains("50000", (await ErrorOf(await Client.PostAsync(Path + "&size=50001", new EndlessContent(Data(50_000))), 400)).GetProperty("message").GetString()!);
        await hub.Hub.ReceivedAsync("file_cancel", 2);
    }

    [TestMethod]
    [DataRow("/api/printers/p1/files", 400, "name")]
    [DataRow("/api/printers/p1/files?name=..%2Fa.gcode", 400, "path")]
    [DataRow("/api/printers/p1/files?name=a%00.gcode", 400, "control")]
    [DataRow("/api/printers/p1/files?name=a.gcode&sha256=12", 400, "sha256")]
    [DataRow("/api/printers/p1/files?name=a.gcode&start=perhaps", 400, "parameter")]
    [DataRow("/api/printers/p1/files?name=a.gcode&plate=0", 400, "plate")]
    [DataRow("/api/printers/nobody/files?name=a.gcode", 404, "nobody")]
    public async Task File_WrongQuery_IsRefused(string path, int status, string words)
    {
        await using ReceivingHub hub = await HubAsync();
        Assert.Contains(words, (await ErrorOf(await Client.PostAsync(path, new ByteArrayContent(Data(10))), status)).GetProperty("message").GetString()!);
        await ErrorOf(await Client.PostAsync(Path, new ByteArrayContent([])), 400);
        await ErrorOf(await Client.GetAsync("/api/transfers/none"), 404);
        await ErrorOf(await Client.DeleteAsync("/api/transfers/none"), 404);
        Assert.IsEmpty(hub.Hub.Of("file_begin"));
    }

    [TestMethod]
    public async Task Files_Several_ASlowOneHoldsUpNoOther()
    {
        await using ReceivingHub slow = await ReceivingHub.StartAsync(Cloud, "hub-2", "p2");
        await using ReceivingHub hub = await HubAsync();
        slow.IsTaking = false;
        Task<HttpResponseMessage> first = Client.PostAsync("/api/printers/p2/files?name=s.gcode", new ByteArrayContent(Data(300_000)));
        await Patience.UntilAsync(() => slow.Hub.Of("file_begin").Length > 0 && slow.Of(1).Received == ReceivingHub.Window, "a window");
        HttpResponseMessage[] others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Client.PostAsync(Path, new ByteArrayContent(Data(2_000_000)))));
        Assert.IsTrue(others.All(o => (int)o.StatusCode == 202));
        Assert.IsFalse(first.IsCompleted);
        slow.IsTaking = true;
        await slow.AllowAsync(slow.Of(1), ReceivingHub.Window);
        Assert.AreEqual(202, (int)(await first).StatusCode);
        CollectionAssert.AreEqual(SHA256.HashData(Data(300_000)), slow.Of(1).Hash.GetHashAndReset());
    }

    private static byte[] Data(int size)
    {
        byte[] data = new byte[size];
        new Random(size).NextBytes(data);
        return data;
    }

    private async Task<ReceivingHub> HubAsync()
    {
        ReceivingHub hub = await ReceivingHub.StartAsync(Cloud);
        await StateAsync("p1", "idle");
        return hub;
    }

    private Task StageAsync(string id, string stage, int percentage) => Patience.UntilAsync(
        async () => await GetAsync("/api/transfers/" + id) is { } state && state.GetProperty("stage").GetString() == stage && state.GetProperty("progress_percentage").GetInt32() == percentage,
        "stage " + stage);

    /// <summary>Content that is sent in chunks, without a length.</summary>
    private sealed class EndlessContent(byte[] data) : HttpContent
    {
        protected override Task SerializeToStreamAsync(System.IO.Stream stream, System.Net.TransportContext? context) => stream.WriteAsync(data, 0, data.Length, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
