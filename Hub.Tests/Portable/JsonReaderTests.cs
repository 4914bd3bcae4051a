using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class JsonReaderTests
{
    [TestMethod]
    public void Read_ValidDocument_GivesItsTokens()
    {
        string[] table =
        {
            "{}", "{}.",
            "[]", "[].",
            " \t\r\n{ } \n", "{}.",
            "1", "#1 .",
            "\"a\"", "'a' .",
            "true", "true .",
            "false", "false .",
            "null", "null .",
            "{\"a\":1}", "{a:#1 }.",
            "{ \"a\" : 1 , \"b\" : [ ] }", "{a:#1 b:[]}.",
            "[1,\"x\",true,false,null,{},[]]", "[#1 'x' true false null {}[]].",
            "{\"a\":{\"b\":[{\"c\":{}}]}}", "{a:{b:[{c:{}}]}}.",
            "{\"a\":1,\"a\":2}", "{a:#1 a:#2 }.",
            "{\"\":\"\"}", "{:'' }.",
            "[[[[[[[[]]]]]]]]", "[[[[[[[[]]]]]]]].",
            "\"a long text that leaves the near loop behind\"", "'a long text that leaves the near loop behind' .",
            "{\"{[\\\"]}\":\"]}\"}", "{{[\"]}:']}' }.",
        };
        CheckTraces(table);
    }

    [TestMethod]
    public void Read_Numbers_AreTakenAsJsonWritesThem()
    {
        string[] table =
        {
            "[0,-0,10,-10]", "[#0 #-0 #10 #-10 ].",
            "[0.5,-0.50,1e5,1E+5,1.25e-7]", "[#0.5 #-0.50 #1e5 #1E+5 #1.25e-7 ].",
            "[0e0,0.0E-0]", "[#0e0 #0.0E-0 ].",
            "123456789012345678901234567890", "#123456789012345678901234567890 .",
        };
        CheckTraces(table);
    }

    [TestMethod]
    public void Read_NaNAndInfinity_CountAsNull()
    {
        string[] table =
        {
            "[NaN,Infinity,-Infinity,nan,-nan,inf,-inf]", "[null null null null null null null ].",
            "{\"a\":NaN,\"b\":1}", "{a:null b:#1 }.",
            "{\"a\": -Infinity }", "{a:null }.",
            "NaN", "null .",
        };
        CheckTraces(table);
    }

    [TestMethod]
    public void Read_BrokenDocument_NamesTheByte()
    {
        string[] table =
        {
            "", "0", "   ", "3", "{", "1", "[", "1", "{\"a\"", "4", "{\"a\":", "5", "{\"a\":1", "6", "[1", "2", "[1,", "3",
            "\"abc", "4", "\"abc\\", "5", "tru", "0", "nul", "0", "-", "1", "1e", "2", "1.", "2",
            "}", "0", "]", "0", ",", "0", ":", "0", "{]", "1", "[}", "1", "{\"a\":1]", "6", "[1}", "2",
            "{,}", "1", "{\"a\":1,}", "7", "[1,]", "3", "[,1]", "1", "[1 2]", "3", "[1,,2]", "3",
            "{\"a\" 1}", "5", "{\"a\":,}", "5", "{\"a\":1 \"b\":2}", "7", "{a:1}", "1", "{1:1}", "1", "{'a':1}", "1", "{\"a\":}", "5",
            "[01]", "1", "[-01]", "2", "[.5]", "1", "[+1]", "1", "[1.]", "3", "[1.e5]", "3", "[1e+]", "4", "[--1]", "2", "[-]", "2",
            "[Na]", "1", "[NaNs]", "1", "[NaN1]", "1", "[Infinit]", "1", "[-Inf", "2", "[--inf]", "2", "[na]", "1", "[\"a\":NaN]", "4", "[0x10]", "2", "[1_000]", "2", "[True]", "1", "[nil]", "1", "[nulL]", "1",
            "1 2", "2", "{} {}", "3", "[]]", "2", "{}}", "2", "{},", "2", "\"a\"b", "3", "truefalse", "4", "12a", "2",
            "[\"\\x\"]", "2", "[\"\\u12G4\"]", "2", "[\"\\u12\"]", "2", "[\"\\U0041\"]", "2", "{\"\\'\":1}", "2",
            "[1]/**/", "3", "//\n1", "0", "\f1", "0", "[1\v]", "2",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            string trace = JsonTrace.Of(table[i]);
            if (trace.IndexOf("!The JSON is broken at byte " + table[i + 1] + ": ") < 0)
            {
                Assert.Fail(table[i] + " should break at " + table[i + 1] + " and gave " + trace);
            }
        }
    }

    [TestMethod]
    public void Read_BrokenDocument_SaysWhat()
    {
        Assert.AreEqual("[#1 !The JSON is broken at byte 3: a comma or the closing bracket is missing.", JsonTrace.Of("[1 2]"));
        Assert.AreEqual("[#1 !The JSON is broken at byte 2: it ends too early.", JsonTrace.Of("[1"));
    }

    [TestMethod]
    public void Read_AfterAnError_FailsAgainTheSameWay()
    {
        JsonReader reader = JsonTrace.First("[1 }");
        reader.Read();
        string first = MessageOfRead(reader);
        Assert.AreEqual("The JSON is broken at byte 3: a comma or the closing bracket is missing.", first);
        Assert.AreEqual(first, MessageOfRead(reader));
        Assert.IsTrue(reader.Token == JsonToken.None);
        try
        {
            reader.Skip();
            Assert.Fail("Skip went on.");
        }
        catch (HubException exception)
        {
            Assert.AreEqual(first, exception.Message);
        }
    }

    [TestMethod]
    public void Read_AfterTheEnd_StaysAtTheEnd()
    {
        JsonReader reader = JsonTrace.First("1");
        for (int i = 0; i < 3; i++)
        {
            Assert.IsTrue(reader.Read() == JsonToken.End);
            Assert.IsTrue(reader.Token == JsonToken.End);
        }
    }

    [TestMethod]
    public void Read_ByteOrderMark_IsPassed()
    {
        Assert.AreEqual("#1 .", JsonTrace.Of(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'1' }));
        Assert.AreEqual("!The JSON is broken at byte 3: it ends too early.", JsonTrace.Of(new byte[] { 0xEF, 0xBB, 0xBF }));
        Assert.AreEqual("!The JSON is broken at byte 0: a value is missing.", JsonTrace.Of(new byte[] { 0xEF, 0xBB, (byte)'1' }));
        Assert.AreEqual("!The JSON is broken at byte 3: a value is missing.", JsonTrace.Of(new byte[] { 0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, (byte)'1' }));
    }

    [TestMethod]
    public void Read_TooDeep_Fails()
    {
        Assert.AreEqual(
            "[[[[[[[[!The JSON is broken at byte 8: it is nested too deep.",
            JsonTrace.Of("[[[[[[[[[]]]]]]]]]"));
        Assert.IsTrue(JsonTrace.Of("[{\"a\":[{\"a\":[{\"a\":[{\"a\":{}}]}]}]}]").IndexOf("it is nested too deep") > 0);
    }

    [TestMethod]
    public void Depth_OfEachToken_CountsWhatIsAround()
    {
        JsonReader reader = JsonTrace.First("{\"a\":[1,{}],\"b\":2}");
        int[] depths = { 0, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0 };
        for (int i = 0; i < depths.Length; i++)
        {
            Assert.AreEqual(depths[i], reader.Depth);
            reader.Read();
        }

        Assert.IsTrue(reader.Token == JsonToken.End);
    }

    [TestMethod]
    public void Reset_PartOfABuffer_ReadsOnlyThat()
    {
        byte[] buffer = Encoding.UTF8.GetBytes("xx[1,2]345");
        JsonReader reader = new JsonReader(2);
        reader.Reset(buffer, 2, 5);
        Assert.IsTrue(reader.Read() == JsonToken.ArrayStart);
        Assert.IsTrue(reader.Read() == JsonToken.Number);
        Assert.AreEqual(3, reader.ValueOffset);
        Assert.AreEqual(1, reader.ValueLength);
        Assert.IsTrue(reader.Read() == JsonToken.Number);
        Assert.IsTrue(reader.Read() == JsonToken.ArrayEnd);
        Assert.IsTrue(reader.Read() == JsonToken.End);

        reader.Reset(buffer, 2, 4);
        reader.Read();
        reader.Read();
        reader.Read();
        Assert.AreEqual("The JSON is broken at byte 4: it ends too early.", MessageOfRead(reader));

        reader.Reset(buffer, 7, 2);
        long value;
        Assert.IsTrue(reader.Read() == JsonToken.Number && reader.TryGetInt64(out value) && value == 34);
    }

    [TestMethod]
    public void Reset_RangeOutsideOfTheBuffer_IsRefused()
    {
        int[] table = { -1, 1, 0, 5, 4, 1, 0, -1, 5, 0, int.MaxValue, 1, 1, int.MaxValue };
        JsonReader reader = new JsonReader(2);
        for (int i = 0; i < table.Length; i += 2)
        {
            bool isRefused = false;
            try
            {
                reader.Reset(new byte[4], table[i], table[i + 1]);
            }
            catch (ArgumentOutOfRangeException)
            {
                isRefused = true;
            }

            Assert.IsTrue(isRefused);
        }
    }

    [TestMethod]
    public void Read_BeforeAnyReset_GivesTheEnd()
    {
        Assert.IsTrue(new JsonReader(2).Read() == JsonToken.End);
    }

    [TestMethod]
    public void Skip_OnEachKindOfToken_StopsBehindTheValue()
    {
        string[] values =
        {
            "1", "-1.5e3", "\"x\"", "\"a \\\" ] } \\\\\"", "true", "false", "null", "[]", "{}",
            "[1,[2,{\"b\":[]}],\"]\"]", "{\"b\":{\"c\":[1,2,{}]},\"d\":\"}\\\"}\"}", "[\"a\\\\\",\"b\"]",
            "[\"a text long enough for the native search\",\"\\u0022]\"]",
        };
        for (int i = 0; i < values.Length; i++)
        {
            JsonReader reader = JsonTrace.First("{\"a\":" + values[i] + " , \"z\":7}");
            reader.Read();
            reader.Skip();
            Assert.AreEqual(1, reader.Depth);
            Assert.IsTrue(reader.Read() == JsonToken.Name);
            Assert.AreEqual("z", reader.GetString());
            reader.Skip();
            Assert.IsTrue(reader.Token == JsonToken.Number);
            Assert.IsTrue(reader.Read() == JsonToken.ObjectEnd);
            Assert.IsTrue(reader.Read() == JsonToken.End);
        }
    }

    [TestMethod]
    public void Skip_WholeDocument_ReachesTheEnd()
    {
        JsonReader reader = JsonTrace.First("[{\"a\":[]},2]");
        reader.Skip();
        Assert.IsTrue(reader.Token == JsonToken.ArrayEnd);
        Assert.AreEqual(0, reader.Depth);
        Assert.IsTrue(reader.Read() == JsonToken.End);
    }

    [TestMethod]
    public void Skip_OnAScalarOrAnEnd_DoesNothing()
    {
        JsonReader reader = JsonTrace.First("[1,2]");
        reader.Read();
        reader.Skip();
        long value;
        Assert.IsTrue(reader.TryGetInt64(out value) && value == 1);
        reader.Read();
        reader.Read();
        reader.Skip();
        Assert.IsTrue(reader.Token == JsonToken.ArrayEnd);
        Assert.IsTrue(reader.Read() == JsonToken.End);
    }

    [TestMethod]
    public void Skip_BrokenStructure_Fails()
    {
        string[] table =
        {
            "[", "it ends too early", "[[]", "it ends too early", "[\"a]", "it ends too early", "[\"a\\\"]", "it ends too early",
            "[\"a\\", "it ends too early", "[{]", "the closing bracket does not match the opening one",
            "[}", "the closing bracket does not match the opening one", "{\"a\":[}]", "the closing bracket does not match the opening one",
            new string('[', 2000), "it is nested too deep", "{\"a\":" + new string('[', 2000), "it is nested too deep",
        };
        for (int i = 0; i < table.Length; i += 2)
        {
            JsonReader reader = JsonTrace.First(table[i]);
            string message = "";
            try
            {
                reader.Skip();
            }
            catch (HubException exception)
            {
                message = exception.Message;
            }

            if (message.IndexOf(table[i + 1]) < 0)
            {
                Assert.Fail(table[i] + " gave " + message);
            }
        }
    }

    [TestMethod]
    public void Skip_ScalarsInsideAContainer_AreNotChecked()
    {
        JsonReader reader = JsonTrace.First("[nonsense \"\\x\" 01]");
        reader.Skip();
        Assert.IsTrue(reader.Read() == JsonToken.End);
    }

    private static string MessageOfRead(JsonReader reader)
    {
        try
        {
            reader.Read();
            return "none";
        }
        catch (HubException exception)
        {
            return exception.Message;
        }
    }

    private static void CheckTraces(string[] table)
    {
        for (int i = 0; i < table.Length; i += 2)
        {
            string trace = JsonTrace.Of(table[i]);
            if (trace != table[i + 1])
            {
                Assert.Fail(table[i] + " gave " + trace);
            }
        }
    }
}
