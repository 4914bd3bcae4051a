using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Control;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

[TestClass]
public sealed class ControlFramesTests
{
    private static MemoryStream Stream(params byte[] bytes) => new(bytes);

    [TestMethod]
    [DataRow("")]
    [DataRow("Größe 😀\r\n\0")]
    public async Task Read_WhatWasEncoded_IsTheSame(string text)
    {
        byte[] frame = ControlFrames.Encode(FrameKind.Out, text);

        Assert.AreEqual((FrameKind.Out, text), ControlFrames.Read(Stream(frame)));
        Assert.AreEqual((FrameKind.Out, text), await ControlFrames.ReadAsync(Stream(frame), CancellationToken.None));
        Assert.AreEqual(ControlFrames.HeaderBytes + Encoding.UTF8.GetByteCount(text), frame.Length);
    }

    [TestMethod]
    public void Encode_HalfACharacterPair_IsReplaced() =>
        Assert.AreEqual("a\uFFFD", ControlFrames.Read(Stream(ControlFrames.Encode(FrameKind.Out, "a\uD83D"))).Text);

    [TestMethod]
    public void Encode_LongestAndLonger_FitsAndDoesNot()
    {
        Assert.HasCount(ControlFrames.HeaderBytes + ControlFrames.MaxTextBytes, ControlFrames.Encode(FrameKind.Request, new string('x', ControlFrames.MaxTextBytes)));
        Assert.ThrowsExactly<InvalidDataException>(() => ControlFrames.Encode(FrameKind.Request, new string('x', ControlFrames.MaxTextBytes + 1)));
    }

    [TestMethod]
    public void Read_CutAnywhere_IsAnEnd()
    {
        byte[] frame = ControlFrames.Encode(FrameKind.Error, "abc");
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.ThrowsExactly<EndOfStreamException>(() => ControlFrames.Read(Stream(frame[..length])), length.ToString());
        }
    }

    [TestMethod]
    [DataRow(new byte[] { 0, 0, 0, 0, 0 })]
    [DataRow(new byte[] { 5, 0, 0, 0, 0 })]
    [DataRow(new byte[] { 255, 0, 0, 0, 0 })]
    [DataRow(new byte[] { 1, 0x80, 0, 0, 0 })]
    [DataRow(new byte[] { 1, 0x7F, 0xFF, 0xFF, 0xFF })]
    [DataRow(new byte[] { 1, 0, 4, 0, 1 })]
    public void Read_UnknownKindOrLength_IsRefusedBeforeAnythingIsRead(byte[] header) =>
        Assert.ThrowsExactly<InvalidDataException>(() => ControlFrames.Read(Stream(header)));

    [TestMethod]
    public void Read_RandomBytes_OnlyEndsInItsOwnErrors()
    {
        const int Seed = 5;
        Random random = new(Seed);
        byte[] bytes = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(24);
            bytes[1] = 0;
            bytes[2] = (byte)random.Next(2);
            try
            {
                (FrameKind kind, string text) = ControlFrames.Read(Stream(bytes));
                Assert.IsTrue(Enum.IsDefined(kind) && text.Length <= bytes.Length, $"seed {Seed}, round {round}");
            }
            catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
            {
                // As it should be.
            }
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"version":2}""")]
    [DataRow("""{"version":"2","request":null}""")]
    [DataRow("""{"version":2,"request":null}""")]
    [DataRow("""{"version":2,"request":{"Arguments":[null],"WorkingFolder":"/","Terminal":null}}""")]
    [DataRow("""{"version":2,"request":{"Arguments":null,"WorkingFolder":"/","Terminal":{"IsTerminal":true,"CanAsk":true,"ErrorSharesTerminal":true,"Columns":80,"Lines":24,"Ansi":true,"Unicode":true,"Colors":0}}}""")]
    [DataRow("""{"version":2,"request":{"Arguments":[],"WorkingFolder":null,"Terminal":{"IsTerminal":true,"CanAsk":true,"ErrorSharesTerminal":true,"Columns":80,"Lines":24,"Ansi":true,"Unicode":true,"Colors":0}}}""")]
    [DataRow("""{"version":2,"request":{"Arguments":["status"],"WorkingFolder":"/","Terminal":{"IsTerminal":true,"CanAsk":true,"ErrorSharesTerminal":true,"Columns":0,"Lines":24,"Ansi":true,"Unicode":true,"Colors":0}}}""")]
    [DataRow("""{"version":2,"request":{"Arguments":["status"],"WorkingFolder":"/","Terminal":{"IsTerminal":true,"CanAsk":true,"ErrorSharesTerminal":true,"Columns":80,"Lines":24,"Ansi":true,"Unicode":true,"Colors":77}}}""")]
    public void Parse_BadRequest_IsRefusedInOneLine(string json)
    {
        InvalidDataException e = Assert.ThrowsExactly<InvalidDataException>(() => ControlRequest.Parse(json));

        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
    }

    [TestMethod]
    public void Parse_OtherVersion_SaysSo() =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ControlRequest.Parse("""{"version":1}""")).Message, "another version");
}
