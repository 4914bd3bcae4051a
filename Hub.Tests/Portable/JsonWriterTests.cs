using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class JsonWriterTests
{
    [TestMethod]
    public void Write_NestedDocument_SetsTheCommas()
    {
        JsonWriter writer = new JsonWriter(4, 1000);
        writer.BeginObject();
        writer.Name("a");
        writer.Value(1L);
        writer.Name("b");
        writer.BeginArray();
        writer.Value(true);
        writer.Value(false);
        writer.Value((string?)null);
        writer.Value("x");
        writer.BeginObject();
        writer.EndObject();
        writer.BeginArray();
        writer.EndArray();
        writer.Value(2.5, 1);
        writer.EndArray();
        writer.Name("c");
        writer.BeginObject();
        writer.Name("d");
        writer.Value((string?)null);
        writer.EndObject();
        writer.EndObject();
        const string expected = "{\"a\":1,\"b\":[true,false,null,\"x\",{},[],2.5],\"c\":{\"d\":null}}";
        Assert.AreEqual(expected, writer.ToString());
        Assert.AreEqual(expected.Length, writer.Length);
        Assert.AreEqual(expected, Encoding.UTF8.GetString(writer.Buffer, 0, writer.Length));
        byte[] copy = writer.ToArray();
        Assert.AreEqual(expected, Encoding.UTF8.GetString(copy, 0, copy.Length));
    }

    [TestMethod]
    public void Reset_UsedWriter_StartsOver()
    {
        JsonWriter writer = new JsonWriter(4, 1000);
        writer.BeginObject();
        writer.Name("a");
        writer.Reset();
        Assert.AreEqual(0, writer.Length);
        writer.Value(1L);
        Assert.AreEqual("1", writer.ToString());
    }

    [TestMethod]
    public void Value_Texts_AreEscaped()
    {
        string[] table =
        {
            "", "\"\"",
            "plain", "\"plain\"",
            "\"\\/", "\"\\\"\\\\/\"",
            "\n\r\t", "\"\\n\\r\\t\"",
            "\u0001\b\f\u001F", "\"\\u0001\\u0008\\u000c\\u001f\"",
            "\u007F", "\"\u007F\"",
            "äß€", "\"äß€\"",
            "\U0001F600x", "\"\U0001F600x\"",
            "a\\b", "\"a\\\\b\"",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            string json = Written(table[i]);
            if (json != table[i + 1])
            {
                Assert.Fail("row " + i.ToString() + " gave " + json);
            }
        }
    }

    [TestMethod]
    public void Value_Texts_AreTheSameInBuffersOfAnySize()
    {
        string[] texts = { "", "plain", "a\\b", "äß€", "x\U0001F600y", "\n", "" };
        const string expected = "[\"\",\"plain\",\"a\\\\b\",\"äß€\",\"x\U0001F600y\",\"\\n\",\"\"]";
        for (int size = 0; size < 100; size++)
        {
            JsonWriter writer = new JsonWriter(size, 1000);
            writer.BeginArray();
            for (int i = 0; i < texts.Length; i++)
            {
                writer.Value(texts[i]);
            }

            writer.EndArray();
            Assert.AreEqual(expected, writer.ToString());
        }
    }

    [TestMethod]
    public void Value_NonBmpText_IsFourBytes()
    {
        JsonWriter writer = new JsonWriter(16, 100);
        writer.Value("\U0001F600");
        Assert.AreEqual(6, writer.Length);
        Assert.AreEqual(0xF0, (int)writer.Buffer[1]);
        Assert.AreEqual(0x80, (int)writer.Buffer[4]);
    }

    [TestMethod]
    public void Name_WithEscapes_IsReadBack()
    {
        JsonWriter writer = new JsonWriter(16, 100);
        writer.BeginObject();
        writer.Name("a\"ä\n");
        writer.Value(1L);
        writer.EndObject();
        JsonReader reader = JsonTrace.First(writer.ToString());
        reader.Read();
        Assert.AreEqual("a\"ä\n", reader.GetString());
    }

    [TestMethod]
    public void Value_WholeNumbers_AreExact()
    {
        long[] values = { 0, 1, -1, 9, 10, -10, 1234567890123, long.MaxValue, long.MinValue, -999 };
        string[] texts = { "0", "1", "-1", "9", "10", "-10", "1234567890123", "9223372036854775807", "-9223372036854775808", "-999" };
        for (int i = 0; i < values.Length; i++)
        {
            JsonWriter writer = new JsonWriter(1, 100);
            writer.Value(values[i]);
            Assert.AreEqual(texts[i], writer.ToString());
        }
    }

    [TestMethod]
    public void Value_Numbers_AreRoundedToTheirDecimals()
    {
        double[] values =
        {
            0, -0.0, 1, -1, 21.25, 21.25, 21.35, 0.5, 1.5, 2.5, -0.5, 0.04, -0.04, 0.05, 0.999, 0.994, 9.995, 99.96, -99.96, 0.125, 1.115, 1.005, 100, 1e15, 123456789012345680,
            0.1, 0.1, 1e-15, 4e-16, 6e-16, 5e-324, 9007199254740993, 0.30000000000000004, 4503599627370495.5, 0.019999999552965164, 1234.5,
        };
        int[] decimals =
        {
            1, 1, 1, 0, 2, 1, 1, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 3, 2, 1,
            15, 1, 15, 15, 15, 15, 2, 15, 0, 4, 6,
        };
        string[] texts =
        {
            "0", "0", "1", "-1", "21.25", "21.3", "21.4", "1", "2", "3", "-1", "0", "0", "0.1", "1", "0.99", "9.99", "100", "-100", "0.13", "1.11", "1", "100", "1000000000000000", "123456789012345680",
            "0.1", "0.1", "0.000000000000001", "0", "0.000000000000001", "0", "9007199254740992", "0.3", "4503599627370496", "0.02", "1234.5",
        };
        for (int i = 0; i < values.Length; i++)
        {
            CheckNumber(values[i], decimals[i], texts[i]);
        }
    }

    [TestMethod]
    public void Value_LargeNumbers_KeepEveryDigit()
    {
        CheckNumber(9223372036854775808.0, 2, "9223372036854775808");
        CheckNumber(-9223372036854775808.0, 0, "-9223372036854775808");
        CheckNumber(9223372036854774784.0, 1, "9223372036854774784");
        CheckNumber(18446744073709551616.0, 1, "18446744073709551616");
        CheckNumber(1e22, 1, "10000000000000000000000");
        CheckNumber(1e23, 1, "99999999999999991611392");
        JsonWriter writer = new JsonWriter(16, 1000);
        writer.Value(-double.MaxValue, 3);
        Assert.AreEqual(310, writer.Length);
        Assert.AreEqual("-17976931348623157", writer.ToString().Substring(0, 18));
    }

    [TestMethod]
    public void Value_NoNumbers_AreNull()
    {
        CheckNumber(double.NaN, 2, "null");
        CheckNumber(double.PositiveInfinity, 2, "null");
        CheckNumber(double.NegativeInfinity, 2, "null");
    }

    [TestMethod]
    public void Value_DecimalsOutOfRange_AreRefused()
    {
        int[] decimals = { -1, 16 };
        for (int i = 0; i < decimals.Length; i++)
        {
            bool isRefused = false;
            try
            {
                new JsonWriter(16, 100).Value(1.5, decimals[i]);
            }
            catch (ArgumentOutOfRangeException)
            {
                isRefused = true;
            }

            Assert.IsTrue(isRefused);
        }
    }

    [TestMethod]
    public void Write_OverTheLimit_IsTooLarge()
    {
        JsonWriter exact = new JsonWriter(0, 5);
        exact.Value("abc");
        Assert.AreEqual(5, exact.Length);

        string[] texts = { "abcd", "ääa", "\n\n", "a\u0001" };
        for (int i = 0; i < texts.Length; i++)
        {
            ErrorCode code = ErrorCode.None;
            try
            {
                new JsonWriter(0, 5).Value(texts[i]);
            }
            catch (HubException exception)
            {
                code = exception.Code;
            }

            Assert.IsTrue(code == ErrorCode.TooLarge);
        }
    }

    [TestMethod]
    public void Write_WrongOrder_IsAMisuse()
    {
        // o object, a array, O end of object, A end of array, n name, v value, t the whole document
        string[] orders = { "n", "O", "A", "ov", "onn", "onO", "oA", "aO", "an", "vv", "oOo", "ona", "oo", "oa", "vn", "ot", "t", "aAA" };
        bool[] areAllowed = { false, false, false, false, false, false, false, false, false, false, false, true, false, false, false, false, false, false };
        for (int i = 0; i < orders.Length; i++)
        {
            if (IsAllowed(orders[i]) != areAllowed[i])
            {
                Assert.Fail(orders[i] + " was taken wrongly");
            }
        }

        Assert.IsTrue(IsAllowed("onaonvOvAnvOt"));
    }

    [TestMethod]
    public void Write_TooDeep_IsAMisuse()
    {
        string order = "";
        for (int i = 0; i < JsonWriter.MaxDepth; i++)
        {
            order += "a";
        }

        Assert.IsTrue(IsAllowed(order));
        Assert.IsFalse(IsAllowed(order + "a"));
    }

    private static bool IsAllowed(string order)
    {
        JsonWriter writer = new JsonWriter(16, 1000);
        char[] steps = order.ToCharArray();
        try
        {
            for (int i = 0; i < steps.Length; i++)
            {
                Do(writer, steps[i]);
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Do(JsonWriter writer, char step)
    {
        switch (step)
        {
            case 'o':
                writer.BeginObject();
                break;
            case 'a':
                writer.BeginArray();
                break;
            case 'O':
                writer.EndObject();
                break;
            case 'A':
                writer.EndArray();
                break;
            case 'n':
                writer.Name("n");
                break;
            case 'v':
                writer.Value(1L);
                break;
            default:
                writer.ToArray();
                break;
        }
    }

    private static string Written(string text)
    {
        JsonWriter writer = new JsonWriter(1, 1000);
        writer.Value(text);
        return writer.ToString();
    }

    private static void CheckNumber(double value, int decimals, string expected)
    {
        JsonWriter writer = new JsonWriter(1, 1000);
        writer.Value(value, decimals);
        if (writer.ToString() != expected)
        {
            Assert.Fail(expected + " was written as " + writer.ToString());
        }
    }
}
