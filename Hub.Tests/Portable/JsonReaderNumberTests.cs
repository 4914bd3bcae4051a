using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class JsonReaderNumberTests
{
    [TestMethod]
    public void TryGetInt64_WholeNumbers_AreExact()
    {
        string[] texts =
        {
            "0", "-0", "1", "-1", "2147483648", "9007199254740993", "999999999999999999", "1000000000000000000",
            "9223372036854775807", "-9223372036854775807", "-9223372036854775808",
            "1.0", "-2.000", "1e3", "1E+3", "1.5e1", "12300e-2", "0e999999999999", "0.000", "-0.0e-5", "9223372036854775807.0",
            "922337203685477580.7e1", "-92233720368547758080e-1", "0.0000000000000000000000001e25", "1000000000000000000000e-21",
        };
        long[] values =
        {
            0, 0, 1, -1, 2147483648, 9007199254740993, 999999999999999999, 1000000000000000000,
            long.MaxValue, -long.MaxValue, long.MinValue,
            1, -2, 1000, 1000, 15, 123, 0, 0, 0, long.MaxValue,
            long.MaxValue, long.MinValue, 1, 1,
        };
        for (int i = 0; i < texts.Length; i++)
        {
            long value;
            if (!JsonTrace.First(texts[i]).TryGetInt64(out value) || value != values[i])
            {
                Assert.Fail(texts[i] + " gave " + value.ToString());
            }
        }
    }

    [TestMethod]
    public void TryGetInt64_FractionsAndLargeNumbers_AreRefused()
    {
        string[] texts =
        {
            "0.5", "-1.5", "1e-1", "1.23e1", "9223372036854775808", "-9223372036854775809", "9223372036854775807.5", "1e19", "1e18446744073709551616",
            "18446744073709551616", "18446744073709551617", "99999999999999999999", "1e-999999999999", "123456789012345678901234567890", "0.00000000000000000000000000000000001",
            "\"1\"", "true", "null", "[]", "{}",
        };
        for (int i = 0; i < texts.Length; i++)
        {
            long value;
            if (JsonTrace.First(texts[i]).TryGetInt64(out value) || value != 0)
            {
                Assert.Fail(texts[i] + " gave " + value.ToString());
            }
        }
    }

    [TestMethod]
    public void TryGetDouble_Numbers_AreTheNearestDouble()
    {
        string[] texts =
        {
            "0", "1", "-1", "0.1", "-0.1", "21.25", "219.90625", "0.019999999552965164", "0.4000000059604645", "3.141592653589793", "1e22", "1e-22", "123456789012345e22",
            "9007199254740993", "9007199254740992.999", "0.30000000000000004", "2.2250738585072014e-8", "1.7976931348623157", "0.000001", "1.0000000000000002",
            "1.00000000000000011102230246251565e0", "4503599627370497.5", "4503599627370496.5", "1e23", "8.41e21", "123456789012345678901234567890",
        };
        double[] values =
        {
            0, 1, -1, 0.1, -0.1, 21.25, 219.90625, 0.019999999552965164, 0.4000000059604645, 3.141592653589793, 1e22, 1e-22, 123456789012345e22,
            9007199254740992, 9007199254740992.999, 0.30000000000000004, 2.2250738585072014e-8, 1.7976931348623157, 0.000001, 1.0000000000000002,
            1.00000000000000011102230246251565, 4503599627370497.5, 4503599627370496.5, 1e23, 8.41e21, 123456789012345678901234567890.0,
        };

        // The last rows go through the platform's own parser, which is not exact on the board.
        int exactRows = 20;
        for (int i = 0; i < texts.Length; i++)
        {
            double value;
            double tolerance = i < exactRows ? 0 : values[i] * 1e-15;
            bool isNumber = JsonTrace.First(texts[i]).TryGetDouble(out value);
            if (!isNumber || value - values[i] > tolerance || values[i] - value > tolerance)
            {
                Assert.Fail(texts[i] + " gave " + value.ToString());
            }
        }
    }

    [TestMethod]
    public void TryGetDouble_OtherTokens_AreRefused()
    {
        string[] texts = { "\"1\"", "true", "false", "null", "[]", "{}" };
        for (int i = 0; i < texts.Length; i++)
        {
            double value;
            Assert.IsFalse(JsonTrace.First(texts[i]).TryGetDouble(out value));
        }
    }

    [TestMethod]
    public void TryParseInt64_StringsOfDigits_AreTaken()
    {
        long value;
        Assert.IsTrue(JsonTrace.First("\"15\"").TryParseInt64(out value) && value == 15);
        Assert.IsTrue(JsonTrace.First("\"-3\"").TryParseInt64(out value) && value == -3);
        Assert.IsTrue(JsonTrace.First("15").TryParseInt64(out value) && value == 15);
        string[] others = { "\"\"", "\" 15\"", "\"15 \"", "\"015\"", "\"15%\"", "\"-\"", "\"1.5\"", "\"+1\"", "true", "{\"15\":1}" };
        for (int i = 0; i < others.Length; i++)
        {
            Assert.IsFalse(JsonTrace.First(others[i]).TryParseInt64(out value));
        }
    }

    [TestMethod]
    public void TryParseDouble_StringsOfDigits_AreTaken()
    {
        double value;
        Assert.IsTrue(JsonTrace.First("\"27.5\"").TryParseDouble(out value));
        Assert.AreEqual(27.5, value, 0.0);
        Assert.IsTrue(JsonTrace.First("-1e2").TryParseDouble(out value));
        Assert.AreEqual(-100.0, value, 0.0);
        Assert.IsFalse(JsonTrace.First("\"-53dBm\"").TryParseDouble(out value));
        Assert.IsFalse(JsonTrace.First("\"\"").TryParseDouble(out value));
    }
}
