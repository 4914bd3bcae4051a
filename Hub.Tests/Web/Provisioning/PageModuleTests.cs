using System;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Web.Provisioning;

/// <summary>The page's chunks, login, seal and words, against .NET's cryptography and docs/provisioning.md.</summary>
[TestClass]
public class PageModuleTests
{
    private const string Code = "ABCDEFGHIJ27";
    private const string DeviceId = "hub-0011aabbccdd";
    private const int Rounds = 1000;
    private const int CounterBytes = 4;
    private const int IvBytes = 16;
    private const int MacBytes = 32;

    private static readonly byte[] s_key = Rfc2898DeriveBytes.Pbkdf2(Code, Encoding.UTF8.GetBytes(DeviceId), Rounds, HashAlgorithmName.SHA256, MacBytes);

    [TestMethod]
    public async Task Session_LoginAndSeal_AreThoseOfTheProtocol()
    {
        await using HubPage page = await HubPage.OpenAsync();
        byte[] hubNonce = RandomNumberGenerator.GetBytes(16);
        JsonElement login = await page.Page.EvaluateAsync<JsonElement>(
            """
            async ([code, deviceId, nonce]) => {
              const module = await import("/provisioning/session.js");
              window.tested = new module.Session();
              const hello = window.tested.hello();
              const key = await module.pairingKey(code, deviceId);
              return { hello, extractable: key.extractable, ...(await window.tested.login({ nonce }, key)) };
            }
            """,
            new[] { Code, DeviceId, Convert.ToBase64String(hubNonce) });
        Assert.AreEqual(1, login.GetProperty("hello").GetProperty("version").GetInt32());
        Assert.IsFalse(login.GetProperty("extractable").GetBoolean());
        byte[] nonces = [.. login.GetProperty("hello").GetProperty("nonce").GetBytesFromBase64(), .. hubNonce];
        Assert.HasCount(32, nonces);
        CollectionAssert.AreEqual(Mac("login central", nonces), login.GetProperty("proof").GetBytesFromBase64());

        Assert.IsFalse(await AcceptAsync(page, Mac("login central", nonces)), "the central's own proof proves nothing of the hub");
        Assert.IsTrue(await AcceptAsync(page, Mac("login hub", nonces)));

        for (uint counter = 0; counter < 2; counter++)
        {
            string text = "{\"secret\":" + counter + "}";
            byte[] message = Convert.FromBase64String(await page.Page.EvaluateAsync<string>("async text => btoa(String.fromCharCode(...await window.tested.seal(new TextEncoder().encode(text))))", text));
            Assert.AreEqual(counter + " " + text, Open("central", nonces, message));
        }

        byte[] first = Seal("hub", nonces, 0, "first");
        byte[] second = Seal("hub", nonces, 7, "second");
        Assert.AreEqual("first", await OpenAsync(page, first));
        Assert.AreEqual("second", await OpenAsync(page, second));
        Assert.IsNull(await OpenAsync(page, second), "a repeated message");
        byte[] third = Seal("hub", nonces, 8, "third");
        third[^1] ^= 1;
        Assert.IsNull(await OpenAsync(page, third), "a wrong seal");
        Assert.IsNull(await OpenAsync(page, Seal("central", nonces, 9, "reflected")), "the page's own keys");
        Assert.IsNull(await OpenAsync(page, new byte[10]), "too short");
    }

    [TestMethod]
    public async Task NormalizedCode_AsPeopleTypeIt()
    {
        (string Typed, string? Code)[] cases =
        [
            ("abcd-efgh-ij27", "ABCDEFGHIJ27"),
            (" ABCD EFGH IJ27 ", "ABCDEFGHIJ27"),
            ("0OOO-1III-8BBB", "OOOOIIIIBBBB"),
            ("ABCD-EFGH-IJ2", null),
            ("ABCD-EFGH-IJ279", null),
            ("ABCD-EFGH-IJ29", null),
            ("", null),
        ];
        await using HubPage page = await HubPage.OpenAsync();
        foreach ((string typed, string? code) in cases)
        {
            Assert.AreEqual(code, await page.Page.EvaluateAsync<string?>("async typed => (await import('/provisioning/session.js')).normalizedCode(typed)", typed), typed);
        }
    }

    [TestMethod]
    public async Task Chunks_AnySizeOrderAndRepetition_GiveTheMessage()
    {
        await using HubPage page = await HubPage.OpenAsync();
        string problems = await page.Page.EvaluateAsync<string>(
            """
            async () => {
              const { cut, ChunkReader } = await import("/provisioning/frames.js");
              const view = (chunk) => new DataView(chunk.buffer);
              const problems = [];
              for (const size of [7, 20, 23, 180, 244, 512]) {
                for (const length of [1, size - 7, size - 6, size - 5, 1000, 8192]) {
                  const message = Uint8Array.from({ length: Math.max(1, length) }, (_, i) => i * 7);
                  const chunks = cut(message, 255, 1, size);
                  if (chunks.some((chunk) => chunk.length > size || chunk.length < 7)) {
                    problems.push(`${size} ${length}: size of a chunk`);
                  }

                  const reader = new ChunkReader();
                  const disordered = [...chunks.slice(1).reverse(), ...chunks.slice(1), chunks[0]];
                  const whole = disordered.map((chunk) => reader.add(view(chunk))).filter(Boolean);
                  if (whole.length !== 1 || whole[0].kind !== 1 || whole[0].message.join() !== message.join()) {
                    problems.push(`${size} ${length}: ${whole.length} messages`);
                  }
                }
              }

              const reader = new ChunkReader();
              const [one] = cut(new Uint8Array(10), 1, 0, 12);
              const two = cut(Uint8Array.of(1, 2, 3), 2, 0, 20)[0];
              const results = [new Uint8Array(0), new Uint8Array(6), Uint8Array.of(3, 0, 0, 1, 0, 1, 9), one, two].map((chunk) => reader.add(view(chunk))?.message.join() ?? "-");
              if (results.join(" ") !== "- - - - 1,2,3") {
                problems.push(`contradictions: ${results.join(" ")}`);
              }

              return problems.join("\n");
            }
            """);
        Assert.AreEqual(string.Empty, problems);
    }

    [TestMethod]
    public async Task Texts_OfTheThreeLanguages_HaveTheSameKeysAndPlaceholders()
    {
        await using HubPage page = await HubPage.OpenAsync();
        string problems = await page.Page.EvaluateAsync<string>(
            """
            async () => {
              const texts = {};
              for (const language of ["en", "de", "es"]) {
                texts[language] = (await import(`/provisioning/texts/${language}.js`)).default;
              }

              const shape = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join();
              const problems = [];
              for (const [language, own] of Object.entries(texts)) {
                for (const key of new Set([...Object.keys(texts.en), ...Object.keys(own)])) {
                  if (!own[key] || texts.en[key] === undefined || shape(own[key]) !== shape(texts.en[key])) {
                    problems.push(`${language} ${key}`);
                  }
                }
              }

              return problems.join("\n");
            }
            """);
        Assert.AreEqual(string.Empty, problems);
    }

    [TestMethod]
    public async Task Link_OfTheApp_IsRead()
    {
        (string Link, string Values)[] cases =
        [
            ("https://app.example/add#cloud=wss%3A%2F%2Fcloud.example&hub=h1&tenant=t1", "wss://cloud.example h1 t1"),
            ("#hub_id=h1&tenant_id=t1", " h1 t1"),
            ("wss://cloud.example:5080", "wss://cloud.example:5080  "),
            ("javascript:alert(1)", "  "),
            ("#code=ABCDEFGHIJ27", "  "),
        ];
        await using HubPage page = await HubPage.OpenAsync();
        foreach ((string link, string values) in cases)
        {
            string found = await page.Page.EvaluateAsync<string>(
                "async text => { const found = (await import('/provisioning/link-text.js')).readLink(text); return ['cloud', 'hub', 'tenant'].map((name) => found.get(name) ?? '').join(' '); }", link);
            Assert.AreEqual(values, found, link);
        }
    }

    private static Task<bool> AcceptAsync(HubPage page, byte[] proof) =>
        page.Page.EvaluateAsync<bool>("async proof => window.tested.accept({ proof })", Convert.ToBase64String(proof));

    private static Task<string?> OpenAsync(HubPage page, byte[] message) => page.Page.EvaluateAsync<string?>(
        """
        async message => {
          const opened = await window.tested.open(Uint8Array.from(atob(message), (char) => char.charCodeAt(0)));
          return opened && new TextDecoder().decode(opened);
        }
        """,
        Convert.ToBase64String(message));

    private static byte[] Mac(string label, byte[] nonces) => HMACSHA256.HashData(s_key, (byte[])[.. Encoding.ASCII.GetBytes(label), .. nonces]);

    private static Aes Cipher(string side, byte[] nonces)
    {
        Aes aes = Aes.Create();
        aes.Key = Mac(side + " key", nonces)[..16];
        return aes;
    }

    private static byte[] Seal(string side, byte[] nonces, byte counter, string text)
    {
        using Aes aes = Cipher(side, nonces);
        byte[] iv = RandomNumberGenerator.GetBytes(IvBytes);
        byte[] body = [0, 0, 0, counter, .. iv, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(text), iv)];
        return [.. body, .. HMACSHA256.HashData(Mac(side + " mac", nonces), body)];
    }

    /// <summary>The counter and the text of a message, whose seal is checked.</summary>
    private static string Open(string side, byte[] nonces, byte[] message)
    {
        byte[] body = message[..^MacBytes];
        CollectionAssert.AreEqual(HMACSHA256.HashData(Mac(side + " mac", nonces), body), message[^MacBytes..]);
        using Aes aes = Cipher(side, nonces);
        byte[] text = aes.DecryptCbc(body[(CounterBytes + IvBytes)..], body[CounterBytes..(CounterBytes + IvBytes)]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(body) + " " + Encoding.UTF8.GetString(text);
    }
}
