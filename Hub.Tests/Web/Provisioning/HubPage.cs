using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Hub.Tests.Support;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Provisioning;

/// <summary>The provisioning page in Chromium. Unless it has an address of its own, its files come from web/ without a server, and fake-hub.js is its hub.</summary>
internal sealed class HubPage : IAsyncDisposable
{
    public const string FakeCode = "abcd-efgh-ij27";
    public const string FakePassword = "correct-horse";
    public const string FakeKey = "right-key";

    private readonly IBrowserContext _context;
    private readonly List<string> _failures = [];

    private HubPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout(Patience.LimitMs);
        page.PageError += (_, error) => _failures.Add(error);
        page.Console += (_, message) =>
        {
            Console.Add(message.Text);
            if (message.Type == "error")
            {
                _failures.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>All that the page logged.</summary>
    public List<string> Console { get; } = [];

    /// <summary>Clicks and taps so far, the Enter key that sends a form included.</summary>
    public int Clicks { get; private set; }

    /// <summary>The step that is shown.</summary>
    public ILocator Step => Page.Locator("section[data-step]:visible");

    /// <summary>Opens the page with the fake hub.</summary>
    /// <param name="script">Runs after fake-hub.js; may set faults of window.hub.</param>
    /// <param name="options">Of the browser context.</param>
    /// <param name="hasBluetooth">False for a browser without Web Bluetooth.</param>
    public static async Task<HubPage> OpenAsync(string script = "", BrowserNewContextOptions? options = null, bool hasBluetooth = true)
    {
        IBrowserContext context = await Browser.NewContextAsync(options ?? new BrowserNewContextOptions { Locale = "en-US" });
        await context.RouteAsync("**/*", ServeAsync);
        if (hasBluetooth)
        {
            await context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "Web/Provisioning/fake-hub.js"));
            await context.AddInitScriptAsync(script + ";");
        }
        else
        {
            await context.AddInitScriptAsync("delete Navigator.prototype.bluetooth;");
        }

        HubPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync("https://hub.test/index.html");
        await page.Step.WaitForAsync();
        return page;
    }

    /// <summary>Opens the page that a simulator serves.</summary>
    public static async Task<HubPage> OpenAsync(Uri address)
    {
        IBrowserContext context = await Browser.NewContextAsync(new BrowserNewContextOptions { Locale = "en-US" });
        HubPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address.ToString());
        await page.Step.WaitForAsync();
        return page;
    }

    public ILocator Input(string name) => Step.Locator($"input[name='{name}']:visible");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Waits for a text in the step that is shown.</summary>
    public Task SeeAsync(string text) => Step.GetByText(text).First.WaitForAsync();

    public Task SeeStepAsync(string step) => Page.Locator($"section[data-step='{step}']:visible").WaitForAsync();

    public async Task ClickAsync(ILocator target)
    {
        Clicks++;
        await target.ClickAsync();
    }

    public async Task EnterAsync(string name, string text)
    {
        await Input(name).FillAsync(text);
        await SendAsync();
    }

    /// <summary>Sends the form that has the focus.</summary>
    public async Task SendAsync()
    {
        Clicks++;
        await Page.Keyboard.PressAsync("Enter");
    }

    public Task GoAsync(string step) => Button(step).ClickAsync();

    /// <summary>Up to the step with the pairing code.</summary>
    public async Task ConnectAsync()
    {
        await ClickAsync(Button("Connect to the hub"));
        await Assertions.Expect(Input("code")).ToBeFocusedAsync();
    }

    /// <summary>Up to the list of networks, or the printers where the hub has its network.</summary>
    public async Task LogInAsync(string code = FakeCode)
    {
        await ConnectAsync();
        await EnterAsync("code", code);
        await Page.Locator("section[data-step='wifi'] .choice .ssid, section[data-step='printers']:visible").First.WaitForAsync();
    }

    /// <summary>Chooses a network and writes its password, which has the focus then.</summary>
    public async Task ChooseAsync(string ssid, string password)
    {
        await ClickAsync(Step.Locator(".ssid").GetByText(ssid, new() { Exact = true }));
        await Assertions.Expect(Step.Locator(".choice:has(:checked) .ssid")).ToHaveTextAsync(ssid);
        await Input("wifi-password").FillAsync(password);
    }

    /// <summary>From the login to the list of printers.</summary>
    public async Task JoinAsync()
    {
        await LogInAsync();
        await ChooseAsync("farm", FakePassword);
        await SendAsync();
        await SeeAsync("The hub has joined farm.");
        await SendAsync();
        await SeeStepAsync("cloud");
        await ClickAsync(Button("Continue without cloud"));
        await SeeAsync("Printers found: 2.");
    }

    /// <summary>From the login to a printer that is online.</summary>
    public async Task AddPrinterAsync()
    {
        await JoinAsync();
        await ClickAsync(Button("Add OctoPrint on octopi"));
        await EnterAsync("printer-api-key", FakeKey);
        await SeeAsync("OctoPrint on octopi is online.");
    }

    /// <summary>How often the fake hub was asked for this.</summary>
    public Task<int> AskedAsync(string method) => Page.EvaluateAsync<int>("method => window.hub.log.filter(asked => asked.method === method).length", method);

    /// <summary>Checks the rules of axe, and that nothing is wider than the screen.</summary>
    public async Task AssertAccessibleAsync(string state)
    {
        await Browser.AssertAccessibleAsync(Page, state);
        Assert.IsTrue(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), state + ": wider than the screen");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.AreEqual(string.Empty, string.Join("\n", _failures));
    }

    private static Task ServeAsync(IRoute route)
    {
        string file = Path.Combine(Browser.WebFolder, new Uri(route.Request.Url).AbsolutePath.TrimStart('/'));
        if (!File.Exists(file))
        {
            return route.FulfillAsync(new RouteFulfillOptions { Status = 404 });
        }

        string type = Path.GetExtension(file) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            _ => "text/javascript",
        };
        return route.FulfillAsync(new RouteFulfillOptions { BodyBytes = File.ReadAllBytes(file), ContentType = type + "; charset=utf-8" });
    }
}
