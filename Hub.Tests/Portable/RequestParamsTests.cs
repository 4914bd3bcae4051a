using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Requests;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Parameters of requests, as they come from JSON.</summary>
[TestClass]
public class RequestParamsTests
{
    private const string Sample = "{\"text\":\"t\",\"empty\":\"\",\"whole\":7,\"real\":7.5,\"flag\":false,\"list\":[\"a\",\"b\"],\"mixed\":[\"a\",1],\"nothing\":null}";

    private delegate void Call();

    [TestMethod]
    public void Values_OfTheRightKind_AreReturned()
    {
        RequestParams values = Read();
        Assert.AreEqual("t", values.Text("text"));
        Assert.IsNull(values.OptionalText("empty"));
        Assert.IsNull(values.OptionalText("missing"));
        Assert.AreEqual(7L, values.Whole("whole", 0, 9, 1));
        Assert.AreEqual(1L, values.Whole("missing", 0, 9, 1));
        Assert.AreEqual(1L, values.Whole("nothing", 0, 9, 1));
        Assert.IsFalse(values.Flag("flag"));
        string[] texts = values.Texts("list");
        Assert.AreEqual(2, texts.Length);
        Assert.AreEqual("b", texts[1]);
    }

    [TestMethod]
    public void Values_OfAnotherKind_AreNamed()
    {
        AssertWrong("missing is missing", () => Read().Text("missing"));
        AssertWrong("whole must be text", () => Read().Text("whole"));
        AssertWrong("whole must be a whole number, 8 to 9", () => Read().Whole("whole", 8, 9, 8));
        AssertWrong("real must be a whole number, 0 to 9", () => Read().Whole("real", 0, 9, 0));
        AssertWrong("text must be a whole number, 0 to 9", () => Read().Whole("text", 0, 9, 0));
        AssertWrong("whole must be true or false", () => Read().Flag("whole"));
        AssertWrong("missing is missing", () => Read().Flag("missing"));
        AssertWrong("text must be a list of texts", () => Read().Texts("text"));
        AssertWrong("mixed must be a list of texts", () => Read().Texts("mixed"));
    }

    private static RequestParams Read()
    {
        byte[] json = Encoding.UTF8.GetBytes(Sample);
        JsonReader reader = new JsonReader(8);
        reader.Reset(json, 0, json.Length);
        reader.Read();
        return new RequestParams((Hashtable)JsonTree.Read(reader)!);
    }

    private static void AssertWrong(string expected, Call call)
    {
        string? message = null;
        try
        {
            call();
        }
        catch (HubException e)
        {
            message = e.Message;
        }

        Assert.AreEqual(expected, message);
    }
}
