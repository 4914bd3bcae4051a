using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Flash;

/// <summary>The flashing page by keyboard, by screen reader rules, on a phone's width, in three languages.</summary>
[TestClass]
public class FlashAccessTests
{
    [TestMethod]
    [DataRow("en-US", ColorScheme.Light)]
    [DataRow("de-DE", ColorScheme.Dark)]
    [DataRow("es-ES", ColorScheme.Light)]
    public async Task Page_InEveryState_BreaksNoRuleAndFitsAPhone(string locale, ColorScheme scheme)
    {
        BrowserNewContextOptions options = new() { Locale = locale, ColorScheme = scheme, ViewportSize = new ViewportSize { Width = 320, Height = 640 } };
        await using FlashPage page = await FlashPage.OpenAsync(options: options);
        Assert.AreEqual(locale[..2], await page.Page.Locator("html").GetAttributeAsync("lang"));
        await CheckAsync(page, "empty");

        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image(1));
        await Assertions.Expect(page.Element("files")).ToContainTextAsync("0x00000001");
        await CheckAsync(page, "wrong files");
        if (locale == "es-ES")
        {
            // Only texts differ from here on.
            return;
        }

        await page.ChooseAsync(null, FlashSamples.Image());
        await page.Element("connect").ClickAsync();
        await Assertions.Expect(page.Element("write")).ToBeEnabledAsync();
        // The board stops answering, and no timeout ends the waiting.
        await page.Page.EvaluateAsync("{ const now = Date.now(); Date.now = () => now; window.board.deafAfter = window.board.writes + 6; }");
        await page.Element("write").ClickAsync();
        await Assertions.Expect(page.Element("cancel")).ToBeFocusedAsync();
        await CheckAsync(page, "writing");

        await page.Element("cancel").ClickAsync();
        await Assertions.Expect(page.Element("result").Locator("p")).ToBeVisibleAsync();
        await page.Element("follow").ClickAsync();
        await page.Element("restart").ClickAsync();
        await Assertions.Expect(page.Element("log")).ToContainTextAsync("device id");
        await CheckAsync(page, "log");
    }

    [TestMethod]
    public async Task Page_ByKeyboardAlone_Flashes()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image());
        await Assertions.Expect(page.Element("connect")).ToBeEnabledAsync();
        await page.Element("image").FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("write")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("follow")).ToBeFocusedAsync();
        await page.AssertFlashAsync();
    }

    [TestMethod]
    public async Task Language_Changed_TranslatesWhatIsShownAndIsRemembered()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image(1));
        await Assertions.Expect(page.Element("files")).ToContainTextAsync("does not match");
        await page.Element("language").SelectOptionAsync("de");
        await Assertions.Expect(page.Element("files")).ToContainTextAsync("System.Net passt nicht");
        await page.Page.ReloadAsync();
        await Assertions.Expect(page.Page.Locator("h1")).ToHaveTextAsync("Board flashen");
    }

    private static async Task CheckAsync(FlashPage page, string state)
    {
        await Browser.AssertAccessibleAsync(page.Page, state);
        Assert.IsTrue(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), state + ": wider than the screen");
    }
}
