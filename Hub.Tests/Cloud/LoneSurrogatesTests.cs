using System.Text;
using Hub.Simulator.Cloud.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>Halves of UTF-16 pairs in JSON.</summary>
[TestClass]
public sealed class LoneSurrogatesTests
{
    [TestMethod]
    [DataRow(@"{""a"":""x""}", @"{""a"":""x""}")]
    [DataRow(@"{""a"":""\ud83d\ude00 \u00e4 \n\\""}", @"{""a"":""\ud83d\ude00 \u00e4 \n\\""}")]
    [DataRow(@"{""a"":""\ud83d""}", @"{""a"":""\ufffd""}")]
    [DataRow(@"{""a"":""\uDE00x\uD83Dx""}", @"{""a"":""\ufffdx\ufffdx""}")]
    [DataRow(@"{""a"":""\ud83d\ud83d\ude00""}", @"{""a"":""\ufffd\ud83d\ude00""}")]
    [DataRow(@"{""a"":""\ud83d\u0041""}", @"{""a"":""\ufffd\u0041""}")]
    [DataRow(@"{""a"":""\\ud83d""}", @"{""a"":""\\ud83d""}")]
    [DataRow(@"{""a"":""\ud8", @"{""a"":""\ud8")]
    [DataRow(@"\", @"\")]
    [DataRow(@"\ud83d", @"\ufffd")]
    [DataRow(@"\ud83d\", @"\ufffd\")]
    [DataRow("", "")]
    public void Replace_OnlyHalves(string before, string after)
    {
        byte[] json = Encoding.ASCII.GetBytes(before);
        LoneSurrogates.Replace(json);
        Assert.AreEqual(after, Encoding.ASCII.GetString(json));
    }
}
