using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>JSON as trees.</summary>
[TestClass]
public class JsonTreeTests
{
    [TestMethod]
    public void Tree_ReadAndWritten_IsTheSame()
    {
        AssertSame("{\"a\":[1,-2,0.5,true,false,null,\"x\\n\"],\"b\":{\"c\":{}},\"d\":[]}");
        AssertSame("[[],{}]");
        AssertSame("\"text\"");
        AssertSame("null");
    }

    [TestMethod]
    public void Write_SortsTheNames_AndReadTakesTheLastOfTwo()
    {
        Assert.AreEqual("{\"a\":3,\"b\":1}", Written(Read("{\"b\":1,\"a\":2,\"a\":3}")));
    }

    [TestMethod]
    public void Read_KindsOfValues()
    {
        Hashtable table = (Hashtable)Read("{\"whole\":7,\"real\":7.5,\"flag\":true,\"text\":\"t\",\"list\":[1],\"nothing\":null}")!;
        Assert.AreEqual(7L, (long)table["whole"]!);
        Assert.IsTrue(table["real"] is double);
        Assert.IsTrue(table["flag"] is bool);
        Assert.AreEqual("t", (string)table["text"]!);
        Assert.AreEqual(1, ((ArrayList)table["list"]!).Count);
        Assert.IsTrue(table.Contains("nothing") && table["nothing"] == null);
    }

    [TestMethod]
    public void Read_BrokenOrTooDeep_Fails()
    {
        AssertBroken("{\"a\":");
        AssertBroken("{\"a\":[[[[[[[[[1]]]]]]]]]}");
        AssertBroken("[1,}");
    }

    private static void AssertSame(string json) => Assert.AreEqual(json, Written(Read(json)));

    private static void AssertBroken(string json)
    {
        int code = 0;
        try
        {
            Read(json);
        }
        catch (HubException e)
        {
            code = (int)e.Code;
        }

        Assert.AreEqual((int)ErrorCode.BadJson, code, json);
    }

    private static object? Read(string json)
    {
        JsonReader reader = new JsonReader(8);
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        reader.Reset(utf8, 0, utf8.Length);
        reader.Read();
        return JsonTree.Read(reader);
    }

    private static string Written(object? tree)
    {
        JsonWriter writer = new JsonWriter(64, 1024);
        JsonTree.Write(writer, tree);
        return writer.ToString();
    }
}
