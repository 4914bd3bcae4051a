using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Json;

[TestClass]
public class JsonHostileTests
{
    private const int Seed = 20260;

    private readonly JsonDrain _drain = new JsonDrain();

    [TestMethod]
    public void Read_EveryTruncation_FailsUntilTheDocumentIsWhole()
    {
        foreach (byte[] json in JsonSamples.Messages.Select(JsonSamples.Utf8))
        {
            CheckTruncations(json, 1);
        }

        CheckTruncations(JsonSamples.Report("bambu-p1"), 1);
        CheckTruncations(JsonSamples.Report("bambu-x1"), 53);
        CheckTruncations(JsonSamples.Report("bambu-h2"), 61);
    }

    [TestMethod]
    [DataRow("[", 64, 1064)]
    [DataRow("{\"a\":", 320, 5320)]
    [DataRow("[{\"a\":", 192, 3192)]
    public void Read_DeepNesting_FailsAtTheLimit(string opening, int position, int skippedPosition)
    {
        byte[] json = JsonSamples.Utf8(Repeat(opening, 100_000));
        Assert.AreEqual($"The JSON is broken at byte {position}: it is nested too deep.", _drain.Run(json, 0));
        Assert.AreEqual($"The JSON is broken at byte {skippedPosition}: it is nested too deep.", _drain.Run(json, 1), "what is skipped may lie deeper");
    }

    [TestMethod]
    [DataRow("[", "]", 16, true)]
    [DataRow("{\"a\":", "}", 17, true)]
    [DataRow("[{\"]\":", "}]", 400, true)]
    [DataRow("[", "]", 2000, false)]
    [DataRow("{\"a\":", "}", 2000, false)]
    public void Skip_DeeperThanTheLimit_PassesOverIt(string opening, string closing, int times, bool isAccepted)
    {
        byte[] json = JsonSamples.Utf8("{\"deep\":" + Repeat(opening, times) + "7" + Repeat(closing, times) + ",\"next\":1,\"shallow\":[[2]]}");
        foreach (int limit in new[] { 1, 2, 16 })
        {
            JsonReader reader = new JsonReader(limit);
            JsonReader streamed = new JsonReader(limit);
            reader.Reset(json, 0, json.Length);
            streamed.Reset(new PieceSource(json), new byte[32]);
            if (isAccepted)
            {
                CheckSkipped(reader);
                CheckSkipped(streamed);
            }
            else
            {
                StringAssert.Contains(Assert.ThrowsExactly<HubException>(() => CheckSkipped(reader)).Message, "nested too deep");
                StringAssert.Contains(Assert.ThrowsExactly<HubException>(() => CheckSkipped(streamed)).Message, "nested too deep");
                reader.Reset(json, json.Length - 6, 5);
                Assert.AreEqual(JsonToken.ArrayStart, reader.Read());
                Assert.AreEqual(limit == 1, limit == 1 && Assert.ThrowsExactly<HubException>(() => reader.Read()).Code == ErrorCode.BadJson, "the limit of what is read stays");
            }
        }
    }

    private static void CheckSkipped(JsonReader reader)
    {
        Assert.AreEqual(JsonToken.ObjectStart, reader.Read());
        Assert.AreEqual(JsonToken.Name, reader.Read());
        reader.Skip();
        Assert.AreEqual(JsonToken.Name, reader.Read());
        Assert.AreEqual("next", reader.GetString());
        Assert.AreEqual(JsonToken.Number, reader.Read());
        Assert.AreEqual(JsonToken.Name, reader.Read());
        reader.Skip();
        Assert.AreEqual(JsonToken.ObjectEnd, reader.Read());
        Assert.AreEqual(JsonToken.End, reader.Read());
    }

    private sealed class PieceSource(byte[] json) : IJsonSource
    {
        private int _position;

        public int Read(byte[] buffer, int offset, int count)
        {
            int read = Math.Min(Math.Min(count, 7), json.Length - _position);
            Array.Copy(json, _position, buffer, offset, read);
            _position += read;
            return read;
        }
    }

    [TestMethod]
    [DataRow("\"", "\\\"", "\"")]
    [DataRow("\"", "\\u00e4", "\"")]
    [DataRow("\"", "\u00e4", "\"")]
    [DataRow("[\"", "\",\"", "\"]")]
    [DataRow("[\"", "\\\\\",\"", "\"]")]
    [DataRow("[1", ",1", "]")]
    [DataRow("", " \n", "1")]
    [DataRow("", "7", "")]
    [DataRow("0.", "0", "1")]
    [DataRow("1.", "70", "1")]
    [DataRow("1e-", "9", "")]
    public void Read_HugeDocument_TakesLinearTime(string start, string middle, string end)
    {
        byte[] json = JsonSamples.Utf8(start + Repeat(middle, 300_000) + end);
        byte[] inArray = JsonSamples.Utf8("[" + start + Repeat(middle, 300_000) + end + "]");
        FairWatch watch = FairWatch.StartNew();
        Assert.IsNull(_drain.Run(json, 0));
        Assert.IsNull(_drain.Run(inArray, 1));

        // A quadratic reader would need minutes.
        Assert.IsLessThan(20_000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void TryGet_HugeNumbers_AreRefused()
    {
        string[] texts = [Repeat("9", 100_000), "-" + Repeat("9", 100_000), "1e" + Repeat("9", 100_000), "1e400", "-1e400", "1" + Repeat("0", 400)];
        foreach (string text in texts)
        {
            byte[] json = JsonSamples.Utf8(text);
            JsonReader reader = new JsonReader(1);
            reader.Reset(json, 0, json.Length);
            Assert.AreEqual(JsonToken.Number, reader.Read());
            Assert.IsFalse(reader.TryGetInt64(out _));
            Assert.IsFalse(reader.TryGetDouble(out _));
            Assert.AreEqual(JsonToken.End, reader.Read());
        }
    }

    [TestMethod]
    public void Read_RandomBytes_NeverFailsOtherwise()
    {
        byte[] alphabet = JsonSamples.Utf8("{}[]\",:\\u01-.eE tfn\n\0\u00e4");
        Random random = new Random(Seed);
        int whole = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] json = new byte[random.Next(1, 40)];
            for (int k = 0; k < json.Length; k++)
            {
                json[k] = i % 2 == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            whole += RunSafely(json, i) == null ? 1 : 0;
        }

        Assert.IsGreaterThan(0, whole, "Not one random document was whole: the alphabet is useless.");
    }

    [TestMethod]
    public void Read_MutatedReports_NeverFailsOtherwise()
    {
        Random random = new Random(Seed);
        byte[][] samples = [.. JsonSamples.Messages.Select(JsonSamples.Utf8), JsonSamples.Report("bambu-p1"), JsonSamples.Report("bambu-h2")];
        for (int i = 0; i < 6_000; i++)
        {
            byte[] json = JsonMutation.Apply(samples[i % samples.Length], random, random.Next(256));
            RunSafely(json, i);
        }
    }

    private string? RunSafely(byte[] json, int round)
    {
        try
        {
            return _drain.Run(json, round % 5);
        }
        catch (Exception exception)
        {
            Assert.Fail($"Seed {Seed}, round {round}, document {Convert.ToHexString(json)}: {exception}");
            throw;
        }
    }

    private void CheckTruncations(byte[] json, int step)
    {
        int whole = Encoding.UTF8.GetString(json).TrimEnd().Length == json.Length ? json.Length : Array.LastIndexOf(json, (byte)'}') + 1;
        for (int length = 0; length <= json.Length; length += step)
        {
            for (int skipEvery = 0; skipEvery < 2; skipEvery++)
            {
                string? error = _drain.Run(json, 0, length, skipEvery);
                Assert.AreEqual(length < whole, error != null, $"{length} of {json.Length} bytes: {error}");
            }
        }

        Assert.IsNull(_drain.Run(json, 0));
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
