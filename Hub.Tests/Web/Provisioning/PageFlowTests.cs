using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Provisioning;

/// <summary>The provisioning page from the connection to the printers, with a hub that was written from the protocol alone.</summary>
[TestClass]
public class PageFlowTests
{
    [TestMethod]
    public async Task Flow_FromTheConnectionToAPrinterOnline_NeedsAtMostTwelveClicks()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.AddPrinterAsync();
        Assert.IsLessThanOrEqualTo(12, page.Clicks);

        // Secrets are nowhere but in the fields and at the hub.
        string kept = await page.Page.EvaluateAsync<string>("JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie])") + string.Join("\n", page.Console);
        foreach (string secret in new[] { HubPage.FakeKey, HubPage.FakePassword, "ABCDEFGHIJ27", HubPage.FakeCode })
        {
            Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase);
        }
    }

    [TestMethod]
    public async Task Code_WrongOnes_SayWhatIsLeftAndLockAtTheEnd()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.ConnectAsync();
        await page.EnterAsync("code", "abcd");
        await page.SeeAsync("A pairing code has 12 letters and digits");
        for (int left = 4; left >= 0; left--)
        {
            await page.EnterAsync("code", "abcd-efgh-ij2" + "234567"[left]);
            await page.SeeAsync("Tries left: " + left);
        }

        await page.EnterAsync("code", HubPage.FakeCode);
        await page.SeeAsync("the hub is locked");
        Assert.AreEqual(HubPage.FakeCode, await page.Input("code").InputValueAsync());
        await page.Page.EvaluateAsync("window.hub.triesLeft = 5");
        await page.SendAsync();
        await page.SeeStepAsync("wifi");
    }

    [TestMethod]
    public async Task Hub_CannotProveTheCode_GetsNothing()
    {
        await using HubPage page = await HubPage.OpenAsync("window.hub.faults.badProof = true;");
        await page.ConnectAsync();
        await page.EnterAsync("code", HubPage.FakeCode);
        await page.SeeAsync("could not prove that it knows the pairing code");
        Assert.AreEqual(0, await page.Page.EvaluateAsync<int>("window.hub.log.length"));
    }

    [TestMethod]
    [DataRow("window.hub.faults.isOld = true;", "no secure setup channel")]
    [DataRow("window.hub.faults.isGone = true;", "No hub was chosen")]
    public async Task Connect_NoHubOrAnOldOne_SaysWhatToDo(string fault, string words)
    {
        await using HubPage page = await HubPage.OpenAsync(fault);
        await page.ClickAsync(page.Button("Connect to the hub"));
        await page.SeeAsync(words);
    }

    [TestMethod]
    public async Task Wifi_WrongPasswords_AreCorrectedAtOnceOverAndOver()
    {
        const int Cycles = 10;
        await using HubPage page = await HubPage.OpenAsync();
        await page.LogInAsync();
        for (int i = 0; i < Cycles; i++)
        {
            await page.ChooseAsync("farm", "wrong-password");
            await page.SendAsync();
            await page.SeeAsync("The network refused the password.");
            await Assertions.Expect(page.Input("wifi-password")).ToBeFocusedAsync();
            Assert.AreEqual("wrong-password", await page.Input("wifi-password").InputValueAsync());
            await page.EnterAsync("wifi-password", HubPage.FakePassword);
            await page.SeeAsync("The hub has joined farm.");
        }

        Assert.AreEqual(2 * Cycles, await page.AskedAsync("wifi.join"));
    }

    [TestMethod]
    public async Task Wifi_HiddenOpenAndMissingNetworks()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.LogInAsync();
        Assert.IsTrue(await page.Step.Locator(".choice:has-text('office') input").IsDisabledAsync(), "WPA Enterprise");
        await page.ClickAsync(page.Step.GetByText("Other or hidden network"));
        await page.Input("wifi-password").FillAsync(HubPage.FakePassword);
        await page.EnterAsync("ssid", "gone");
        await page.SeeAsync("The network gone is not in reach.");
        await page.EnterAsync("ssid", new string('ä', 17));
        await page.SeeAsync("at most 32 bytes");
        await page.EnterAsync("ssid", "secret");
        await page.SeeAsync("The hub has joined secret.");
        Assert.IsTrue(await page.Page.EvaluateAsync<bool>("window.hub.log.filter(({ method }) => method === 'wifi.join').at(-1).params.hidden"));

        await page.ClickAsync(page.Step.Locator(".ssid").GetByText("guest"));
        await Assertions.Expect(page.Input("wifi-password")).ToBeHiddenAsync();
        await page.ClickAsync(page.Button("Join"));
        await page.SeeAsync("The hub has joined guest.");
    }

    [TestMethod]
    [DataRow("window.hub.faults.largestWrite = 20; window.hub.mtu = 23;", DisplayName = "least MTU")]
    [DataRow("window.hub.faults.shuffle = true; window.hub.mtu = 40;", DisplayName = "chunks in disorder")]
    public async Task Flow_OverAPoorRadio_Succeeds(string fault)
    {
        await using HubPage page = await HubPage.OpenAsync(fault);
        await page.AddPrinterAsync();
        Assert.AreEqual(1, await page.AskedAsync("printers.add"));
    }

    [TestMethod]
    public async Task Connection_BreaksAtEveryWrite_RequestIsDoneOnceAndNothingTypedIsLost()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.LogInAsync();
        for (int write = 1; write <= 4; write++)
        {
            await page.ChooseAsync("farm", "wrong-password-" + write);
            int before = await page.AskedAsync("wifi.join");
            await page.Page.EvaluateAsync("write => { window.hub.faults.dropAfterWrites = write; }", write);
            await page.SendAsync();
            await page.SeeAsync("The network refused the password.");
            Assert.AreEqual(before + 1, await page.AskedAsync("wifi.join"), "write " + write);
            Assert.AreEqual("wrong-password-" + write, await page.Input("wifi-password").InputValueAsync());
            await page.Page.EvaluateAsync("window.hub.faults.dropAfterWrites = 0");
            await Assertions.Expect(page.Page.Locator(".bar")).ToContainTextAsync("Connected to Hub-bbccdd");
        }
    }

    [TestMethod]
    public async Task Connection_LostForLong_ConnectsAgainWithAllThatWasTyped()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.Page.Clock.InstallAsync();
        await page.LogInAsync();
        await page.ChooseAsync("farm", HubPage.FakePassword);
        await page.Page.EvaluateAsync("window.hub.faults.isGone = true; window.hub.drop()");
        ILocator bar = page.Page.Locator(".bar");
        await Assertions.Expect(bar).ToContainTextAsync("Reconnecting");
        await page.Page.Clock.FastForwardAsync("01:10");
        await Assertions.Expect(bar).ToContainTextAsync("The hub is out of reach.", new() { Timeout = 30000 });
        await page.Page.EvaluateAsync("window.hub.faults.isGone = false");
        await page.Button("Connect again").ClickAsync();
        await Assertions.Expect(bar).ToContainTextAsync("Connected to Hub-bbccdd");
        Assert.AreEqual(HubPage.FakePassword, await page.Input("wifi-password").InputValueAsync());
        await page.Input("wifi-password").FocusAsync();
        await page.SendAsync();
        await page.SeeAsync("The hub has joined farm.");
    }

    [TestMethod]
    public async Task Cloud_LinkOfTheApp_FillsInAndIsClaimed()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.LogInAsync();
        await page.GoAsync("Cloud");
        await page.Input("cloud-url").FillAsync("nonsense");
        await page.SendAsync();
        await page.SeeAsync("The address must begin with wss://");
        await page.Input("link").FillAsync("https://app.example/#cloud=wss://cloud.example.com&hub=hub-7&tenant=t-9");
        await page.Button("Save").ClickAsync();
        await page.SeeAsync("The hub has the cloud’s address.");
        Assert.AreEqual("wss://cloud.example.com hub-7 t-9", await page.Page.EvaluateAsync<string>("[window.hub.cloud.url, window.hub.cloud.hub_id, window.hub.cloud.tenant_id].join(' ')"));
        await page.Button("Show claim code").ClickAsync();
        await page.SeeAsync("MNOPQRSTUV23");
        await page.Page.EvaluateAsync("window.hub.phase = 'online'");
        await page.SeeAsync("The hub belongs to your account and is connected.");
    }

    [TestMethod]
    public async Task Printers_FailedTestEditAndRemove_KeepWhatWasTypedAndNoSecretComesBack()
    {
        await using HubPage page = await HubPage.OpenAsync();
        await page.JoinAsync();
        await page.ClickAsync(page.Button("Add OctoPrint on octopi"));
        await page.EnterAsync("printer-api-key", "wrong-key");
        await page.SeeAsync("The test failed: The key, password or access code is wrong.");
        Assert.AreEqual(0, await page.AskedAsync("printers.add"));
        await page.Button("Cancel").ClickAsync();
        await page.Button("Add OctoPrint on octopi").ClickAsync();
        Assert.AreEqual("wrong-key", await page.Input("printer-api-key").InputValueAsync());
        await page.EnterAsync("printer-api-key", HubPage.FakeKey);
        await page.SeeAsync("OctoPrint on octopi is online.");

        await page.Button("Edit OctoPrint on octopi").ClickAsync();
        Assert.AreEqual("", await page.Input("printer-api-key").InputValueAsync());
        await page.EnterAsync("printer-name", "Left one");
        await page.SeeAsync("Left one is online.");
        Assert.AreEqual("{\"id\":\"octoprint-1\",\"name\":\"Left one\"}", await page.Page.EvaluateAsync<string>("JSON.stringify(window.hub.log.find(({ method }) => method === 'printers.edit').params)"));

        await page.Button("Edit Left one").ClickAsync();
        await page.EnterAsync("printer-url", "http://127.0.0.1:5999");
        await page.SeeAsync("The address has changed: enter the secrets again.");
        await page.Button("Cancel").ClickAsync();

        await page.Button("Test Left one").ClickAsync();
        await page.SeeAsync("The test passed.");
        await page.Button("Remove Left one").ClickAsync();
        await page.Page.GetByRole(AriaRole.Dialog).GetByText("Remove", new() { Exact = true }).ClickAsync();
        await page.SeeAsync("Left one was removed.");
        await page.SeeAsync("No printers yet.");
    }

    [TestMethod]
    public async Task Printers_BambuByDiscovery_KeepsItsPortsAndTexts()
    {
        await using HubPage page = await HubPage.OpenAsync("window.hub.found[1].name = '<img src=x onerror=alert(1)>';");
        await page.JoinAsync();
        await page.ClickAsync(page.Button("Add <img src=x onerror=alert(1)>"));
        await page.EnterAsync("printer-access-code", "fake0001");
        await page.SeeAsync("is online.");
        Assert.AreEqual(
            "bambu 127.0.0.1 01P00A000000001 5203 5204",
            await page.Page.EvaluateAsync<string>("(({ type, host, serial, mqtt_port, ftps_port }) => [type, host, serial, mqtt_port, ftps_port].join(' '))(window.hub.printers[0])"));
        Assert.AreEqual(0, await page.Page.Locator("img").CountAsync());
    }

    [TestMethod]
    public async Task Hub_HealthRestartAndForget()
    {
        await using HubPage page = await HubPage.OpenAsync("window.hub.wifi = { state: 'connected', ssid: 'farm', signal: -50 };");
        await page.LogInAsync();
        await page.SeeStepAsync("printers");
        await page.GoAsync("Hub");
        await page.SeeAsync("hub-0011aabbccdd");
        await page.Button("Restart").ClickAsync();
        await page.Page.GetByRole(AriaRole.Dialog).GetByText("Restart", new() { Exact = true }).ClickAsync();
        await page.SeeAsync("The hub restarts.");
        await Assertions.Expect(page.Page.Locator(".bar")).ToContainTextAsync("Connected to Hub-bbccdd");
        Assert.AreEqual(1, await page.Page.EvaluateAsync<int>("window.hub.restarts"));

        await page.Button("Forget everything").ClickAsync();
        await page.Page.GetByRole(AriaRole.Dialog).GetByText("Cancel").ClickAsync();
        Assert.AreEqual(0, await page.AskedAsync("factory_reset"));
        await page.Button("Forget everything").ClickAsync();
        await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Forget everything" }).ClickAsync();
        await page.SeeAsync("The hub has forgotten everything.");
    }

    [TestMethod]
    [DataRow("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Chrome, Edge or Opera")]
    [DataRow("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Bluefy")]
    public async Task Browser_WithoutBluetooth_SaysWhatToDo(string agent, string words)
    {
        await using HubPage page = await HubPage.OpenAsync(options: new BrowserNewContextOptions { Locale = "en-US", UserAgent = agent }, hasBluetooth: false);
        await page.SeeAsync(words);
        await page.SeeAsync("https://hub.test/index.html");
        await page.AssertAccessibleAsync("no Bluetooth");
    }

    [TestMethod]
    public async Task Code_FromTheFlashingPage_IsFilledInAndNotKept()
    {
        await using HubPage page = await HubPage.OpenAsync("if (!sessionStorage.getItem('seen')) { sessionStorage.setItem('hub.pairing-code', 'ABCD-EFGH-IJ27'); sessionStorage.setItem('seen', '1'); }");
        await page.ConnectAsync();
        Assert.AreEqual("ABCD-EFGH-IJ27", await page.Input("code").InputValueAsync());
        Assert.IsNull(await page.Page.EvaluateAsync<string?>("sessionStorage.getItem('hub.pairing-code')"));
    }
}
