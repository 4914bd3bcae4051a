using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Cli;
using Hub.Simulator.Cloud;
using Hub.Simulator.Hosting;
using Hub.Simulator.Radio;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Provisioning;

/// <summary>End to end: the page in Chromium, the simulated radio with its bridge, a hub without anything, virtual printers, the local cloud.</summary>
[TestClass]
public sealed partial class RadioPageTests
{
    private const string Token = "a-token-of-the-tests-0123456789";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Page_HubFromTheBox_JoinsAddsAPrinterAndIsClaimed()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        System.Text.Json.JsonElement printer = System.Text.Json.JsonDocument.Parse(fleet.PrintersJson()).RootElement.GetProperty("printers")[0];
        string url = printer.GetProperty("url").GetString()!;
        TestLog cloudLog = new();
        await using CloudServer cloud = await CloudServer.StartAsync(new CloudOptions { Port = 0, Token = Token, Log = cloudLog.Log });
        await using ComposedHub hub = await ComposedHub.StartAsync(new Uri(url).Port);
        await using HubPage page = await HubPage.OpenAsync(hub.Address);
        Stopwatch watch = Stopwatch.StartNew();

        await page.LogInAsync(hub.Code);
        await page.ChooseAsync("farm", "correct-horse");
        await page.SendAsync();
        await page.SeeAsync("The hub has joined farm.");
        await page.SendAsync();
        await page.ClickAsync(page.Button("Continue without cloud"));
        ILocator found = page.Step.Locator(".card").Filter(new() { HasText = url });
        await page.ClickAsync(found.GetByRole(AriaRole.Button));
        await page.EnterAsync("printer-api-key", printer.GetProperty("api_key").GetString()!);
        await page.SeeAsync("is online.");
        TestContext.WriteLine($"{page.Clicks} clicks, {watch.ElapsedMilliseconds} ms");
        Assert.IsLessThanOrEqualTo(12, page.Clicks);
        await page.AssertAccessibleAsync("a printer is online");

        await page.GoAsync("Cloud");
        await page.EnterAsync("cloud-url", "ws://" + cloud.Address.Authority);
        await page.SeeAsync("The hub has the cloud’s address.");
        await page.Button("Show claim code").ClickAsync();
        string code = await page.Step.Locator(".claim").Filter(new() { HasTextRegex = CodePattern() }).InnerTextAsync();
        using HttpClient client = new() { BaseAddress = cloud.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        await page.SeeAsync("it does not know this hub yet");
        await ClaimAsync(client, code);
        await page.SeeAsync("The hub belongs to your account and is connected.");
    }

    [GeneratedRegex("^[A-Z2-7]{12}$")]
    private static partial Regex CodePattern();

    /// <summary>Enters the code. The cloud may still wait for the hello that shows it.</summary>
    private static async Task ClaimAsync(HttpClient client, string code)
    {
        const int Tries = 20;
        const int PauseMs = 1000;
        for (int i = 1; ; i++)
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync("/api/hubs/claim", new { code });
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Assert.IsLessThan(Tries, i, await answer.Content.ReadAsStringAsync());
            await Task.Delay(PauseMs);
        }
    }

    [TestMethod]
    public async Task Page_WrongCodeThenPasswords_AreCorrectedAtOnce()
    {
        await using RunningHub hub = await RunningHub.StartAsync();
        await using HubPage page = await HubPage.OpenAsync(hub.Address);
        await page.ConnectAsync();
        await page.EnterAsync("code", hub.Code[0] == 'A' ? "B" + hub.Code[1..] : "A" + hub.Code[1..]);
        await page.SeeAsync("Tries left: 4.");
        await page.EnterAsync("code", hub.Code);
        await page.Step.Locator(".ssid").First.WaitForAsync();

        await page.ChooseAsync("farm", "wrong-horse");
        await page.SendAsync();
        await page.SeeAsync("The network refused the password.");
        await page.EnterAsync("wifi-password", "correct-horse");
        await page.SeeAsync("The hub has joined farm.");
        await page.ChooseAsync("farm", "wrong-horse");
        await page.SendAsync();
        await page.SeeAsync("The network refused the password.");
        await page.SeeAsync("Connected to farm");
    }

    [TestMethod]
    public async Task Page_EveryConnectionBreaksAtItsSixthWrite_GoesOnByItself()
    {
        const int Writes = 6;
        await using RunningHub hub = await RunningHub.StartAsync();
        await using HubPage page = await HubPage.OpenAsync(hub.Address);
        using HttpClient client = new() { BaseAddress = hub.Address };
        using HttpResponseMessage fault = await client.PutAsJsonAsync("/simulator/bluetooth", new { drop_after_writes = Writes });
        Assert.IsTrue(fault.IsSuccessStatusCode);
        await page.LogInAsync(hub.Code);
        await page.ChooseAsync("farm", "correct-horse");
        await page.SendAsync();
        await page.SeeAsync("The hub has joined farm.");
    }

    /// <summary>What run --radio composes, with a search that asks one port of this machine: multicast depends on the machine's routes.</summary>
    private sealed class ComposedHub : IAsyncDisposable
    {
        private readonly TestLog _log = new();
        private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), Networks = SimulatedNetwork.Defaults() });
        private readonly FarmHub _hub;
        private RadioServer _server = null!;

        private ComposedHub(int printerPort)
        {
            ProbeTargets targets = new();
            targets.Add("127.0.0.1");
            DiscoveryOptions search = new() { ForMs = 0, Targets = targets, ProbePorts = [printerPort] };
            _hub = new FarmHub(_hal, _log.Log, new PrinterClientFactory(_hal, _log.Log), search);
        }

        public Uri Address => _server.Address;

        public string Code { get; private set; } = "";

        public static async Task<ComposedHub> StartAsync(int printerPort)
        {
            ComposedHub hub = new(printerPort);
            hub._server = await RadioServer.StartAsync(hub._hal.Simulated!, () => IndicatorState.Provisioning, Browser.WebFolder, 0, hub._log.Log);
            hub._hub.Load();
            hub._hub.StartNetwork();
            hub.Code = hub._hub.StartProvisioning(hub.Address.ToString());
            hub._hub.Start(new FarmHubOptions { FollowAddresses = false });
            hub._hub.StartCloud(null);
            return hub;
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _hub.Dispose();
            _hal.Dispose();
        }
    }

    /// <summary>run --radio on a new folder.</summary>
    private sealed partial class RunningHub : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("hub-page-test-").FullName;
        private readonly CancellationTokenSource _stop = new();
        private readonly SharedText _output = new();
        private readonly SharedText _error = new();
        private readonly Task<int> _run;

        private RunningHub()
        {
            _run = Task.Run(() => CliApp.RunAsync(["run", "--radio", "--web-port", "0", "--no-discovery", "--data", _folder], new VerbConsole(_output, _error, TextReader.Null), _stop.Token));
        }

        public Uri Address { get; private set; } = null!;

        public string Code { get; private set; } = "";

        public static async Task<RunningHub> StartAsync()
        {
            RunningHub hub = new();
            await Patience.UntilAsync(() => hub._run.IsCompleted || CodeLine().IsMatch(hub.Text), "the pairing code", () => hub.Text);
            hub.Code = CodeLine().Match(hub.Text).Groups[1].Value;
            hub.Address = new Uri(PageLine().Match(hub.Text).Groups[1].Value);
            return hub;
        }

        private string Text => _output.ToString() + _error;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            _stop.Dispose();
            await _output.DisposeAsync();
            await _error.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        [GeneratedRegex("pairing code: ([A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4})")]
        private static partial Regex CodeLine();

        [GeneratedRegex("provisioning page: (\\S+)")]
        private static partial Regex PageLine();
    }
}
