using System;
using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

[TestClass]
public sealed class JsonDocumentsTests
{
    private readonly SystemTextJsonDocuments _documents = new();

    [TestMethod]
    public void Parse_EveryKind_GivesTheTree()
    {
        var tree = (Hashtable)Parse("""{"s":"ü\n","t":true,"f":false,"n":null,"i":-9223372036854775808,"d":1.5,"a":[1,[],{}]}""")!;
        Assert.AreEqual("ü\n", tree["s"]);
        Assert.IsTrue((bool)tree["t"]!);
        Assert.IsFalse((bool)tree["f"]!);
        Assert.IsTrue(tree.ContainsKey("n"));
        Assert.IsNull(tree["n"]);
        Assert.AreEqual(long.MinValue, tree["i"]);
        Assert.AreEqual(1.5, tree["d"]);
        var array = (ArrayList)tree["a"]!;
        Assert.AreEqual(1L, array[0]);
        Assert.IsInstanceOfType<ArrayList>(array[1]);
        Assert.IsInstanceOfType<Hashtable>(array[2]);
    }

    [TestMethod]
    public void Parse_ByteOrderMark_IsSkipped() => Assert.AreEqual(1L, Parse("\uFEFF1"));

    [TestMethod]
    public void Parse_WholeNumberBeyondLong_IsADouble() => Assert.AreEqual(1e19, Parse("10000000000000000000"));

    [TestMethod]
    [DataRow("", "line 1, column 1")]
    [DataRow("{\n  \"a\": tru\n}", "line 2, column 11")]
    [DataRow("[1,]", "line 1, column 4")]
    [DataRow("[1] 2", "line 1, column 5")]
    [DataRow("{\"a\":1", "line 1")]
    [DataRow("[1 // one\n]", "line 1, column 4")]
    [DataRow("[\n \"\\ud800\"]", "line 2, column 2")]
    [DataRow("{\n\"a\":1,\n \"a\":2}", "line 3, column 2")]
    [DataRow("[1,\n1e400]", "line 2, column 1")]
    [DataRow("'a'", "line 1, column 1")]
    public void Parse_Broken_NamesThePlace(string text, string place)
    {
        HubException error = Assert.ThrowsExactly<HubException>(() => Parse(text));
        Assert.AreEqual(ErrorCode.BadJson, error.Code);
        StringAssert.Contains(error.Message, place);
        Assert.DoesNotContain("\n", error.Message);
    }

    [TestMethod]
    [DataRow("{\"password\": trapdoor}")]
    [DataRow("{\"password\": \"a\\trapdoor\", \"b\": nottrapdoor's is }")]
    [DataRow("{\"password\": trapdoor\n}")]
    public void Parse_UnquotedSecret_DoesNotRepeatIt(string text) =>
        Assert.DoesNotContain("trapdoor", Assert.ThrowsExactly<HubException>(() => Parse(text)).Message);

    [TestMethod]
    public void Parse_KeyTwice_NamesTheKey() =>
        StringAssert.Contains(Assert.ThrowsExactly<HubException>(() => Parse("""{"api_key":1,"api_key":2}""")).Message, "'api_key'");

    [TestMethod]
    public void Parse_BrokenUtf8_IsRefused() =>
        Assert.AreEqual(ErrorCode.BadJson, Assert.ThrowsExactly<HubException>(() => _documents.Parse([(byte)'"', 0xFF, (byte)'"'])).Code);

    [TestMethod]
    public void Parse_Depth_ThirtyTwoIsTheLimit()
    {
        Assert.IsNotNull(Parse(new string('[', 32) + new string(']', 32)));
        HubException error = Assert.ThrowsExactly<HubException>(() => Parse(new string('[', 33) + new string(']', 33)));
        Assert.AreEqual(ErrorCode.BadJson, error.Code);
    }

    [TestMethod]
    public void Parse_Size_OneMebibyteIsTheLimit()
    {
        byte[] document = new byte[1024 * 1024];
        Array.Fill(document, (byte)' ');
        document[0] = (byte)'1';
        Assert.AreEqual(1L, _documents.Parse(document));
        HubException error = Assert.ThrowsExactly<HubException>(() => _documents.Parse([.. document, (byte)' ']));
        Assert.AreEqual(ErrorCode.TooLarge, error.Code);
    }

    [TestMethod]
    public void Write_Tree_IsIndentedOrderedAndUnescaped()
    {
        var tree = new Hashtable
        {
            ["b"] = new ArrayList { 1, 2L, 1.0, 0.1, 1e300 },
            ["B"] = "ä <'+&> \" \\ \n 🖨",
            ["a"] = null,
            ["c"] = new Hashtable { ["x"] = true },
        };
        const string Expected = """
            {
              "B": "ä <'+&> \" \\ \n 🖨",
              "a": null,
              "b": [
                1,
                2,
                1.0,
                0.1,
                1E+300
              ],
              "c": {
                "x": true
              }
            }
            """;
        Assert.AreEqual(Expected.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(_documents.Write(tree)));
    }

    [TestMethod]
    public void Write_ParsedAgain_GivesTheSameBytes()
    {
        byte[] first = _documents.Write(Parse("""{"unknown":{"z":[1.0,-0.0,1e22,123456789012345678,"\u0000\u2028"],"y":{}}}"""));
        CollectionAssert.AreEqual(first, _documents.Write(_documents.Parse(first)));
    }

    [TestMethod]
    public void Write_WhatJsonCannotHold_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _documents.Write(double.NaN));
        Assert.ThrowsExactly<ArgumentException>(() => _documents.Write(new object()));
        Assert.Throws<ArgumentException>(() => _documents.Write("half a pair: \ud800"));
        var loop = new ArrayList();
        loop.Add(loop);
        Assert.ThrowsExactly<ArgumentException>(() => _documents.Write(loop));
    }

    private object? Parse(string text) => _documents.Parse(Encoding.UTF8.GetBytes(text));
}
