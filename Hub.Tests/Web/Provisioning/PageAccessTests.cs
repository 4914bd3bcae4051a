using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Provisioning;

/// <summary>The provisioning page by keyboard, by screen reader rules, on a phone's width, in three languages, light and dark.</summary>
[TestClass]
public class PageAccessTests
{
    [TestMethod]
    [DataRow("en-US", ColorScheme.Light, 320)]
    [DataRow("de-DE", ColorScheme.Dark, 320)]
    [DataRow("es-ES", ColorScheme.Light, 1280)]
    public async Task Page_InEveryView_BreaksNoRuleAndFitsTheScreen(string locale, ColorScheme scheme, int width)
    {
        BrowserNewContextOptions options = new() { Locale = locale, ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 640 } };
        await using HubPage page = await HubPage.OpenAsync(options: options);
        Assert.AreEqual(locale[..2], await page.Page.Locator("html").GetAttributeAsync("lang"));
        await page.AssertAccessibleAsync("connect");
        await page.Page.Locator("#connect").ClickAsync();
        await page.Input("code").FillAsync("abcd-efgh-ij22");
        await page.SendAsync();
        await page.Step.Locator(".error:visible").WaitForAsync();
        await page.AssertAccessibleAsync("wrong code");

        await page.EnterAsync("code", HubPage.FakeCode);
        await page.Step.Locator(".ssid").First.WaitForAsync();
        await page.ChooseAsync("farm", "wrong-password");
        await page.SendAsync();
        await page.Step.Locator(".error:visible").WaitForAsync();
        await page.AssertAccessibleAsync("wrong password");
        await page.EnterAsync("wifi-password", HubPage.FakePassword);
        await page.Step.Locator(".notice.good").WaitForAsync();
        await page.AssertAccessibleAsync("joined");

        await page.SendAsync();
        await page.EnterAsync("cloud-url", "wss://cloud.example.com");
        await page.Step.Locator(".notice.good").WaitForAsync();
        await page.Step.Locator("button:not(form button):visible").First.ClickAsync();
        await page.Step.Locator(".claim:visible").WaitForAsync();
        await page.AssertAccessibleAsync("claim");

        await page.Page.Locator(".steps button").Nth(4).ClickAsync();
        await page.Step.Locator(".card").Nth(1).WaitForAsync();
        await page.AssertAccessibleAsync("printers found");
        await page.Step.Locator(".card button").First.ClickAsync();
        await page.EnterAsync("printer-api-key", "wrong-key");
        await page.Step.Locator(".notice.bad").WaitForAsync();
        await page.AssertAccessibleAsync("failed test");
        await page.EnterAsync("printer-api-key", HubPage.FakeKey);
        await page.Step.Locator(".state.good").WaitForAsync();
        await page.AssertAccessibleAsync("online");
        await page.Step.Locator("[data-action=remove]").ClickAsync();
        await page.AssertAccessibleAsync("dialog");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Page.Locator(".steps button").Nth(5).ClickAsync();
        await page.Step.Locator("dd").First.WaitForAsync();
        await page.AssertAccessibleAsync("health");
        await page.Page.EvaluateAsync("window.hub.faults.isGone = true; window.hub.drop()");
        await page.Page.Locator(".bar.bad").WaitForAsync();
        await page.AssertAccessibleAsync("reconnecting");
    }

    [TestMethod]
    public async Task Page_ByKeyboardAlone_SetsAHubUp()
    {
        await using HubPage page = await HubPage.OpenAsync();
        IKeyboard keys = page.Page.Keyboard;
        await page.Button("Connect to the hub").FocusAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Input("code")).ToBeFocusedAsync();
        await keys.TypeAsync(HubPage.FakeCode);
        await keys.PressAsync("Enter");
        await page.Step.Locator(".ssid").First.WaitForAsync();
        await Assertions.Expect(page.Step.Locator("h2")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Space");
        await Assertions.Expect(page.Step.Locator(".choice:has(:checked)")).ToContainTextAsync("farm");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await Assertions.Expect(page.Input("wifi-password")).ToBeFocusedAsync();
        await keys.TypeAsync(HubPage.FakePassword);
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Step.GetByText("Continue", new() { Exact = true })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Step.Locator("h2")).ToHaveTextAsync("Cloud");
        await Assertions.Expect(page.Step.Locator("h2")).ToBeFocusedAsync();
        await page.Button("Continue without cloud").FocusAsync();
        await keys.PressAsync("Enter");
        await page.SeeAsync("Printers found: 2.");
        await page.Button("Add OctoPrint on octopi").FocusAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.Input("printer-api-key")).ToBeFocusedAsync();
        await keys.TypeAsync(HubPage.FakeKey);
        await keys.PressAsync("Enter");
        await page.SeeAsync("OctoPrint on octopi is online.");
    }

    [TestMethod]
    public async Task Language_Changed_TranslatesWhatIsShownAndKeepsWhatWasTyped()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.LogInAsync();
        await page.ChooseAsync("farm", "wrong-password");
        await page.SendAsync();
        await page.SeeAsync("The network refused the password.");
        await page.Page.Locator("#language").SelectOptionAsync("de");
        await page.SeeAsync("Das Netz hat das Passwort abgelehnt.");
        await page.SeeAsync("Passwort von farm");
        Assert.AreEqual("de", await page.Page.Locator("html").GetAttributeAsync("lang"));
        Assert.AreEqual("wrong-password", await page.Input("wifi-password").InputValueAsync());
    }
}
