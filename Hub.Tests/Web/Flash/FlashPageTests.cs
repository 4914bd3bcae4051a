using System;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Flash;

/// <summary>web/flash from the files to the pairing code, in Chromium with a simulated board.</summary>
[TestClass]
public class FlashPageTests
{
    [TestMethod]
    [DataRow("{}", DisplayName = "USB bridge")]
    [DataRow("{\"usb\":true}", DisplayName = "the chip's own USB")]
    public async Task Flash_RightFilesAndBoard_EveryByteIsWrittenAndTheCodeIsCarriedOver(string board)
    {
        await using FlashPage page = await FlashPage.OpenAsync(board);
        await page.Page.EvaluateAsync("window.board.flash[0x490000] = 7");
        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image());
        await Assertions.Expect(page.Element("files")).ToContainTextAsync("2 assemblies with native code");

        await page.FlashAsync();
        await page.AssertFlashAsync();
        Assert.AreEqual(7, await page.Page.EvaluateAsync<int>("window.board.flash[0x490000]"), "settings are kept");

        await page.Element("follow").ClickAsync();
        await page.Element("restart").ClickAsync();
        await Assertions.Expect(page.Element("code")).ToContainTextAsync("ABCD-EFGH-IJ27");
        Assert.AreEqual("ABCD-EFGH-IJ27", await page.Page.EvaluateAsync<string>("sessionStorage.getItem('hub.pairing-code')"));
        await Assertions.Expect(page.Element("log")).ToContainTextAsync("print-farm hub 0.1.0");
        await page.Element("follow").ClickAsync();
        await Assertions.Expect(page.Element("follow")).ToHaveTextAsync("Follow the log");
        Assert.AreEqual("../index.html?from=flash", await page.Element("next").GetAttributeAsync("href"));
    }

    [TestMethod]
    public async Task Flash_EraseChosen_NothingOldIsLeft()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.Page.EvaluateAsync("window.board.flash[0x490000] = 7");
        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image());
        await page.Element("erase").CheckAsync();

        await page.FlashAsync();

        await page.AssertFlashAsync();
        Assert.AreEqual(255, await page.Page.EvaluateAsync<int>("window.board.flash[0x490000]"));
    }

    [TestMethod]
    public async Task Connect_BoardThatCannotBeFlashed_IsRefusedAndNothingIsWritten()
    {
        (string Board, string Message)[] cases =
        [
            ("{chipId: 5}", "This is an ESP32-C3"),
            ("{chipId: 0, magic: 0x00f01d83}", "This is an ESP32."),
            ("{chipId: 2, magic: 0x7c6}", "This is an ESP32-S2"),
            ("{chipId: 77}", "This chip is not known"),
            ("{secured: true}", "This chip is locked"),
            ("{flashMb: 8}", "This board has 8MB of flash"),
            ("{psram: 2}", "2 MB of quad PSRAM"),
            ("{busy: true}", "another program uses it"),
            ("{silent: true}", "Hold BOOT"),
            ("{deafAfter: 30}", "stopped answering"),
            ("{badStub: true}", "stopped answering"),
        ];
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image());
        await Assertions.Expect(page.Element("connect")).ToBeEnabledAsync();
        foreach ((string board, string message) in cases)
        {
            await page.Page.EvaluateAsync("window.board = new SimulatedBoard(" + board + ")");
            if (board.Contains("silent", StringComparison.Ordinal))
            {
                await page.Page.EvaluateAsync(HurriedClock);
            }

            await page.Element("connect").ClickAsync();

            await Assertions.Expect(page.Element("board")).ToContainTextAsync(message);
            await Assertions.Expect(page.Element("write")).ToBeDisabledAsync();
            Assert.AreEqual(0, await page.Page.EvaluateAsync<int>("window.board.begun + window.board.erased"), message);
            await Assertions.Expect(page.Element("connect")).ToBeEnabledAsync();
        }
    }

    [TestMethod]
    public async Task Connect_NoPortChosen_SaysWhatToDo()
    {
        await using FlashPage page = await FlashPage.OpenAsync(before: "window.board = null;");
        await page.ConnectAsync();
        await Assertions.Expect(page.Element("board")).ToContainTextAsync("try another cable");
    }

    [TestMethod]
    public async Task Write_FlashHoldsSomethingElse_IsFoundByMd5()
    {
        await using FlashPage page = await FlashPage.OpenAsync("{\"spoilFlash\":66000}");
        await page.ConnectAsync();
        await page.Element("write").ClickAsync();

        await Assertions.Expect(page.Element("result")).ToContainTextAsync("What is in the flash differs from nanoCLR.bin");

        await page.Page.EvaluateAsync("window.board.spoilFlash = undefined");
        await page.FlashAsync();
        await page.AssertFlashAsync();
    }

    [TestMethod]
    public async Task Write_Canceled_CanBeginAgainAtOnce()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.ConnectAsync();
        await Assertions.Expect(page.Element("write")).ToBeEnabledAsync();
        // The board stops answering, so that the writing is in progress when it is canceled, and no timeout ends it before.
        await page.Page.EvaluateAsync("{ const now = Date.now(); Date.now = () => now; window.board.deafAfter = window.board.writes + 6; }");
        await page.Element("write").ClickAsync();
        await page.Element("cancel").ClickAsync();

        await Assertions.Expect(page.Element("result")).ToContainTextAsync("Canceled");

        await page.Page.EvaluateAsync("window.board.deafAfter = undefined");
        await page.FlashAsync();
        await page.AssertFlashAsync();
    }

    [TestMethod]
    public async Task Connection_CablePulledAtEveryWrite_IsReportedAndTheNextAttemptSucceeds()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        string package = Convert.ToBase64String(FlashSamples.Package());
        string image = Convert.ToBase64String(FlashSamples.Image());

        string[] result = await page.Page.EvaluateAsync<string[]>(
            """
            async ([packed, hub]) => {
              const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
              const { Board, loadLibrary } = await import("/flash/board.js");
              const { readPackage, partsToWrite } = await import("/flash/package.js");
              const library = await loadLibrary();
              const parts = await partsToWrite(await readPackage(bytes(packed).buffer), bytes(hub));
              const board = window.board;
              const flash = async () => {
                const attempt = new Board(board, library, () => {});
                try {
                  await attempt.connect();
                  await attempt.write(parts, { eraseAll: false, progress() {} });
                  await attempt.restart();
                  return "done";
                } catch (error) {
                  await attempt.close();
                  return error.code ?? String(error);
                }
              };
              const complete = () => parts.every(({ address, data }) => data.every((byte, at) => board.flash[address + at] === byte));
              let pulls = 0;
              for (let outcome = ""; outcome !== "done"; pulls++) {
                board.writes = 0;
                board.pullAtWrite = pulls + 1;
                outcome = await flash();
                if (outcome !== "cable" && outcome !== "done") {
                  return [`${pulls}`, `pulled: ${outcome}`];
                }

                if (outcome === "cable") {
                  board.plugIn();
                  board.pullAtWrite = 0;
                  board.flash.fill(0xff, 0, 0x1000);
                  const again = await flash();
                  if (again !== "done" || !complete()) {
                    return [`${pulls}`, `again: ${again}, complete: ${complete()}`];
                  }
                }
              }

              return [`${pulls}`, "done"];
            }
            """,
            new[] { package, image });

        Assert.AreEqual("done", result[1], "at write " + result[0]);
        Assert.IsTrue(int.Parse(result[0], System.Globalization.CultureInfo.InvariantCulture) > 50, result[0] + " writes");
    }

    [TestMethod]
    public async Task Write_CablePulled_PageSaysSoAndBeginsAgain()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        await page.ConnectAsync();
        await Assertions.Expect(page.Element("write")).ToBeEnabledAsync();
        await page.Page.EvaluateAsync("window.board.pullAtWrite = window.board.writes + 9");
        await page.Element("write").ClickAsync();

        await Assertions.Expect(page.Element("result")).ToContainTextAsync("Plug the cable in again");
        await Assertions.Expect(page.Element("connect")).ToBeFocusedAsync();

        await page.Page.EvaluateAsync("window.board.plugIn()");
        await page.FlashAsync();
        await page.AssertFlashAsync();
    }

    // For boards that do not answer: time runs faster, also in the library's timeouts.
    private const string HurriedClock = "{ const now = Date.now; const start = now(); Date.now = () => start + 50 * (now() - start); }";
}
