using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Documents read through a window that is smaller than they are.</summary>
[TestClass]
public class JsonStreamTests
{
    private const string Mixed = "\uFEFF { \"a\" : [1, -2.50e1 ,\"t\\u00e4\\\"x\\\\\" ,true,false , null], \"b\" :{\"c\":\"\"} }\n";

    [TestMethod]
    public void Read_AnyWindowAndPiece_GivesTheWholeDocumentsTrace()
    {
        byte[] json = Encoding.UTF8.GetBytes(Mixed);
        string whole = JsonTrace.Of(json);
        Assert.AreEqual("{a:[#1 #-2.50e1 '", whole.Substring(0, 17));
        for (int window = 20; window < 40; window += 3)
        {
            for (int piece = 1; piece < 40; piece += 6)
            {
                Assert.AreEqual(whole, JsonTrace.Streamed(json, window, piece), "window " + window.ToString() + " piece " + piece.ToString());
            }
        }
    }

    [TestMethod]
    public void Read_EveryTruncation_GivesTheWholeDocumentsError()
    {
        byte[] json = Encoding.UTF8.GetBytes(Mixed);
        for (int length = 0; length < json.Length; length++)
        {
            byte[] cut = new byte[length];
            Array.Copy(json, 0, cut, 0, length);
            Assert.AreEqual(JsonTrace.Of(cut), JsonTrace.Streamed(cut, 24, 5), "cut at " + length.ToString());
        }
    }

    [TestMethod]
    public void Read_TokenLongerThanTheWindow_IsAClearError()
    {
        string[] documents = { "[\"0123456789012345\"]", "[1234567890123456]", "{\"0123456789012345\":1}", "{\"n\"                 :1}" };
        for (int i = 0; i < documents.Length; i++)
        {
            string trace = JsonTrace.Streamed(Encoding.UTF8.GetBytes(documents[i]), 16, 7);
            Assert.AreEqual("!The JSON is broken at byte 1: a name, text or number is longer than the 16 bytes that are read at a time.", trace.Substring(1));
        }
    }

    [TestMethod]
    public void Read_AfterAnError_GivesTheSameError()
    {
        JsonReader reader = new JsonReader(4);
        reader.Reset(new PieceSource(Encoding.UTF8.GetBytes("[\"01234567890123456789\"]"), 3), new byte[8]);
        Assert.AreEqual(JsonToken.ArrayStart, reader.Read());
        Assert.AreEqual(ErrorOf(reader), ErrorOf(reader));
        Assert.AreEqual(JsonToken.None, reader.Token);
    }

    [TestMethod]
    public void Skip_WhatIsLargerThanTheWindow_PassesIt()
    {
        string large = "{\"t\":\"" + new string('x', 50) + "\\\\\\\"]}" + new string('y', 50) + "\",\"n\":[" + new string('7', 60) + "],\"s\":\"\\\\\"}";
        byte[] json = Encoding.UTF8.GetBytes("{\"skip\":" + large + ",\"keep\":5}");
        for (int window = 12; window < 30; window++)
        {
            for (int piece = 1; piece < 30; piece++)
            {
                JsonReader reader = new JsonReader(4);
                reader.Reset(new PieceSource(json, piece), new byte[window]);
                reader.Read();
                reader.Read();
                reader.Skip();
                Assert.AreEqual(JsonToken.ObjectEnd, reader.Token);
                Assert.AreEqual(JsonToken.Name, reader.Read());
                Assert.AreEqual("keep", reader.GetString());
                Assert.AreEqual(JsonToken.Number, reader.Read());
                Assert.AreEqual(JsonToken.ObjectEnd, reader.Read());
                Assert.AreEqual(JsonToken.End, reader.Read());
            }
        }
    }

    [TestMethod]
    public void Reset_BeginningInTheWindow_GoesOnBehindIt()
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"first\":1,\"second\":[true,\"text\"]}");
        for (int there = 0; there <= 12; there++)
        {
            byte[] window = new byte[20];
            Array.Copy(json, 0, window, 8, there);
            byte[] rest = new byte[json.Length - there];
            Array.Copy(json, there, rest, 0, rest.Length);
            JsonReader reader = new JsonReader(4);
            reader.Reset(new PieceSource(rest, 4), window, 8, there);
            Assert.AreEqual(JsonTrace.Of(json), JsonTrace.Rest(reader, window));
        }
    }

    [TestMethod]
    public void Reset_WholeDocumentAfterAStream_ReadsItAlone()
    {
        byte[] json = Encoding.UTF8.GetBytes("[1,2]");
        JsonReader reader = new JsonReader(4);
        reader.Reset(new PieceSource(Encoding.UTF8.GetBytes("[\"a\",\"b\"]"), 2), new byte[16]);
        reader.Read();
        reader.Reset(json, 0, 4);
        Assert.AreEqual("[#1 #2 !The JSON is broken at byte 4: it ends too early.", JsonTrace.Rest(reader, json));
    }

    private static string ErrorOf(JsonReader reader)
    {
        try
        {
            reader.Read();
            return "none";
        }
        catch (HubException error)
        {
            return error.Message;
        }
    }
}
