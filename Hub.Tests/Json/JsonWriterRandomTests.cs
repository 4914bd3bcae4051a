using System;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Json;

/// <summary>The writer against exact arithmetic and System.Text.Json.</summary>
[TestClass]
public class JsonWriterRandomTests
{
    private const int Seed = 4242;

    private readonly JsonWriter _writer = new JsonWriter(16, 10_000);

    [TestMethod]
    public void Value_RandomNumbers_AreRoundedExactly()
    {
        Random random = new Random(Seed);
        for (int i = 0; i < 15_000; i++)
        {
            int decimals = random.Next(JsonWriter.MaxDecimals + 1);
            double value = RandomDouble(random, i);
            if (value == 0)
            {
                continue;
            }

            _writer.Reset();
            _writer.Value(value, decimals);
            Assert.AreEqual(Expected(value, decimals), _writer.ToString(), $"Seed {Seed}: {value:R} with {decimals}");
        }
    }

    [TestMethod]
    public void Value_RandomTexts_AreReadBackByThePeer()
    {
        Random random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = new char[random.Next(12)];
            for (int k = 0; k < text.Length; k++)
            {
                text[k] = (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000);
            }

            CheckText(new string(text));
        }
    }

    [TestMethod]
    [DataRow("\uD83D")]
    [DataRow("\uDE00")]
    [DataRow("a\uD83Db")]
    [DataRow("\uDE00\uD83D")]
    [DataRow("\0a")]
    public void Value_OddTexts_AreReadBackByThePeer(string text) => CheckText(text);

    /// <summary>Exact arithmetic; .NET's own F format takes some halves up and some to even.</summary>
    private static string Expected(double value, int decimals)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int exponent = (int)(bits >> 52) - 1075;
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (1L << 52);
        BigInteger doubled = 2 * mantissa * BigInteger.Pow(10, decimals);
        BigInteger divisor = BigInteger.One << Math.Max(0, -exponent);
        BigInteger rounded = ((doubled << Math.Max(0, exponent)) + divisor) / (2 * divisor);
        string digits = rounded.ToString().PadLeft(decimals + 1, '0');
        string text = $"{digits[..^decimals]}.{digits[^decimals..]}".TrimEnd('0').TrimEnd('.');
        return value < 0 && !rounded.IsZero ? "-" + text : text;
    }

    private static double RandomDouble(Random random, int round)
    {
        return (round % 4) switch
        {
            0 => Math.Round(random.NextDouble() * 300, random.Next(6)),
            1 => random.Next(-100_000, 100_000) / 1024.0,
            2 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-17, 19)),
            _ => BitConverter.Int64BitsToDouble((random.NextInt64() & ~(0x7FFL << 52)) | (random.NextInt64(1, 2046) << 52)),
        };
    }

    private void CheckText(string text)
    {
        _writer.Reset();
        _writer.Value(text);
        string expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        using JsonDocument document = JsonDocument.Parse(_writer.ToArray());
        Assert.AreEqual(expected, document.RootElement.GetString(), $"Seed {Seed}");
    }
}
