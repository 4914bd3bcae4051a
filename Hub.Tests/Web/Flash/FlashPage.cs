using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Flash;

/// <summary>The flashing page in Chromium, with a simulated board at its serial port. Its files come from web/ without a server.</summary>
internal sealed class FlashPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _failures = [];

    private FlashPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => _failures.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Opens the page. Without esptool-js (npm ci in web/flash) the test is skipped.</summary>
    /// <param name="board">JSON of SimulatedBoard's options; empty for the board that the hub needs.</param>
    /// <param name="origin">Where the page comes from.</param>
    /// <param name="library">False: node_modules is missing.</param>
    /// <param name="before">Script that runs after the simulated board's.</param>
    /// <param name="options">Of the browser context.</param>
    public static async Task<FlashPage> OpenAsync(string board = "{}", string origin = "https://hub.test", bool library = true, string before = "", BrowserNewContextOptions? options = null)
    {
        if (!File.Exists(Path.Combine(Browser.WebFolder, "flash/node_modules/esptool-js/bundle.js")))
        {
            Assert.Inconclusive("esptool-js is missing: run npm ci in web/flash.");
        }

        IBrowserContext context = await Browser.NewContextAsync(options ?? new BrowserNewContextOptions { Locale = "en-US" });
        await context.RouteAsync("**/*", route => ServeAsync(route, library));
        await context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "Web/Flash/simulated-board.js"));
        await context.AddInitScriptAsync("Object.assign(window.board, " + board + "); " + "if (window.board.flashMb !== 16) window.board.flash = new Uint8Array(window.board.flashMb << 20);" + before);
        FlashPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(origin + "/flash/index.html");
        await Assertions.Expect(page.Page.Locator("#follow, #browser p").First).ToBeVisibleAsync();
        return page;
    }

    public ILocator Element(string id)
    {
        return Page.Locator("#" + id);
    }

    public Task ChooseAsync(byte[]? package, byte[]? image)
    {
        return ChooseFilesAsync(package, image);
    }

    /// <summary>Chooses files that fit and connects.</summary>
    public async Task ConnectAsync()
    {
        await ChooseFilesAsync(FlashSamples.Package(), FlashSamples.Image());
        await Assertions.Expect(Element("files")).ToContainTextAsync("fit together");
        await Element("connect").ClickAsync();
    }

    /// <summary>Connects and writes, up to the restart of the board.</summary>
    public async Task FlashAsync()
    {
        await Element("connect").ClickAsync();
        await Assertions.Expect(Element("board")).ToContainTextAsync("ESP32-S3");
        await Element("write").ClickAsync();
        await Assertions.Expect(Element("result")).ToContainTextAsync("Written and verified");
    }

    /// <summary>Compares the flash with what must be in it, byte by byte.</summary>
    public async Task AssertFlashAsync()
    {
        foreach ((int address, byte[] expected) in FlashSamples.ExpectedFlash())
        {
            byte[] written = Convert.FromBase64String(await Page.EvaluateAsync<string>(
                "([at, size]) => { let text = ''; for (const byte of window.board.flash.subarray(at, at + size)) text += String.fromCharCode(byte); return btoa(text); }",
                new[] { address, expected.Length }));
            CollectionAssert.AreEqual(expected, written, "at 0x" + address.ToString("X"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.AreEqual(string.Empty, string.Join("\n", _failures));
    }

    private async Task ChooseFilesAsync(byte[]? package, byte[]? image)
    {
        if (package != null)
        {
            await Element("package").SetInputFilesAsync(new FilePayload { Name = "ESP32_S3_OCTAL-1.17.0.100.zip", MimeType = "application/zip", Buffer = package });
        }

        if (image != null)
        {
            await Element("image").SetInputFilesAsync(new FilePayload { Name = "Hub.Firmware.bin", MimeType = "application/octet-stream", Buffer = image });
        }
    }

    private static Task ServeAsync(IRoute route, bool library)
    {
        string path = new Uri(route.Request.Url).AbsolutePath.TrimStart('/');
        string file = Path.Combine(Browser.WebFolder, path);
        if (!File.Exists(file) || (!library && path.Contains("node_modules", StringComparison.Ordinal)))
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
