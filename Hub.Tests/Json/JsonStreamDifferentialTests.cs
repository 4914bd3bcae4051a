using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Json;

/// <summary>The reader through a window against the reader on the whole document: the same tokens, values and errors.</summary>
[TestClass]
public class JsonStreamDifferentialTests
{
    private const int Seed = 33_000;
    private const string TooLong = "read at a time";

    private static readonly int[] s_pieces = [1, 2, 3, 7, 61, 1000, int.MaxValue];

    private readonly JsonReader _reader = new JsonReader(64);

    [TestMethod]
    public void Read_SamplesInManyWindowsAndPieces_GiveTheWholeDocumentsTrace()
    {
        foreach (byte[] json in Samples())
        {
            foreach (int skipEvery in new[] { 0, 1, 2, 5 })
            {
                string whole = Whole(json, skipEvery);
                foreach (int window in new[] { 96, 97, 100, 127, 256, 1000, 4096, 16 * 1024 })
                {
                    foreach (int piece in s_pieces)
                    {
                        Assert.AreEqual(whole, Streamed(json, window, piece, skipEvery), $"window {window}, piece {piece}, skip {skipEvery}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Read_DocumentOf100Kilobytes_ThroughA16KibibyteWindow()
    {
        byte[] report = JsonSamples.Report("bambu-h2");
        byte[] json = JsonSamples.Utf8("[" + string.Join(",\n", Enumerable.Repeat(Encoding.UTF8.GetString(report).TrimEnd(), 1 + (100_000 / report.Length))) + "]");
        Assert.IsGreaterThan(100_000, json.Length);
        for (int skipEvery = 0; skipEvery < 40; skipEvery += 13)
        {
            string whole = Whole(json, skipEvery);
            foreach (int piece in new[] { 1460, 16 * 1024, 17 })
            {
                Assert.AreEqual(whole, Streamed(json, 16 * 1024, piece, skipEvery), $"piece {piece}, skip {skipEvery}");
            }
        }
    }

    [TestMethod]
    public void Read_EveryTruncation_GivesTheWholeDocumentsTrace()
    {
        foreach (byte[] json in JsonSamples.Messages.Select(JsonSamples.Utf8))
        {
            for (int length = 0; length < json.Length; length++)
            {
                byte[] cut = json[..length];
                for (int skipEvery = 0; skipEvery < 3; skipEvery++)
                {
                    Assert.AreEqual(Whole(cut, skipEvery), Streamed(cut, 40, 1 + (length % 9), skipEvery), $"cut at {length}, skip {skipEvery}");
                }
            }
        }

        byte[] report = JsonSamples.Report("bambu-p1");
        for (int length = 0; length < report.Length; length += 7)
        {
            byte[] cut = report[..length];
            Assert.AreEqual(Whole(cut, 0), Streamed(cut, 128, 50, 0), $"cut at {length}");
        }
    }

    [TestMethod]
    public void Read_GeneratedAndMutatedDocuments_AgreeOrAreTooLong()
    {
        Random random = new Random(Seed);
        int tooLong = 0;
        const int Rounds = 8_000;
        for (int i = 0; i < Rounds; i++)
        {
            byte[] json = JsonSamples.Utf8(i % 2 == 0 ? new JsonGenerator(random).Document() : JsonSamples.Messages[i / 2 % JsonSamples.Messages.Length]);
            json = i % 4 == 0 ? json : JsonMutation.Apply(json, random, random.Next(256));
            tooLong += Compare(json, random, i);
        }

        Assert.IsInRange(Rounds / 100, Rounds / 2, tooLong);
    }

    [TestMethod]
    public void Read_RandomBytes_AgreeOrAreTooLong()
    {
        byte[] alphabet = JsonSamples.Utf8("{}[]\",:\\u01-.eE tfn\n\0\u00e4");
        Random random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = new byte[random.Next(1, 60)];
            for (int k = 0; k < json.Length; k++)
            {
                json[k] = i % 2 == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            Compare(json, random, i);
        }
    }

    [TestMethod]
    [DataRow("\"", "\\\"", "\"")]
    [DataRow("{\"a\":[", "\"b\\\\\",", "1]}")]
    [DataRow("[1", ",1", "]")]
    [DataRow("", " \n", "1")]
    public void Read_HugeDocumentByteByByte_TakesLinearTime(string start, string middle, string end)
    {
        byte[] json = JsonSamples.Utf8("[" + start + string.Concat(Enumerable.Repeat(middle, 100_000)) + end + "]");
        FairWatch watch = FairWatch.StartNew();
        _reader.Reset(new PieceSource(json, 1), new byte[4096]);
        Assert.AreEqual(JsonToken.ArrayStart, _reader.Read());
        _reader.Skip();
        Assert.AreEqual(JsonToken.ArrayEnd, _reader.Token);
        Assert.AreEqual(JsonToken.End, _reader.Read());
        Assert.IsLessThan(10_000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public void Read_SourceThatFails_ShowsItsError()
    {
        _reader.Reset(new FailingSource(), new byte[64]);
        Assert.AreEqual(JsonToken.ArrayStart, _reader.Read());
        HubException error = Assert.ThrowsExactly<HubException>(() => _reader.Read());
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code);
    }

    [TestMethod]
    public void Read_StreamAfterWarmUp_AllocatesNothing()
    {
        byte[] report = JsonSamples.Report("bambu-x1");
        PieceSource source = new PieceSource(report, 1460);
        byte[] window = new byte[1024];
        long tokens = Drain(source, window);
        long allocated = Allocated.By(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                tokens += Drain(source, window);
            }
        });
        Assert.AreEqual(0, allocated);
        Assert.IsGreaterThan(10_000, tokens);
    }

    private long Drain(PieceSource source, byte[] window)
    {
        long tokens = 0;
        source.Rewind();
        _reader.Reset(source, window);
        while (_reader.Read() != JsonToken.End)
        {
            tokens++;
        }

        return tokens;
    }

    private static IEnumerable<byte[]> Samples() =>
        JsonSamples.ReportNames.Select(JsonSamples.Report).Concat(JsonSamples.Messages.Select(JsonSamples.Utf8));

    /// <summary>1 when the window was too small for a token, else 0.</summary>
    private int Compare(byte[] json, Random random, int round)
    {
        int window = random.Next(1, 80);
        int piece = s_pieces[random.Next(s_pieces.Length)];
        int skipEvery = random.Next(4);
        string streamed = Streamed(json, window, piece, skipEvery);
        if (streamed.Contains(TooLong, StringComparison.Ordinal))
        {
            return 1;
        }

        Assert.AreEqual(Whole(json, skipEvery), streamed, $"seed {Seed}, round {round}, window {window}, piece {piece}, skip {skipEvery}: {Convert.ToHexString(json)}");
        return 0;
    }

    private string Whole(byte[] json, int skipEvery)
    {
        _reader.Reset(json, 0, json.Length);
        return Trace(skipEvery);
    }

    private string Streamed(byte[] json, int windowSize, int pieceSize, int skipEvery)
    {
        try
        {
            _reader.Reset(new PieceSource(json, pieceSize), new byte[windowSize]);
        }
        catch (HubException error)
        {
            return error.Message;
        }

        return Trace(skipEvery);
    }

    private string Trace(int skipEvery)
    {
        StringBuilder trace = new StringBuilder();
        try
        {
            int tokens = 0;
            while (_reader.Read() != JsonToken.End)
            {
                trace.Append(_reader.Depth).Append(_reader.Token).Append(Value()).Append('\n');
                tokens++;
                if (skipEvery > 0 && tokens % (skipEvery * 3) == 0)
                {
                    _reader.Skip();
                    trace.Append("to ").Append(_reader.Depth).Append(_reader.Token);
                }
            }
        }
        catch (HubException error)
        {
            trace.Append(error.Code).Append(' ').Append(error.Message);
        }

        return trace.ToString();
    }

    private string Value()
    {
        if (_reader.Token is JsonToken.Name or JsonToken.String)
        {
            return _reader.GetString();
        }

        return _reader.TryGetDouble(out double number) ? number.ToString("R") : "";
    }

    private sealed class FailingSource : IJsonSource
    {
        private bool _hasBegun;

        public int Read(byte[] target, int offset, int count)
        {
            if (_hasBegun)
            {
                throw new HubException(ErrorCode.ConnectionLost, "the source broke");
            }

            _hasBegun = true;
            "[\"t"u8.CopyTo(target.AsSpan(offset));
            return 3;
        }
    }
}
