using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class JsonReaderTextTests
{
    [TestMethod]
    public void GetString_Escapes_AreResolved()
    {
        string[] table =
        {
            "\"\"", "",
            "\"plain\"", "plain",
            "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"", "\" \\ / \b \f \n \r \t",
            "\"\\u0041\\u00e4\\u00E4\\u20ac\"", "Aää€",
            "\"\\\\u0041\"", "\\u0041",
            "\"\\\\\\\\\"", "\\\\",
            "\"ende\\\\\"", "ende\\",
            "\"Kabel \\\"grau\\\" ü\"", "Kabel \"grau\" ü",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            Same(table[i + 1], JsonTrace.First(table[i]).GetString(), table[i]);
        }
    }

    [TestMethod]
    public void CopyString_UnicodeEscapes_GiveTheirUtf8()
    {
        string[] escapes = { "\\uD83D\\uDE00", "\\ud83d\\ude00x", "\\uD83D", "\\uDE00", "\\uD83Dx", "\\uD83D\\n", "\\uD83D\\uD83D\\uDE00", "\\uDE00\\uD83D", "\\u0000", "\\u007f", "\\u07FF", "\\u0800", "\\uFFFF", "\\uDBFF\\uDFFF", "\\uD800\\uDC00" };
        byte[][] texts =
        {
            new byte[] { 0xF0, 0x9F, 0x98, 0x80 },
            new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0x78 },
            new byte[] { 0xEF, 0xBF, 0xBD },
            new byte[] { 0xEF, 0xBF, 0xBD },
            new byte[] { 0xEF, 0xBF, 0xBD, 0x78 },
            new byte[] { 0xEF, 0xBF, 0xBD, 0x0A },
            new byte[] { 0xEF, 0xBF, 0xBD, 0xF0, 0x9F, 0x98, 0x80 },
            new byte[] { 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD },
            new byte[] { 0xEF, 0xBF, 0xBD },
            new byte[] { 0x7F },
            new byte[] { 0xDF, 0xBF },
            new byte[] { 0xE0, 0xA0, 0x80 },
            new byte[] { 0xEF, 0xBF, 0xBF },
            new byte[] { 0xF4, 0x8F, 0xBF, 0xBF },
            new byte[] { 0xF0, 0x90, 0x80, 0x80 },
        };
        for (int i = 0; i < escapes.Length; i++)
        {
            CheckText(Encoding.UTF8.GetBytes("\"" + escapes[i] + "\""), texts[i], escapes[i]);
        }
    }

    [TestMethod]
    public void CopyString_BrokenUtf8_IsReplaced()
    {
        byte[][] table =
        {
            new byte[] { 0xC3, 0xA4 }, new byte[] { 0xC3, 0xA4 },
            new byte[] { 0xF0, 0x9F, 0x98, 0x80 }, new byte[] { 0xF0, 0x9F, 0x98, 0x80 },
            new byte[] { 0xC3 }, new byte[] { 0xEF, 0xBF, 0xBD },
            new byte[] { 0xC3, 0x28 }, new byte[] { 0xEF, 0xBF, 0xBD, 0x28 },
            new byte[] { 0x80, 0x61 }, new byte[] { 0xEF, 0xBF, 0xBD, 0x61 },
            new byte[] { 0xC0, 0xAF }, new byte[] { 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD },
            new byte[] { 0xE2, 0x82 }, new byte[] { 0xEF, 0xBF, 0xBD },
            new byte[] { 0xE2, 0x82, 0x61 }, new byte[] { 0xEF, 0xBF, 0xBD, 0x61 },
            new byte[] { 0xED, 0xA0, 0x80 }, new byte[] { 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD },
            new byte[] { 0xF4, 0x90, 0x80, 0x80 }, new byte[] { 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD },
            new byte[] { 0xF0, 0x9F, 0x98, 0x61 }, new byte[] { 0xEF, 0xBF, 0xBD, 0x61 },
            new byte[] { 0xFF, 0xFE }, new byte[] { 0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD },
            new byte[] { 0x61, 0x00, 0x62 }, new byte[] { 0x61, 0xEF, 0xBF, 0xBD, 0x62 },
            new byte[] { 0x01, 0x0A, 0x1F }, new byte[] { 0x01, 0x0A, 0x1F },
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            CheckText(Quoted(table[i]), table[i + 1], "row " + i.ToString());
        }
    }

    [TestMethod]
    public void CopyString_SmallDestination_CutsBetweenCharacters()
    {
        int[] sizes = { 0, 1, 2, 3, 4, 5, 6, 7, 99 };
        int[] lengths = { 0, 1, 1, 3, 3, 3, 6, 7, 7 };
        JsonReader reader = JsonTrace.First("\"aä€b\"");
        JsonReader escaped = JsonTrace.First("\"a\\u00e4\\u20acb\"");
        for (int i = 0; i < sizes.Length; i++)
        {
            Assert.AreEqual(lengths[i], reader.CopyString(new byte[sizes[i]]));
            Assert.AreEqual(lengths[i], escaped.CopyString(new byte[sizes[i]]));
            Assert.AreEqual(lengths[i], Encoding.UTF8.GetBytes(reader.GetString(sizes[i])).Length);
        }

        Assert.AreEqual("pla", JsonTrace.First("\"plain\"").GetString(3));
        Assert.AreEqual(3, JsonTrace.First("\"plain\"").CopyString(new byte[3]));
    }

    [TestMethod]
    public void ValueIs_EqualTexts_IsTrue()
    {
        string[] table =
        {
            "\"\"", "", "\"abc\"", "abc", "\"\\u0061b\\u0063\"", "abc", "\"\\\"\"", "\"", "\"\\uD83D\\uDE00\"", "\U0001F600",
            "\"ä\"", "ä", "\"\\u00e4\"", "ä", "\"\\/\"", "/", "{\"abc\":1}", "abc", "\"a text of more than sixteen bytes\"", "a text of more than sixteen bytes",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            JsonReader reader = JsonTrace.First(table[i]);
            if (reader.Token == JsonToken.ObjectStart)
            {
                reader.Read();
            }

            if (!reader.ValueIs(Encoding.UTF8.GetBytes(table[i + 1])))
            {
                Assert.Fail(table[i] + " is not " + table[i + 1]);
            }
        }
    }

    [TestMethod]
    public void ValueIs_OtherTexts_IsFalse()
    {
        string[] table =
        {
            "\"\"", "a", "\"a\"", "", "\"abc\"", "abd", "\"abc\"", "ab", "\"abc\"", "abcd", "\"abc\"", "Abc", "\"\\u0061bc\"", "ab", "\"\\u0061b\"", "abc",
            "\"\\u0061b\"", "ac", "\"\\n\"", "n", "1", "1", "true", "true", "null", "null", "{}", "", "[]", "",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            if (JsonTrace.First(table[i]).ValueIs(Encoding.UTF8.GetBytes(table[i + 1])))
            {
                Assert.Fail(table[i] + " is " + table[i + 1]);
            }
        }
    }

    [TestMethod]
    public void GetString_OnOtherTokens_IsRefused()
    {
        string[] documents = { "1", "true", "null", "{}", "[]" };
        for (int i = 0; i < documents.Length; i++)
        {
            string message = "";
            try
            {
                JsonTrace.First(documents[i]).GetString();
            }
            catch (HubException exception)
            {
                message = exception.Message;
            }

            Assert.AreEqual("The JSON has no string at byte 0, where one is needed.", message);
        }
    }

    [TestMethod]
    public void IndexOf_Names_FindsEachOne()
    {
        string[] words = { "print", "gcode_state", "mc_percent", "", "temp", "tepm", "ä", "a\"b", "mc_remaining_time", "mc_print_line_numb" };
        JsonNames names = new JsonNames(words);
        for (int i = 0; i < words.Length; i++)
        {
            string plain = words[i] == "a\"b" ? "a\\\"b" : words[i];
            Assert.AreEqual(i, names.IndexOf(JsonTrace.First("\"" + plain + "\"")));
        }

        Assert.AreEqual(0, names.IndexOf(JsonTrace.First("\"\\u0070rin\\u0074\"")));
        Assert.AreEqual(6, names.IndexOf(JsonTrace.First("\"\\u00E4\"")));
        Assert.AreEqual(-1, names.IndexOf(JsonTrace.First("\"\\u0070rin\"")));
        string[] others = { "\"prins\"", "\"prant\"", "\"Print\"", "\"prin\"", "\"prints\"", "1", "null", "{}" };
        for (int i = 0; i < others.Length; i++)
        {
            Assert.AreEqual(-1, names.IndexOf(JsonTrace.First(others[i])));
        }
    }

    [TestMethod]
    public void IndexOf_NoNames_FindsNone()
    {
        int count = 0;
        Assert.AreEqual(-1, new JsonNames(new string[count]).IndexOf(JsonTrace.First("\"a\"")));
    }

    private static byte[] Quoted(byte[] text)
    {
        byte[] json = new byte[text.Length + 2];
        json[0] = (byte)'"';
        System.Array.Copy(text, 0, json, 1, text.Length);
        json[json.Length - 1] = (byte)'"';
        return json;
    }

    private static void CheckText(byte[] json, byte[] expected, string about)
    {
        JsonReader reader = new JsonReader(1);
        reader.Reset(json, 0, json.Length);
        reader.Read();
        byte[] copy = new byte[40];
        int length = reader.CopyString(copy);
        bool isSame = length == expected.Length;
        for (int i = 0; isSame && i < length; i++)
        {
            isSame = copy[i] == expected[i];
        }

        if (!isSame)
        {
            Assert.Fail(about + " is copied wrongly");
        }

        Same(Encoding.UTF8.GetString(expected, 0, expected.Length), reader.GetString(), about);
        Assert.IsTrue(reader.Read() == JsonToken.End);
    }

    private static void Same(string expected, string actual, string about)
    {
        if (expected != actual)
        {
            Assert.Fail(about + " gave " + actual);
        }
    }
}
