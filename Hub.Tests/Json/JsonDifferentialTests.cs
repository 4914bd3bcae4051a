using System;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Json;

/// <summary>The reader against System.Text.Json, double.Parse, BigInteger and Encoding.UTF8.</summary>
[TestClass]
public class JsonDifferentialTests
{
    private const int Seed = 777;

    [TestMethod]
    public void Read_GeneratedDocuments_GivesThePeersTokens()
    {
        Random random = new Random(Seed);
        for (int i = 0; i < 3_000; i++)
        {
            byte[] json = JsonSamples.Utf8(new JsonGenerator(random).Document());
            string expected = PeerTokens(json);
            Assert.DoesNotStartWith("error", expected, "The generator is wrong.");
            Assert.AreEqual(expected, HubTokens(json), $"Seed {Seed}, round {i}");
        }
    }

    [TestMethod]
    public void Read_Reports_GivesThePeersTokens()
    {
        foreach (string name in JsonSamples.ReportNames)
        {
            byte[] report = JsonSamples.Report(name);
            Assert.AreEqual(PeerTokens(report), HubTokens(report), name);
        }
    }

    [TestMethod]
    public void Read_MutatedAsciiDocuments_AgreesOnWhatIsBroken()
    {
        // Printable ASCII only: on control characters in strings the hub is more lenient on purpose.
        Random random = new Random(Seed);
        int broken = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] sample = JsonSamples.Utf8(JsonSamples.Messages[i % JsonSamples.Messages.Length]);
            byte[] json = JsonMutation.Apply(sample, random, random.Next(' ', '~' + 1));
            string expected = PeerTokens(json);
            broken += expected == "error" ? 1 : 0;
            Assert.AreEqual(expected, HubTokens(json), $"Seed {Seed}, round {i}: {Encoding.UTF8.GetString(json)}");
        }

        Assert.IsInRange(1_000, 9_500, broken);
    }

    [TestMethod]
    public void TryGetDouble_RandomNumbers_AreTheNearestDouble()
    {
        Random random = new Random(Seed);
        for (int i = 0; i < 30_000; i++)
        {
            string text = RandomNumber(random, i);
            double expected = double.Parse(text);
            bool isNumber = Reader(text).TryGetDouble(out double actual);
            Assert.AreEqual(double.IsFinite(expected), isNumber, text);
            if (isNumber)
            {
                Assert.AreEqual(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual), $"Seed {Seed}: {text}");
            }
        }
    }

    [TestMethod]
    public void TryGetInt64_RandomNumbers_AgreesWithBigInteger()
    {
        Random random = new Random(Seed);
        int whole = 0;
        for (int i = 0; i < 30_000; i++)
        {
            string digits = new BigInteger(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(60)).ToString();
            int zeros = digits == "0" ? 0 : random.Next(3);
            int exponent = random.Next(-3, 3);
            string text = $"{digits}{new string('0', zeros)}.{new string('0', random.Next(1, 3))}e{exponent}";
            BigInteger scaled = BigInteger.Parse(digits) * BigInteger.Pow(10, zeros + exponent + 3);
            bool expected = scaled % 1000 == 0 && scaled / 1000 >= long.MinValue && scaled / 1000 <= long.MaxValue;
            bool actual = Reader(text).TryGetInt64(out long value);
            Assert.AreEqual(expected, actual, $"Seed {Seed}: {text}");
            Assert.AreEqual(expected ? (long)(scaled / 1000) : 0, value, $"Seed {Seed}: {text}");
            whole += expected ? 1 : 0;
        }

        Assert.IsInRange(5_000, 29_000, whole);
    }

    [TestMethod]
    public void GetString_RandomBytes_AgreesWithEncoding()
    {
        Random random = new Random(Seed);
        byte[] alphabet = [0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0x00, 0x0A];
        for (int i = 0; i < 30_000; i++)
        {
            byte[] text = new byte[random.Next(8)];
            for (int k = 0; k < text.Length; k++)
            {
                text[k] = alphabet[random.Next(alphabet.Length)];
            }

            byte[] json = [(byte)'"', .. text, (byte)'"'];
            JsonReader reader = new JsonReader(1);
            reader.Reset(json, 0, json.Length);
            reader.Read();
            string expected = Encoding.UTF8.GetString(text).Replace('\0', '\uFFFD');
            Assert.AreEqual(expected, reader.GetString(), $"Seed {Seed}: {Convert.ToHexString(text)}");
        }
    }

    private static string RandomNumber(Random random, int round)
    {
        if (round % 3 == 0)
        {
            return BitConverter.Int64BitsToDouble(random.NextInt64() & ~(0x7FFL << 52) | (random.NextInt64(1023 - 70, 1023 + 70) << 52)).ToString("R");
        }

        string digits = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)('0' + random.Next(10)))).TrimStart('0') + "1";
        string fraction = random.NextInt64(0, 1L << random.Next(1, 62)).ToString();
        string exponent = random.Next(-40, 40).ToString();
        return (round % 3, random.Next(3)) switch
        {
            (1, 0) => $"{digits}e{exponent}",
            (1, _) => $"0.{new string('0', random.Next(8))}{digits}",
            (_, 0) => $"-{digits}.{fraction}",
            (_, 1) => $"{fraction}e{exponent}",
            _ => $"{random.Next(1000)}.{fraction}e{random.Next(-400, 400)}",
        };
    }

    private static JsonReader Reader(string text)
    {
        byte[] json = JsonSamples.Utf8(text);
        JsonReader reader = new JsonReader(1);
        reader.Reset(json, 0, json.Length);
        Assert.AreEqual(JsonToken.Number, reader.Read(), text);
        return reader;
    }

    private static string HubTokens(byte[] json)
    {
        StringBuilder tokens = new StringBuilder();
        JsonReader reader = new JsonReader(64);
        reader.Reset(json, 0, json.Length);
        try
        {
            while (reader.Read() != JsonToken.End)
            {
                tokens.Append(reader.Depth).Append(HubToken(reader)).Append('\n');
            }

            return tokens.ToString();
        }
        catch (HubException)
        {
            return "error";
        }
    }

    private static string HubToken(JsonReader reader)
    {
        switch (reader.Token)
        {
            case JsonToken.Name:
                return "name " + reader.GetString();
            case JsonToken.String:
                return "string " + reader.GetString();
            case JsonToken.Number:
                return reader.TryGetDouble(out double number) ? $"number {number:R}" : "number too large";
            default:
                return reader.Token.ToString();
        }
    }

    private static string PeerTokens(byte[] json)
    {
        StringBuilder tokens = new StringBuilder();
        Utf8JsonReader reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                tokens.Append(reader.CurrentDepth).Append(PeerToken(ref reader)).Append('\n');
            }

            return tokens.ToString();
        }
        catch (JsonException)
        {
            return "error";
        }
    }

    private static string PeerToken(ref Utf8JsonReader reader)
    {
        return reader.TokenType switch
        {
            JsonTokenType.PropertyName => "name " + PeerString(ref reader),
            JsonTokenType.String => "string " + PeerString(ref reader),
            JsonTokenType.Number => double.IsFinite(reader.GetDouble()) ? $"number {reader.GetDouble():R}" : "number too large",
            JsonTokenType.StartObject => nameof(JsonToken.ObjectStart),
            JsonTokenType.EndObject => nameof(JsonToken.ObjectEnd),
            JsonTokenType.StartArray => nameof(JsonToken.ArrayStart),
            JsonTokenType.EndArray => nameof(JsonToken.ArrayEnd),
            _ => reader.TokenType.ToString(),
        };
    }

    private static string PeerString(ref Utf8JsonReader reader)
    {
        return reader.GetString()!.Replace('\0', '\uFFFD');
    }
}
