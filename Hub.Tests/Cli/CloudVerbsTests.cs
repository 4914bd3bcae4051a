using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>cloud show, set, clear, claim and serve; run --cloud local; the cloud of the default verb.</summary>
[TestClass]
public sealed class CloudVerbsTests
{
    [TestMethod]
    public async Task Set_ThenShowThenClear_NeverShowsTheSecret()
    {
        using CliTestBed bed = new();
        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("cloud", "show"), bed.Error);
        Assert.Contains("no cloud is set", bed.Out);

        File.WriteAllText(bed.PathOf("ca.pem"), new TestCertificates().CaPem);
        Assert.AreEqual(ExitCodes.Done, await bed.RunWithInputAsync("s3cret-s3cret\n", "cloud", "set", "--url", "wss://cloud.example:5080", "--hub-id", "h-1", "--hub-name", "Cellar", "--ca", bed.PathOf("ca.pem"), "--secret", "-"), bed.Error);
        Assert.AreEqual("changed\n", bed.Out.ReplaceLineEndings("\n"));

        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("cloud", "show"), bed.Error);
        foreach (string part in new[] { "wss://cloud.example:5080", "h-1", "Cellar", "set", "the authority that was given" })
        {
            Assert.Contains(part, bed.Out);
        }

        Assert.DoesNotContain("s3cret", bed.Out + bed.Error);
        await bed.RunAsync("cloud", "show", "--json");
        JsonElement shown = JsonDocument.Parse(bed.Out).RootElement;
        Assert.AreEqual("wss://cloud.example:5080", shown.GetProperty("url").GetString());
        Assert.IsTrue(shown.GetProperty("secret_set").GetBoolean());
        Assert.DoesNotContain("s3cret", bed.Out);

        // An empty value removes a key, and another kind of trust is merged.
        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("cloud", "set", "--secret", "", "--hub-name", "", "--ca", "", "--insecure"), bed.Error);
        await bed.RunAsync("cloud", "show");
        Assert.Contains("any certificate", bed.Out);
        Assert.DoesNotContain("Cellar", bed.Out);
        Assert.Contains("none: the hub's hello is not signed", bed.Out);

        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("cloud", "clear"), bed.Error);
        await bed.RunAsync("cloud", "show");
        Assert.Contains("no cloud is set", bed.Out);
    }

    [TestMethod]
    public async Task Claim_WithoutACloud_SaysWhatToDo()
    {
        using CliTestBed bed = new();
        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("cloud", "claim"));
        Assert.Contains("cloud set --url", bed.Error);
        Assert.AreEqual(ExitCodes.WrongUsage, await bed.RunAsync("cloud", "claim", "ABCD-EFGH-2345"));
        Assert.Contains("--url", bed.Error);
    }

    [TestMethod]
    public async Task Claim_AtAnAddressWithoutACloud_IsUnreachable()
    {
        using ReservedPort port = new();
        using CliTestBed bed = new();
        Assert.AreEqual(ExitCodes.Unreachable, await bed.RunAsync("cloud", "claim", "ABCD-EFGH-2345", "--url", "http://127.0.0.1:" + port.Port));
        Assert.Contains("127.0.0.1:" + port.Port, bed.Error);
    }

    /// <summary>The whole way beyond loopback: TLS by the cloud's own authority, an unclaimed hub that is refused, its code, its secret.</summary>
    [TestMethod]
    public async Task Serve_BeyondLoopback_AHubIsClaimedAndThenWelcomed()
    {
        using CliTestBed cloud = new();
        using CliTestBed hub = new();
        await using Running serve = Running.Start("cloud", "serve", "--listen", "0.0.0.0", "--port", "0", "--name", "127.0.0.1", "--data", cloud.Folder, "--json");
        await serve.UntilAsync(() => serve.Out.Contains('}', StringComparison.Ordinal));
        JsonElement started = JsonDocument.Parse(serve.Out).RootElement;
        string token = started.GetProperty("token").GetString()!;
        string[] line = started.GetProperty("hub_command").GetString()!.Split(' ');
        Assert.AreEqual("Hub.Simulator cloud set --url", string.Join(' ', line[..4]));
        Assert.AreEqual(ExitCodes.Done, await hub.RunAsync(line[1..]), hub.Error);

        await using Running run = Running.Start("run", "--no-discovery", "--data", hub.Folder);
        await run.UntilAsync(() => run.Error.Contains("not claimed here", StringComparison.Ordinal));
        Assert.AreEqual("[]", await HubsAsync(started, token));

        await using Running claim = Running.Start("cloud", "claim", "--data", hub.Folder);
        await claim.UntilAsync(() => claim.Out.Contains("enter it", StringComparison.Ordinal));
        string code = claim.Out.Split(' ', ',')[1];
        Assert.AreEqual(14, code.Length);
        Assert.AreEqual(ExitCodes.Refused, await cloud.RunAsync("cloud", "claim", "AAAA-AAAA-AAAA"));

        // The hub may be between two tries to connect.
        await Patience.UntilAsync(() => cloud.RunAsync("cloud", "claim", code).GetAwaiter().GetResult() == ExitCodes.Done, "the claim", () => cloud.Error);
        Assert.AreEqual(ExitCodes.Done, await claim.EndAsync(), claim.Error);
        await Patience.UntilAsync(() => HubsAsync(started, token).GetAwaiter().GetResult().Contains("true", StringComparison.Ordinal), "the welcome", () => run.Error);

        Assert.AreEqual(ExitCodes.Done, await hub.RunAsync("cloud", "show", "--json"), hub.Error);
        Assert.IsTrue(JsonDocument.Parse(hub.Out).RootElement.GetProperty("secret_set").GetBoolean());
        Assert.AreEqual(HttpStatusCode.Unauthorized, await StatusAsync(started, "wrong-wrong-wrong"));
        string all = serve.Out + serve.Error + run.Out + run.Error + claim.Out + claim.Error + hub.Out;
        Assert.AreEqual(1, all.Split(token).Length - 1, "the token is shown once");
        string stored = string.Concat(Directory.GetFiles(Path.Combine(cloud.Folder, "cloud")).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Select(ReadShared));
        Assert.DoesNotContain(token, stored);
        Assert.AreEqual(ExitCodes.Done, await serve.StopAsync(), serve.Error);
        Assert.IsFalse(File.Exists(Path.Combine(cloud.Folder, "cloud", "cloud.run")));
        Assert.AreEqual(ExitCodes.Done, await run.StopAsync(), run.Error);
    }

    [TestMethod]
    public async Task Serve_AgainOnItsFolder_KeepsTheTokenAndTheAuthority()
    {
        using CliTestBed bed = new();
        JsonElement first = await ServeForAMomentAsync(bed);
        JsonElement second = await ServeForAMomentAsync(bed);
        JsonElement third = await ServeForAMomentAsync(bed, "--new-token");
        JsonElement given = await ServeForAMomentAsync(bed, "--token", "0123456789abcdef");
        Assert.AreEqual(43, first.GetProperty("token").GetString()!.Length);
        Assert.IsFalse(second.TryGetProperty("token", out _));
        Assert.AreNotEqual(first.GetProperty("token").GetString(), third.GetProperty("token").GetString());
        Assert.IsFalse(given.TryGetProperty("token", out _));
        Assert.AreEqual(first.GetProperty("ca").GetString(), second.GetProperty("ca").GetString());
    }

    [TestMethod]
    public async Task Serve_OnAPortInUse_SaysWhatToDo()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        using CliTestBed bed = new();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();
        foreach (string[] verb in new[] { ["cloud", "serve"], ["run", "--cloud", "local"], Array.Empty<string>() })
        {
            Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync([.. verb, "--port", port]), bed.Error);
            Assert.HasCount(1, bed.Error.TrimEnd().Split('\n'), bed.Error);
            Assert.Contains($"port {port} is in use", bed.Error);
            Assert.Contains("--port", bed.Error);
        }
    }

    [TestMethod]
    public async Task Serve_TwiceOnAFolder_SaysSo()
    {
        using CliTestBed bed = new();
        await using Running serve = Running.Start("cloud", "serve", "--port", "0", "--data", bed.Folder);
        await serve.UntilAsync(() => serve.Out.Contains("Cloud on", StringComparison.Ordinal));
        Assert.Contains("Hub.Simulator run --cloud ws://127.0.0.1:", serve.Out);
        Assert.DoesNotContain("token", serve.Out);
        Assert.AreEqual(ExitCodes.Failed, await bed.RunAsync("cloud", "serve", "--port", "0"));
        Assert.Contains("another cloud uses", bed.Error);
    }

    [TestMethod]
    public async Task Default_PrinterPausedOnTheCommandLine_IsPausedInTheCloud()
    {
        using CliTestBed bed = new();
        await using Running demo = Running.Start("--demo", "--port", "0", "--no-discovery", "--speed", "10", "--data", bed.Folder);
        await demo.UntilAsync(() => demo.Out.Contains("octo-1 printing", StringComparison.Ordinal));
        string address = demo.Out.Split("cloud on ")[1].Split(' ')[0];
        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync("pause", "octo-1"), bed.Error);
        using HttpClient client = new() { BaseAddress = new Uri(address) };
        string printers = "";
        await Patience.UntilAsync(
            () => (printers = client.GetStringAsync("/api/printers").GetAwaiter().GetResult()).Contains("\"paused\"", StringComparison.Ordinal),
            "the paused printer",
            () => printers + demo.Error);
        Assert.AreEqual(ExitCodes.Done, await demo.StopAsync(), demo.Error);
    }

    [TestMethod]
    public async Task Run_CloudLocal_KeepsItsHistoryInTheDataFolder()
    {
        using CliTestBed bed = new();
        await using Running run = Running.Start("run", "--cloud", "local", "--port", "0", "--no-discovery", "--data", bed.Folder);
        await run.UntilAsync(() => run.Error.Contains("connected to ws://127.0.0.1:", StringComparison.Ordinal));
        Assert.IsTrue(File.Exists(Path.Combine(bed.Folder, "cloud", "cloud.db")));
        Assert.AreEqual(ExitCodes.Done, await run.StopAsync(), run.Error);
        Assert.DoesNotContain("warning", run.Error, "the hub leaves before its cloud");
    }

    private static string ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static async Task<JsonElement> ServeForAMomentAsync(CliTestBed bed, params string[] more)
    {
        Assert.AreEqual(ExitCodes.Done, await bed.RunAsync(["cloud", "serve", "--listen", "0.0.0.0", "--port", "0", "--for", "0.001", "--json", .. more]), bed.Error);
        return JsonDocument.Parse(bed.Out).RootElement;
    }

    private static HttpClient Client(JsonElement started, string token)
    {
        X509Certificate2 ca = X509CertificateLoader.LoadCertificateFromFile(started.GetProperty("ca").GetString()!);
        SocketsHttpHandler handler = new();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { ca } };
        HttpClient client = new(handler) { BaseAddress = new Uri(started.GetProperty("url").GetString()!) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<string> HubsAsync(JsonElement started, string token)
    {
        using HttpClient client = Client(started, token);
        return JsonDocument.Parse(await client.GetStringAsync("/api/hubs")).RootElement.GetProperty("hubs").GetRawText();
    }

    private static async Task<HttpStatusCode> StatusAsync(JsonElement started, string token)
    {
        using HttpClient client = Client(started, token);
        using HttpResponseMessage answer = await client.GetAsync("/api/hubs");
        return answer.StatusCode;
    }

    /// <summary>A verb that runs in this process until it is stopped.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly SharedText _out = new();
        private readonly SharedText _error = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<int> _run;

        private Running(string[] args)
        {
            _run = Task.Run(() => CliApp.RunAsync(args, new VerbConsole(_out, _error, TextReader.Null), _stop.Token));
        }

        public string Out => _out.ToString();

        public string Error => _error.ToString();

        public static Running Start(params string[] args) => new(args);

        public Task UntilAsync(Func<bool> condition) => Patience.UntilAsync(() => condition() || _run.IsCompleted, "the verb's output", () => Out + Error);

        public Task<int> EndAsync() => _run.WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs));

        public async Task<int> StopAsync()
        {
            await _stop.CancelAsync();
            return await EndAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _out.Dispose();
            _error.Dispose();
            _stop.Dispose();
        }
    }
}
