using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Provisioning;

/// <summary>Whatever centrals write: no fault, nothing hangs, no secret can be read.</summary>
[TestClass]
public sealed class ProvisioningFuzzTests : ProvisionerTestBase
{
    private static readonly string[] s_methods = ["health", "printers.list", "wifi.get", "pairing.get", "cloud.get", "log.tail", "nothing", ""];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Writes_TwentyThousand(int seed) => Run(seed, 20_000);

    [TestMethod]
    [TestCategory("Kills")]
    public void Writes_AMillion() => Run(20261201, 1_000_000);

    [TestMethod]
    public void Storm_ConnectionsBreakAnywhere_LoginsAndRequestsGoOn()
    {
        const int Seed = 4;
        const int Rounds = 200;
        Random random = new(Seed);
        for (int i = 0; i < Rounds; i++)
        {
            Central.Connect(random.Next(23, 517));
            byte[] hello = Encoding.UTF8.GetBytes(Hello().ToJsonString());
            byte[][] chunks = Central.Chunks(hello, 0);
            int sent = random.Next(chunks.Length + 1);
            for (int c = 0; c < sent; c++)
            {
                Central.Write(TestCentral.Requests, chunks[c]);
            }

            if (random.Next(4) == 0)
            {
                // Another one, without an end of the former: the radio has lost it.
                Ble.Handler!.OnConnected();
            }

            Central.Disconnect();
        }

        Central.Connect();
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"], "seed " + Seed);
        Assert.IsNotNull(Central.Ask("r1", "health"));
    }

    private static JsonObject Hello() => new() { ["type"] = "hello", ["version"] = 1, ["nonce"] = Convert.ToBase64String(new byte[16]) };

    private void Run(int seed, int writes)
    {
        TestContext.WriteLine("seed " + seed);
        Provisioned();
        Hub.Config.SetCloud(new System.Collections.Hashtable { ["url"] = "ws://127.0.0.1:1", ["secret"] = "FAKE-CLOUD-SECRET" });
        Random random = new(seed);
        BleCharacteristic[] all = Central.All();
        Central.Connect();
        for (int i = 0; i < writes; i++)
        {
            switch (random.Next(200))
            {
                case 0:
                    Central.Disconnect();
                    Central.Connect(random.Next(23, 517));
                    break;
                case 1:
                    SearchForSecrets(all);
                    break;
                case 2:
                    foreach (byte[] chunk in Central.Chunks(Encoding.UTF8.GetBytes(Mutated(random, Hello().ToJsonString())), 0))
                    {
                        Central.Write(TestCentral.Requests, chunk);
                    }

                    break;
                default:
                    BleCharacteristic characteristic = all[random.Next(all.Length)];
                    Central.Write(characteristic.Uuid, Bytes(random, characteristic.Uuid));
                    break;
            }
        }

        SearchForSecrets(all);
        Central.Disconnect();
        Restart();
        Central.Connect();
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"]);
        Assert.AreEqual("farm", (string?)Central.Ask("r1", "wifi.get")["wifi"]!["ssid"], "nobody knew the code");
        Assert.IsLessThan(Central.Calls / 20, Central.SlowCalls);
    }

    /// <summary>Random bytes, or chunks that are nearly right.</summary>
    private static byte[] Bytes(Random random, string uuid)
    {
        int[] lengths = [0, 1, 2, 6, 7, 20, 32, 33, 64, 182, 512, 600];
        byte[] bytes = new byte[random.Next(3) == 0 ? lengths[random.Next(lengths.Length)] : random.Next(40)];
        random.NextBytes(bytes);
        if (uuid == TestCentral.Requests && bytes.Length > 6 && random.Next(4) != 0)
        {
            bytes[1] = (byte)random.Next(2);
            byte[] text = Encoding.UTF8.GetBytes(Mutated(random, "{\"type\":\"request\",\"request_id\":\"r\",\"method\":\"" + s_methods[random.Next(s_methods.Length)] + "\"}"));
            return [bytes[0], bytes[1], (byte)(text.Length >> 8), (byte)text.Length, 0, 0, .. text];
        }

        if (uuid == TestCentral.ImprovCommand && bytes.Length > 3 && random.Next(2) == 0)
        {
            bytes[0] = (byte)random.Next(6);
            bytes[1] = (byte)(bytes.Length - 3);
            bytes[^1] = (byte)bytes[..^1].Sum(b => b);
        }

        return bytes;
    }

    private static string Mutated(Random random, string text)
    {
        char[] characters = text.ToCharArray();
        for (int i = random.Next(3); i > 0; i--)
        {
            characters[random.Next(characters.Length)] = (char)random.Next(32, 127);
        }

        return new string(characters);
    }

    private void SearchForSecrets(BleCharacteristic[] all)
    {
        foreach (BleCharacteristic characteristic in all)
        {
            NoSecret(Central.Read(characteristic.Uuid) ?? []);
        }

        while (Ble.Notified.TryDequeue(out (string Uuid, byte[] Value) notified))
        {
            NoSecret(notified.Value);
        }
    }

    private void NoSecret(byte[] value)
    {
        string text = Encoding.Latin1.GetString(value);
        Assert.DoesNotContain("FAKE-", text);
        Assert.DoesNotContain(Code.Replace("-", "", StringComparison.Ordinal), text);
        Assert.DoesNotContain(Code, text);
    }
}
