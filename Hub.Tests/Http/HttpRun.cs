using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Http;

/// <summary>How the client fares with one scripted answer.</summary>
internal sealed record HttpOutcome(ErrorCode Code, int Status, string Body, string Message)
{
    /// <summary>Comparable without the message, whose excerpt depends on what had come.</summary>
    public string Essence => $"{ErrorCodes.Name(Code)} {Status} {Body}";
}

/// <summary>Sends one GET to a scripted peer and checks that nothing leaks, whatever the peer does.</summary>
internal static class HttpRun
{
    public const int BodyLimit = 4096;

    /// <summary>The peer gives these pieces, then ends or goes silent.</summary>
    public static HttpOutcome Get(byte[][] pieces, bool ends)
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer();
        foreach (byte[] piece in pieces)
        {
            peer.Gives(piece);
        }

        if (ends)
        {
            peer.Ends();
        }

        using HttpClient client = new HttpClient(hal, HttpOrigin.Parse("http://h"), null);
        HttpOutcome outcome = Read(client);
        client.Close();
        Assert.AreEqual(0, hal.Pool.Rented, "buffers leaked");
        Assert.AreEqual(0, hal.Net.OpenSockets, "a connection leaked");
        return outcome;
    }

    private static HttpOutcome Read(HttpClient client)
    {
        int status = 0;
        try
        {
            HttpResponse response = client.Send(new HttpRequest("GET", "/"), CancellationToken.None);
            status = response.Status;
            byte[] body = new byte[BodyLimit];
            return new HttpOutcome(ErrorCode.None, status, Encoding.Latin1.GetString(body, 0, response.ReadAll(body)), "");
        }
        catch (HubException error)
        {
            return new HttpOutcome(error.Code, status, "", error.Message);
        }
    }
}
