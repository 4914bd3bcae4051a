using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web;

/// <summary>One Chromium for all browser tests. Each test has a context of its own: storage, permissions and errors of one never reach another.</summary>
[TestClass]
public static class Browser
{
    private static readonly string[] s_paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly Lazy<Task<IBrowser>> s_browser = new(StartAsync);
    private static IPlaywright? s_playwright;

    /// <summary>The folder web/ of the sources.</summary>
    public static string WebFolder => Path.GetFullPath(typeof(Browser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Web").Value!);

    /// <summary>A new, empty context. The caller disposes it. Without a browser the test is skipped.</summary>
    public static async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        if (Executable() == null)
        {
            Assert.Inconclusive("Chromium is not installed; HUB_TEST_BROWSER names one elsewhere.");
        }

        return await (await s_browser.Value).NewContextAsync(options);
    }

    /// <summary>Fails with the rules that the page breaks, and where.</summary>
    public static async Task AssertAccessibleAsync(IPage page, string state)
    {
        AxeResult result = await page.RunAxe();
        string problems = string.Join("\n", result.Violations.Select(rule => rule.Id + ": " + rule.Help + "\n  " + string.Join("\n  ", rule.Nodes.Select(node => node.Html))));
        Assert.AreEqual(string.Empty, problems, state);
    }

    /// <summary>Ends the browser after the last test.</summary>
    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (s_browser.IsValueCreated)
        {
            await (await s_browser.Value).CloseAsync();
            s_playwright?.Dispose();
        }
    }

    private static string? Executable()
    {
        string? named = Environment.GetEnvironmentVariable("HUB_TEST_BROWSER");
        return named ?? s_paths.FirstOrDefault(File.Exists);
    }

    private static async Task<IBrowser> StartAsync()
    {
        s_playwright = await Playwright.CreateAsync();
        return await s_playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable(), Args = ["--no-sandbox", "--disable-gpu"] });
    }
}
