using System.Collections.Generic;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.WebSockets;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.WebSockets;

/// <summary>How the client fares with what one scripted server sends.</summary>
internal sealed record WebSocketOutcome(ErrorCode Code, string Message, string[] Messages)
{
    public override string ToString() => $"{ErrorCodes.Name(Code)} {Message}: {string.Join('|', Messages)}";
}

/// <summary>Opens a WebSocket to a scripted server and checks that nothing leaks, whatever it sends.</summary>
internal static class WebSocketRun
{
    private const string Opened =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    /// <summary>The server gives these pieces, then ends or goes silent.</summary>
    public static WebSocketOutcome Receive(byte[][] pieces, bool ends)
    {
        ScriptedHal hal = new ScriptedHal(1024) { Machine = new SampleEntropy(), Hasher = new SampleHash() };
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(Opened);
        foreach (byte[] piece in pieces)
        {
            peer.Gives(piece);
        }

        if (ends)
        {
            peer.Ends();
        }

        using WebSocketClient client = new WebSocketClient(hal, HttpOrigin.Parse("http://h"), null, 5000);
        client.Connect(new HttpRequest("GET", "/"), CancellationToken.None);
        int requestLength = peer.WrittenCount;
        WebSocketOutcome outcome = ReceiveAll(client);
        Assert.AreEqual(outcome.Code == ErrorCode.None, client.IsOpen);
        Assert.IsTrue(!client.IsOpen || hal.Pool.Rented == 0, "a waiting connection holds a buffer");
        string sent = WebSocketBytes.HubFrames(peer.WrittenBytes(), requestLength);
        Assert.IsFalse(sent.Contains("unmasked") || sent.Contains("unknown"), sent);
        Assert.IsTrue(outcome.Code != ErrorCode.BadResponse || sent.Contains("close 1002") || sent.Contains("close 1007") || sent.Contains("close 1009"), outcome + " and sent " + sent);
        client.Dispose();
        Assert.AreEqual(0, hal.Pool.Rented, "buffers leaked");
        Assert.AreEqual(0, hal.Net.OpenSockets, "a connection leaked");
        return outcome;
    }

    private static WebSocketOutcome ReceiveAll(WebSocketClient client)
    {
        List<string> messages = [];
        try
        {
            while (client.Receive(500))
            {
                messages.Add((client.IsText ? "text " : "bin ") + Encoding.Latin1.GetString(client.Message, 0, client.MessageLength));
            }

            return new WebSocketOutcome(ErrorCode.None, "", [.. messages]);
        }
        catch (HubException error)
        {
            return new WebSocketOutcome(error.Code, error.Message, [.. messages]);
        }
    }
}
