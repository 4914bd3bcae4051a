using System.Threading;
using Hub.Core.Http;
using Hub.Core.WebSockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A connection that brings files: much is read at once, and a message of a file is not copied.</summary>
[TestClass]
public class WebSocketFilesTests
{
    private const int LargeBytes = 128 * 1024;
    private const string Opened = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private readonly WebSocketCodec _codec = new WebSocketCodec("h:80", 1000) { KeepsBinaryInPlace = true };

    [TestMethod]
    public void Codec_WholeBinaryMessage_StaysInTheInput()
    {
        byte[] input = WebSocketBytes.Join(WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(130)), WebSocketBytes.Frame(0x82, "end"));
        Assert.AreEqual((int)WebSocketEvent.Message, (int)_codec.Next(input, 0, input.Length));
        Assert.IsTrue(_codec.IsInPlace && ReferenceEquals(input, _codec.Message));
        Assert.AreEqual(4, _codec.MessageOffset);
        Assert.AreEqual(130, _codec.MessageLength);
        int begin = _codec.Consumed;
        Assert.AreEqual((int)WebSocketEvent.Message, (int)_codec.Next(input, begin, input.Length - begin));
        Assert.AreEqual(begin + 2, _codec.MessageOffset);
        Assert.AreEqual(3, _codec.MessageLength);
    }

    [TestMethod]
    public void Codec_BinaryMessageInPieces_IsJoined()
    {
        byte[] pattern = WebSocketBytes.Pattern(130);
        byte[] input = WebSocketBytes.Frame(0x82, pattern);
        Assert.AreEqual((int)WebSocketEvent.NeedInput, (int)_codec.Next(input, 0, 100));
        Assert.AreEqual((int)WebSocketEvent.Message, (int)_codec.Next(input, 100, input.Length - 100));
        AssertCopied(pattern);
    }

    [TestMethod]
    public void Codec_BinaryMessageInFragments_IsJoined()
    {
        byte[] input = WebSocketBytes.Join(WebSocketBytes.Frame(0x02, "ab"), WebSocketBytes.Frame(0x80, "c"));
        Assert.AreEqual((int)WebSocketEvent.Message, (int)_codec.Next(input, 0, input.Length));
        AssertCopied(new byte[] { (byte)'a', (byte)'b', (byte)'c' });
    }

    [TestMethod]
    public void Codec_Text_IsCopiedAlsoAfterAFile()
    {
        byte[] input = WebSocketBytes.Join(WebSocketBytes.Frame(0x82, "file"), WebSocketBytes.Frame(0x81, "ok"));
        _codec.Next(input, 0, input.Length);
        int begin = _codec.Consumed;
        Assert.AreEqual((int)WebSocketEvent.Message, (int)_codec.Next(input, begin, input.Length - begin));
        Assert.IsTrue(_codec.IsText);
        AssertCopied(new byte[] { (byte)'o', (byte)'k' });
    }

    [TestMethod]
    public void Client_FilesFrames_AreReadThroughOneLargeBufferThatGoesBack()
    {
        ScriptedHal hal = new ScriptedHal(4096, LargeBytes) { Hasher = new SampleHash(), Machine = new SampleEntropy() };
        byte[] frame = WebSocketBytes.Frame(0x82, WebSocketBytes.Pattern(20000));
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Opened);
        WebSocketClient client = new WebSocketClient(hal, HttpOrigin.Parse("http://cloud"), null, 64 * 1024) { BringsFiles = true };
        client.Connect(new HttpRequest("GET", "/ws"), CancellationToken.None);
        peer.Gives(WebSocketBytes.Join(frame, frame));
        Assert.IsTrue(client.Receive(0));
        Assert.AreEqual(4, client.MessageOffset);
        Assert.IsTrue(client.Receive(0));
        Assert.AreEqual(frame.Length + 4, client.MessageOffset, "both came with one read");
        for (int i = 0; i < 20000; i++)
        {
            Assert.IsTrue(client.Message[client.MessageOffset + i] == frame[4 + i], i.ToString());
        }

        Assert.AreEqual(1, hal.Pool.Rented, "the message is in it");
        Assert.IsFalse(client.Receive(0));
        Assert.AreEqual(0, hal.Pool.Rented);
        Assert.AreEqual(1, hal.Pool.LargeRents);
        client.Dispose();
    }

    private void AssertCopied(byte[] expected)
    {
        Assert.IsFalse(_codec.IsInPlace);
        Assert.AreEqual(0, _codec.MessageOffset);
        Assert.AreEqual(expected.Length, _codec.MessageLength);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual((int)expected[i], (int)_codec.Message[i]);
        }
    }
}
