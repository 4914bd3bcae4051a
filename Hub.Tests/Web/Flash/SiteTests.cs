using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Flash;

/// <summary>The static site that build/site.sh makes, in Chromium, below a folder of a host.</summary>
[TestClass]
public class SiteTests
{
    private string _folder = string.Empty;

    /// <summary>A folder for one site.</summary>
    [TestInitialize]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("hub-site-").FullName;
        if (!File.Exists(Path.Combine(Browser.WebFolder, "flash/node_modules/esptool-js/bundle.js")))
        {
            Assert.Inconclusive("esptool-js is missing: run npm ci in web/flash.");
        }
    }

    /// <summary>Removes it.</summary>
    [TestCleanup]
    public void End()
    {
        Directory.Delete(_folder, true);
    }

    [TestMethod]
    public async Task Site_BothPages_LoadWithoutAFailedRequestAndFlashingGoesOnToSetupOnTheSamePage()
    {
        string image = Path.Combine(_folder, "image.bin");
        await File.WriteAllBytesAsync(image, FlashSamples.Image());
        Assert.AreEqual(0, Make(image));

        await using IBrowserContext context = await Browser.NewContextAsync(new BrowserNewContextOptions { Locale = "en-US", ViewportSize = new ViewportSize { Width = 320, Height = 640 } });
        List<string> failures = [];
        await context.RouteAsync("**/*", route => ServeAsync(route, failures));
        await context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "Web/Flash/simulated-board.js"));
        IPage page = await context.NewPageAsync();
        page.PageError += (_, error) => failures.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                failures.Add(message.Text);
            }
        };

        await page.GotoAsync("https://hub.test/farm/index.html");
        await Assertions.Expect(page.Locator(".hub-setup h2").First).ToBeVisibleAsync();

        await page.GotoAsync("https://hub.test/farm/flash/index.html");
        await page.Locator("#package").SetInputFilesAsync(new FilePayload { Name = "ESP32_S3_OCTAL-1.17.0.100.zip", MimeType = "application/zip", Buffer = FlashSamples.Package() });
        await Assertions.Expect(page.Locator("#files")).ToContainTextAsync("fit together");
        await Assertions.Expect(page.Locator("#connect")).ToBeEnabledAsync();

        await page.Locator("#next").ClickAsync();
        await Assertions.Expect(page.Locator(".hub-setup h2").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Wi-Fi and printers");
        Assert.AreEqual("https://hub.test/farm/flash/index.html", page.Url);
        await page.Locator("#language").SelectOptionAsync("de");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("WLAN und Drucker");
        await Browser.AssertAccessibleAsync(page, "setup on the flashing page");
        Assert.IsTrue(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen");
        Assert.AreEqual(string.Empty, string.Join("\n", failures));
    }

    [TestMethod]
    public void Site_FolderWithOtherFiles_IsLeftAlone()
    {
        Directory.CreateDirectory(Site);
        string other = Path.Combine(Site, "thesis.txt");
        File.WriteAllText(other, "mine");
        Assert.AreNotEqual(0, Make("/nonexistent"));
        Assert.AreEqual("mine", File.ReadAllText(other));
    }

    [TestMethod]
    public void Site_MadeAgainWithoutAnImage_HoldsNoOldOne()
    {
        string image = Path.Combine(_folder, "image.bin");
        File.WriteAllBytes(image, FlashSamples.Image());
        Assert.AreEqual(0, Make(image));
        Assert.IsTrue(File.Exists(Path.Combine(Site, "firmware/Hub.Firmware.bin")));
        Assert.AreEqual(0, Make("/nonexistent"));
        Assert.IsFalse(File.Exists(Path.Combine(Site, "firmware/Hub.Firmware.bin")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(Site, "flash/built-image.js")), "null");
    }

    private string Site => Path.Combine(_folder, "site");

    private int Make(string image)
    {
        ProcessStartInfo start = new("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Browser.WebFolder, "../build/site.sh"));
        start.ArgumentList.Add(Site);
        start.Environment["HUB_IMAGE"] = image;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Console.WriteLine(error.Result);
        return process.ExitCode;
    }

    private Task ServeAsync(IRoute route, List<string> failures)
    {
        string path = new Uri(route.Request.Url).AbsolutePath;
        string file = Path.Combine(Site, path.StartsWith("/farm/", StringComparison.Ordinal) ? path[6..] : "missing");
        if (!File.Exists(file))
        {
            lock (failures)
            {
                failures.Add("404: " + route.Request.Url);
            }

            return route.FulfillAsync(new RouteFulfillOptions { Status = 404 });
        }

        string type = Path.GetExtension(file) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            ".js" => "text/javascript",
            _ => "application/octet-stream",
        };
        return route.FulfillAsync(new RouteFulfillOptions { BodyBytes = File.ReadAllBytes(file), ContentType = type });
    }
}
