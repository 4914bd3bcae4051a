using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Store;
using Hub.Simulator.Cloud.Webhooks;
using Hub.Tests.Cloud.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Webhooks;

/// <summary>Webhooks over real sockets: what arrives, in which order, and what becomes of targets that fail.</summary>
[TestClass]
public sealed class WebhookTests
{
    private const string SecretText = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0";

    private static readonly WebhookTimes s_quick = new() { FirstRetry = TimeSpan.FromMilliseconds(5), LastRetry = TimeSpan.FromMilliseconds(40), Settle = TimeSpan.FromMilliseconds(1) };

    private readonly StoreFolder _folder = new();
    private readonly FarmPicture _farm = new();
    private WebhookReceiver _receiver = null!;
    private WebhookService? _service;

    [TestInitialize]
    public async Task Open() => _receiver = await WebhookReceiver.StartAsync();

    [TestCleanup]
    public async Task Close()
    {
        await StopAsync();
        await _receiver.DisposeAsync();
        string log = _folder.Log.ToString();
        Assert.DoesNotContain(SecretText, log);
        Assert.DoesNotContain("very-secret-path", log);
        await _folder.DisposeAsync();
    }

    [TestMethod]
    public async Task JobEvents_ArriveInOrderSignedAndOnce()
    {
        CloudStore store = _folder.Open(true);
        await StartAsync(store, Target() with { Secret = new Secret(SecretText), Authorization = new Secret("Bearer token-of-the-test"), Kinds = WebhookKinds.All });
        await store.Jobs.AddEventsAsync("h", [Event(1, "started"), Event(2, "finished", 1) with { DurationMs = 4_320_000 }]);
        await store.Jobs.AddEventsAsync("h", [Event(2, "finished", 1), Event(3, "started")]);
        await UntilReceivedAsync(3);

        CollectionAssert.AreEqual(new[] { "started", "finished", "started" }, Received().Select(r => Json(r).GetProperty("kind").GetString()).ToArray());
        WebhookReceiver.Received finished = Received()[1];
        JsonElement body = Json(finished);
        Assert.AreEqual("p: box.gcode finished after 1h 12m", body.GetProperty("text").GetString());
        Assert.AreEqual("h p box.gcode 4320", string.Join(' ', body.GetProperty("hub_id"), body.GetProperty("printer_id"), body.GetProperty("job"), body.GetProperty("duration_seconds")));
        Assert.AreEqual("POST /hooks/very-secret-path", finished.Line);
        Assert.AreEqual("Bearer token-of-the-test", finished.Headers["authorization"]);
        string signed = finished.Headers["webhook-id"] + "." + finished.Headers["webhook-timestamp"] + "." + finished.Body;
        string expected = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("secret of the test"), Encoding.UTF8.GetBytes(signed)));
        Assert.AreEqual("v1," + expected, finished.Headers["webhook-signature"]);
        Assert.IsLessThan(60, Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(finished.Headers["webhook-timestamp"])));
        Assert.HasCount(3, Received().Select(r => r.Headers["webhook-id"]).Distinct());
    }

    [TestMethod]
    public async Task Target_ThatFailsForAWhile_GetsAllInOrderWithTheSameIds()
    {
        CloudStore store = _folder.Open(false);
        int count = 0;
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = ++count < 6 ? 503 : 204;
            return Task.CompletedTask;
        };
        await StartAsync(store, Target());
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished"), Event(2, "failed")]);
        await UntilReceivedAsync(7);

        string[] ids = [.. Received().Select(r => r.Headers["webhook-id"])];
        Assert.HasCount(1, ids[..6].Distinct());
        Assert.AreNotEqual(ids[0], ids[6]);
        await UntilStateAsync(s => s is { Waiting: 0, Dropped: 0, Problem: null, DeliveredMs: not null });
        Assert.IsTrue(_folder.Log.Has("it answered 503; it is tried again for 24 hours") && !_folder.Log.Has("it answered 503", 2), "said once: " + _folder.Log);
        Assert.IsTrue(_folder.Log.Has("accepts notices again"));
    }

    [TestMethod]
    public async Task Target_ThatHangsOrRefuses_DelaysNoOther()
    {
        await using WebhookReceiver hanging = await WebhookReceiver.StartAsync();
        TaskCompletionSource never = new();
        hanging.Answer = context => never.Task.WaitAsync(context.RequestAborted);
        CloudStore store = _folder.Open(false);
        await StartAsync(
            store,
            new WebhookTarget { Name = "hangs", Url = hanging.Address },
            new WebhookTarget { Name = "is away", Url = new Uri("http://127.0.0.1:1/") },
            Target());
        await store.Jobs.AddEventsAsync("h", [.. Enumerable.Range(1, 50).Select(i => Event(i, "finished"))]);
        await UntilReceivedAsync(50);

        Assert.HasCount(1, hanging.Requests);
        Assert.AreEqual("50 50 0", string.Join(' ', (await _service!.StatesAsync()).Select(s => s.Waiting)));
        await Patience.UntilAsync(() => _folder.Log.Has("webhook 'is away' (127.0.0.1): it cannot be reached"), "it is said");
        never.SetResult();
    }

    [TestMethod]
    [DataRow(302, "a redirect")]
    [DataRow(307, "a redirect")]
    [DataRow(400, "does not accept the body")]
    [DataRow(401, "check its address, secret and authorization")]
    [DataRow(404, "nothing is at this address")]
    public async Task Target_ThatRefuses_IsGivenUpAfterThreeTriesAndCounted(int status, string words)
    {
        await using WebhookReceiver other = await WebhookReceiver.StartAsync();
        CloudStore store = _folder.Open(false);
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Address.ToString();
            return Task.CompletedTask;
        };
        await StartAsync(store, Target() with { Secret = new Secret(SecretText) });
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished"), Event(2, "failed")]);
        await UntilStateAsync(s => s is { Waiting: 0, Dropped: 2 });

        Assert.HasCount(6, _receiver.Requests);
        Assert.IsEmpty(other.Requests, "no redirect is followed");
        Assert.IsTrue(_folder.Log.Has(words));
    }

    [TestMethod]
    public async Task Queue_OverARestart_GoesOnWhereItWas()
    {
        CloudStore store = _folder.Open(true);
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await StartAsync(store, Target());
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished"), Event(2, "failed")]);
        await UntilReceivedAsync(2);
        await StopAsync();
        await store.DisposeAsync();
        string id = Received()[0].Headers["webhook-id"];
        _receiver.Requests.Clear();
        _receiver.Answer = _ => Task.CompletedTask;

        store = _folder.Open(true);
        await StartAsync(store, Target());
        await UntilReceivedAsync(2);
        Assert.AreEqual(id, Received()[0].Headers["webhook-id"]);
        CollectionAssert.AreEqual(new[] { "finished", "failed" }, Received().Select(r => Json(r).GetProperty("kind").GetString()).ToArray());
    }

    [TestMethod]
    public async Task NewTarget_GetsWhatComesAndNotTheHistory()
    {
        CloudStore store = _folder.Open(false);
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished")]);
        await StartAsync(store, Target());
        await store.Jobs.AddEventsAsync("h", [Event(2, "failed") with { ErrorMessage = "nozzle <clogged>" }]);
        await UntilReceivedAsync(1);

        Assert.AreEqual("p: box.gcode failed: nozzle <clogged>", Json(Received()[0]).GetProperty("text").GetString());
    }

    [TestMethod]
    public async Task OldNotices_AreGivenUpAndCounted()
    {
        CloudStore store = _folder.Open(false);
        await StartAsync(store, Target());
        long longAgoMs = DateTimeOffset.UtcNow.AddDays(-2).ToUnixTimeMilliseconds();
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished") with { TimeMs = longAgoMs }, Event(2, "failed")]);
        await UntilReceivedAsync(1);
        await UntilStateAsync(s => s is { Waiting: 0, Dropped: 1 });

        Assert.AreEqual("failed", Json(Received()[0]).GetProperty("kind").GetString());
    }

    [TestMethod]
    public async Task QueueThatGrowsTooLong_LosesTheOldestAndCountsThem()
    {
        CloudStore store = _folder.Open(false, options: new StoreOptions { MaxNotices = 10 });
        await store.Notices.SetTargetsAsync(["away"]);
        await store.Jobs.AddEventsAsync("h", [.. Enumerable.Range(1, 25).Select(i => Event(i, "finished"))]);
        await store.Retention.RunAsync();

        Assert.AreEqual((15L, 10L), await store.Notices.CountsAsync("away"));
        Assert.AreEqual(16, (await store.Notices.NextAsync("away", 1)).Single().Seq);
        await store.Notices.SetTargetsAsync([]);
        await store.Notices.SetTargetsAsync(["away"]);
        await store.Jobs.AddEventsAsync("h", [Event(26, "finished")]);
        Assert.AreEqual(26, (await store.Notices.NextAsync("away", 1)).Single().Seq, "a number is never used again");
    }

    [TestMethod]
    public async Task Printers_ThatNeedAPerson_AreReportedOnceAlsoOverARestart()
    {
        CloudStore store = _folder.Open(true);
        _farm.HubIs("h", true);
        Report("printing");
        await StartAsync(store, Target());
        Report("attention", "\"error_message\":\"filament ran out\"");
        await UntilReceivedAsync(1);
        Assert.AreEqual("needs_attention: attic needs a person: filament ran out", Text(0));

        // What is answered and not yet noted is sent again by the next process.
        await UntilAsync(async () => (await store.Notices.CountsAsync("hook")).Waiting == 0, "the answer is noted");
        await StopAsync();
        await store.DisposeAsync();

        store = _folder.Open(true);
        await StartAsync(store, Target());
        Report("printing");
        await UntilAsync(async () => (await store.Notices.OpenNeedsAsync()).Count == 0, "the need is over");
        Report("finished", "\"bed_clear\":false");
        await UntilReceivedAsync(2);
        Assert.AreEqual("clear_bed: attic: clear the bed after cup.gcode", Text(1));
        Report("attention", "\"bed_clear\":false");
        await UntilReceivedAsync(3);
        Assert.AreEqual("needs_attention: attic needs a person", Text(2));
    }

    [TestMethod]
    [DataRow(nameof(WebhookFormat.Text), "p: a & b <c>.gcode finished", "text/plain; charset=utf-8")]
    [DataRow(nameof(WebhookFormat.Ntfy), "p: a & b <c>.gcode finished", "text/plain; charset=utf-8")]
    [DataRow(nameof(WebhookFormat.Slack), "{\"text\":\"p: a &amp; b &lt;c&gt;.gcode finished\"}", "application/json")]
    [DataRow(nameof(WebhookFormat.Discord), "{\"content\":\"p: a & b <c>.gcode finished\",\"allowed_mentions\":{\"parse\":[]}}", "application/json")]
    public async Task Formats_AreWhatTheirServicesWant(string named, string body, string type)
    {
        WebhookFormat format = Enum.Parse<WebhookFormat>(named);
        CloudStore store = _folder.Open(false);
        await StartAsync(store, Target() with { Format = format });
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished") with { Job = "a & b <c>.gcode" }, Event(2, "failed")]);
        await UntilReceivedAsync(2);

        if (type == "application/json")
        {
            Assert.IsTrue(JsonElement.DeepEquals(JsonDocument.Parse(body).RootElement, Json(Received()[0])), Received()[0].Body);
        }
        else
        {
            Assert.AreEqual(body, Received()[0].Body);
        }

        Assert.AreEqual(type, Received()[0].Headers["content-type"]);
        Assert.AreEqual(format == WebhookFormat.Ntfy ? " high" : " ", Received()[0].Headers.GetValueOrDefault("priority") + " " + Received()[1].Headers.GetValueOrDefault("priority"));
    }

    [TestMethod]
    public async Task BodyTemplate_WithAnyText_StaysJson()
    {
        CloudStore store = _folder.Open(false);
        await StartAsync(store, Target() with
        {
            Format = WebhookFormat.Body,
            Body = new WebhookTemplate("{\"chat_id\":7,\"text\":\"{text}\",\"job\":\"{job}\",\"empty\":{}}"),
            Text = new WebhookTemplate("[{kind}] {summary}"),
        });
        await store.Jobs.AddEventsAsync("h", [Event(1, "finished") with { Job = "\"}\\ \n\u2603.gcode" }]);
        await UntilReceivedAsync(1);

        JsonElement body = Json(Received()[0]);
        Assert.AreEqual("\"}\\ \n\u2603.gcode", body.GetProperty("job").GetString());
        Assert.AreEqual("[finished] p: \"}\\ \n\u2603.gcode finished", body.GetProperty("text").GetString());
    }

    [TestMethod]
    public async Task Test_OfATarget_SaysWhatHappened()
    {
        CloudStore store = _folder.Open(false);
        await StartAsync(store, Target());
        Assert.IsNull((await _service!.TestAsync("hook"))!.Problem);
        Assert.IsNull(await _service.TestAsync("another"));
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        Assert.AreEqual("it answered 403: check its address, secret and authorization", (await _service.TestAsync("hook"))!.Problem);
    }

    private static JobEventRecord Event(long id, string kind, long? jobId = null) =>
        StoreFolder.Event(id, kind, jobId, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private static JsonElement Json(WebhookReceiver.Received received) => JsonDocument.Parse(received.Body).RootElement;

    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Patience.UntilAsync(condition, what);

    private WebhookTarget Target() => new() { Name = "hook", Url = _receiver.Address };

    private WebhookReceiver.Received[] Received() => [.. _receiver.Requests];

    private string Text(int index) => Json(Received()[index]).GetProperty("kind").GetString() + ": " + Json(Received()[index]).GetProperty("text").GetString();

    private async Task StartAsync(CloudStore store, params WebhookTarget[] targets) =>
        _service = await WebhookService.StartAsync(store, _farm, targets, _folder.Log.Log, TimeProvider.System, s_quick);

    private async Task StopAsync()
    {
        if (_service != null)
        {
            await _service.DisposeAsync();
            _service = null;
        }
    }

    private Task UntilReceivedAsync(int count) =>
        Patience.UntilAsync(() => _receiver.Requests.Count >= count, count + " requests", () => _receiver.Requests.Count + " came; log: " + _folder.Log);

    private Task UntilStateAsync(Func<WebhookState, bool> condition) =>
        Patience.UntilAsync(async () => condition((await _service!.StatesAsync()).Single()), "the state of the target");

    /// <summary>A status of printer "p", which is called "attic".</summary>
    private void Report(string state, string more = "\"bed_clear\":true")
    {
        byte[] report = Encoding.UTF8.GetBytes(
            $"{{\"type\":\"printer_status\",\"printer_id\":\"p\",\"details\":{{\"id\":\"p\",\"type\":\"bambu\",\"connected\":true,\"state\":\"{state}\",\"job\":\"cup.gcode\",{more}}}}}");
        _farm.List("h", [new PrinterName("p", "p", "attic", "bambu", true)]);
        _farm.Report("h", JsonDocument.Parse(report).RootElement, report);
    }
}
