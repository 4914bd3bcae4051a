using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Http;

/// <summary>What a poll costs in memory, and facts that only .NET can look up.</summary>
[TestClass]
public class HttpDotNetTests
{
    private const int Rounds = 200;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Send_PollAfterWarmUp_AllocatesLittle()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().AwaitsRequest(1).Gives(
            "HTTP/1.1 200 OK\r\nServer: TornadoServer/6.1\r\nContent-Type: application/json\r\nDate: Tue, 14 Jul 2026 10:00:00 GMT\r\n"
            + "Cache-Control: no-cache, no-store\r\nX-Frame-Options: sameorigin\r\nContent-Length: 1024\r\n\r\n" + new string('j', 1024));
        using HttpClient client = new HttpClient(hal, HttpOrigin.Parse("http://octopi.local"), null);
        Secret key = new Secret("FAKE-KEY-0123456789abcdef");
        byte[] body = new byte[2048];
        Poll(client, peer, key, body);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            Poll(client, peer, key, body);
        }

        long bytesPerPoll = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        TestContext.WriteLine($"{bytesPerPoll} bytes are allocated per poll");
        Assert.AreEqual(1, hal.Net.Dials);
        Assert.IsTrue(bytesPerPoll < 2048, $"{bytesPerPoll} bytes per poll");
    }

    [TestMethod]
    public void UserAgent_Constant_IsTheAssemblysVersion()
    {
        string expected = "print-farm-hub/" + typeof(HttpClient).Assembly.GetName().Version!.ToString(3);
        string actual = Product.UserAgent;
        Assert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Constructor_NulAnywhere_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new HttpRequest("GET", "/a\0b"));
        Assert.ThrowsExactly<ArgumentException>(() => new HttpRequest("G\0T", "/"));
        HttpRequest request = new HttpRequest("GET", "/");
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A\0", "b"));
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A", "b\0"));
        Assert.ThrowsExactly<ArgumentException>(() => request.AddHeader("A", new Secret("b\0")));
        Assert.ThrowsExactly<ArgumentException>(() => request.ContentType = "b\0");
    }

    [TestMethod]
    public void Parse_EveryCharacterInAHost_IsTakenOrRefusedCleanly()
    {
        for (int c = 0; c < 300; c++)
        {
            string url = "http://a" + (char)c + "b/";
            try
            {
                string host = HttpOrigin.Parse(url).Host;
                Assert.IsTrue(host == "a" || Uri.CheckHostName(host) != UriHostNameType.Unknown || c == '_', url);
            }
            catch (HubException error)
            {
                Assert.AreEqual(ErrorCode.ConfigInvalid, error.Code);
                Assert.IsFalse(char.IsAsciiLetterOrDigit((char)c), url);
            }
        }
    }

    private static void Poll(HttpClient client, ScriptedStream peer, Secret key, byte[] body)
    {
        peer.Rewind();
        peer.ForgetWritten();
        HttpRequest request = new HttpRequest("GET", "/api/printer?exclude=sd");
        request.AddHeader("X-Api-Key", key);
        request.AddHeader("Accept", "application/json");
        HttpResponse response = client.Send(request, CancellationToken.None);
        if (response.Status != 200 || response.ReadAll(body) != 1024)
        {
            throw new InvalidOperationException("a wrong answer is not worth measuring");
        }
    }
}
