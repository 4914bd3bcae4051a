using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Flash;

/// <summary>What the flashing page checks before a board is touched, and what it says where it cannot work.</summary>
[TestClass]
public class FlashFilesTests
{
    public static IEnumerable<object[]> WrongFiles
    {
        get
        {
            byte[] package = FlashSamples.Package();
            byte[] image = FlashSamples.Image();
            yield return ["image as package", image, image, "not a ZIP archive"];
            yield return ["package as image", package, package, "not a hub image"];
            yield return ["nothing", Array.Empty<byte>(), Array.Empty<byte>(), "not a hub image"];
            yield return ["cut package", package[..^40], image, "not a ZIP archive"];
            yield return ["damaged package", Damaged(package), image, "archive is damaged"];
            yield return ["cut image", package, image[..^40], "middle of an assembly"];
            yield return ["no checksums", FlashSamples.Package(checksums: null), image, "no usable native_assemblies.csv"];
            yield return ["other chip", FlashSamples.Package(chip: 5), image, "for the ESP32-C3"];
            yield return ["other target", FlashSamples.Package(target: "ESP32_S3_QUAD"), image, "The hub needs ESP32_S3_OCTAL"];
            yield return ["longer target", FlashSamples.Package(target: "ESP32_S3_OCTAL_OLD"), image, "The hub needs ESP32_S3_OCTAL"];
            yield return ["other archive", Archive("lib/netnano1.0/System.Net.pe", 4_000), image, "no usable bootloader.bin"];
            yield return ["unpacks to more than it says", Understated(Archive("bootloader.bin", 5_000_000)), image, "archive is damaged"];
            yield return ["too small a place", FlashSamples.Package(deployBytes: 0x4000), image, "only 16384"];
            yield return ["other native code", package, FlashSamples.Image(0x8EFB9944), "System.Net does not match: the image needs 0x8EFB9944, the CLR has 0x6DFA71D6"];
            yield return ["missing native code", FlashSamples.Package("System.Net,1.0.0.0,0x6DFA71D6"), image, "no native code for mscorlib; the image needs 0x1549C856"];
        }
    }

    [TestMethod]
    public async Task Files_Wrong_AreRefusedInWords()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        foreach (object[] row in WrongFiles)
        {
            await page.ChooseAsync((byte[])row[1], (byte[])row[2]);
            await Assertions.Expect(page.Element("files")).ToContainTextAsync((string)row[3]);
            await Assertions.Expect(page.Element("connect")).ToBeDisabledAsync();
        }

        await page.ChooseAsync(FlashSamples.Package(), FlashSamples.Image());
        await Assertions.Expect(page.Element("connect")).ToBeEnabledAsync();
    }

    [TestMethod]
    public async Task Files_OfTwoGigabytes_AreRefusedUnread()
    {
        string path = Path.GetTempFileName();
        try
        {
            // A hole in the file system, not two gigabytes on the disk.
            using (FileStream file = File.OpenWrite(path))
            {
                file.SetLength(2L << 30);
            }

            await using FlashPage page = await FlashPage.OpenAsync();
            await page.Element("package").SetInputFilesAsync(path);
            await Assertions.Expect(page.Element("files")).ToContainTextAsync("far too large");
            await page.ChooseAsync(FlashSamples.Package(), null);
            await page.Element("image").SetInputFilesAsync(path);
            await Assertions.Expect(page.Element("files")).ToContainTextAsync("far too large");
            await Assertions.Expect(page.Element("connect")).ToBeDisabledAsync();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public async Task Page_WithoutWhatItNeeds_SaysWhatToDo()
    {
        await using (FlashPage insecure = await FlashPage.OpenAsync(origin: "http://hub.test"))
        {
            await Assertions.Expect(insecure.Element("browser")).ToContainTextAsync("https://");
        }

        await using (FlashPage missing = await FlashPage.OpenAsync(library: false))
        {
            await Assertions.Expect(missing.Element("browser")).ToContainTextAsync("npm ci");
        }

        await using FlashPage other = await FlashPage.OpenAsync(before: "Object.defineProperty(navigator, 'serial', { get: () => undefined });");
        await Assertions.Expect(other.Element("browser")).ToContainTextAsync("Use Chrome or Edge");
        await Assertions.Expect(other.Element("follow")).ToBeDisabledAsync();
    }

    [TestMethod]
    public async Task Texts_EveryLanguage_HasTheSameKeysAndGaps()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        string[] differences = await page.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { texts } = await import("/flash/texts.js");
              const flat = (all, prefix = "") => Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value]] : flat(value, key + ".")));
              const gaps = (value) => (value.match(/\{\w+\}/g) ?? []).sort().join();
              const english = new Map(flat(texts.en));
              const found = [];
              for (const language of Object.keys(texts)) {
                const other = new Map(flat(texts[language]));
                for (const key of new Set([...english.keys(), ...other.keys()])) {
                  if (gaps(english.get(key) ?? "?") !== gaps(other.get(key) ?? "!") || !english.has(key) || !other.get(key)) {
                    found.push(`${language}: ${key}`);
                  }
                }
              }

              const sources = await Promise.all(["flash.js", "board.js", "package.js", "image.js", "zip.js"].map(async (file) => (await fetch(file)).text()));
              for (const code of sources.join("").matchAll(/FlashError\("(\w+)"/g)) {
                if (!texts.en.errors[code[1]]) {
                  found.push("no text: " + code[1]);
                }
              }

              return found;
            }
            """);
        Assert.AreEqual(string.Empty, string.Join("\n", differences));
    }

    [TestMethod]
    public async Task Md5_AnyLength_IsThatOfDotNet()
    {
        await using FlashPage page = await FlashPage.OpenAsync();
        foreach (int length in new[] { 0, 1, 55, 56, 63, 64, 65, 119, 120, 5000 })
        {
            byte[] bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            string digest = await page.Page.EvaluateAsync<string>("async (bytes) => (await import('/flash/md5.js')).md5(Uint8Array.from(bytes))", Array.ConvertAll(bytes, value => (int)value));
#pragma warning disable CA5351 // The loader's check of its flash, not a secret.
            Assert.AreEqual(Convert.ToHexStringLower(MD5.HashData(bytes)), digest);
#pragma warning restore CA5351
        }
    }

    private static byte[] Archive(string name, int size)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, true))
        {
            using Stream entry = zip.CreateEntry(name).Open();
            entry.Write(new byte[size]);
        }

        return stream.ToArray();
    }

    private static byte[] Understated(byte[] archive)
    {
        int directory = BitConverter.ToInt32(archive, archive.Length - 6);
        BitConverter.TryWriteBytes(archive.AsSpan(directory + 24), 1_000);
        return archive;
    }

    private static byte[] Damaged(byte[] package)
    {
        byte[] damaged = (byte[])package.Clone();
        damaged[2_000] ^= 0x10;
        return damaged;
    }
}
