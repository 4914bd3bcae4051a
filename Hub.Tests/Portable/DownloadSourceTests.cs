using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Streams;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Files of a URL, from servers that follow a script on a driven clock.</summary>
[TestClass]
public class DownloadSourceTests
{
    private const int FileBytes = 50000;
    private const int SliceMs = 100;
    private const string Url = "http://files.example/download/secret-token-0123456789?sig=abc#part";
    private const string Tagged = "ETag: \"v1\"\r\n";

    private ScriptedHal _hal = new ScriptedHal();

    [TestInitialize]
    public void Begin() => _hal = new ScriptedHal();

    [TestMethod]
    public void Read_WholeFile_IsTheFileAndHoldsNothingAfterwards()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).GivesInPieces(Bytes(0, FileBytes), 3000);
        AssertReads(Open());
        Assert.IsTrue(peer.WrittenText().StartsWith("GET /download/secret-token-0123456789?sig=abc HTTP/1.1\r\n"), peer.WrittenText());
    }

    [TestMethod]
    public void Read_SlowServer_ReturnsWithinTheTimeout()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).Pauses(10000).Gives(Bytes(0, FileBytes));
        DownloadSource source = Open();
        byte[] buffer = new byte[100];
        long sinceMs = _hal.Time.NowMs;
        Assert.AreEqual(SourceRead.NothingYet, source.Read(buffer, 0, 100, SliceMs));
        Assert.AreEqual((long)SliceMs, _hal.Time.NowMs - sinceMs);
        Assert.AreEqual(SourceRead.NothingYet, source.Read(buffer, 0, 100, 0));
        AssertReads(source);
    }

    [TestMethod]
    public void Open_Redirects_AreFollowedUpToFive()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(To("/other/file"));
        _hal.AddPeer().AwaitsRequest(1).Gives(To("third"));
        _hal.AddPeer().AwaitsRequest(1).Gives(To("?q=1"));
        _hal.AddPeer().AwaitsRequest(1).Gives(To("//second.example:81/x"));
        ScriptedStream secure = _hal.AddPeer().AwaitsRequest(1).Gives(To("https://third.example/y"));
        ScriptedStream last = _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).Gives(Bytes(0, FileBytes));
        AssertReads(Open());
        Assert.IsTrue(secure.WrittenText().IndexOf("Host: second.example:81") > 0, secure.WrittenText());
        Assert.IsTrue(last.WrittenText().StartsWith("GET /y "), last.WrittenText());
        Assert.AreEqual("tls third.example 443 5000", _hal.Net.LastDial);

        Begin();
        for (int i = 0; i < 6; i++)
        {
            _hal.AddPeer().AwaitsRequest(1).Gives(To("/loop"));
        }

        AssertOpenFails("redirects the download more than 5 times");
    }

    [TestMethod]
    public void Open_RedirectFromHttpsToHttp_IsRefused()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(To("http://files.example/y"));
        AssertFails(new DownloadSource(_hal, DownloadUrl.Parse("https://files.example/x"), null, null, CancellationToken.None), "from https to http");

        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(To("ftp://files.example/y"));
        AssertOpenFails("neither http nor https");
        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
        AssertOpenFails("redirects to nowhere");
    }

    [TestMethod]
    public void Open_ServerThatDoesNotGiveTheFile_SaysWhy()
    {
        AssertRefused("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "refuses the file's link (401)");
        AssertRefused("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "has no such file (404)");
        AssertRefused("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "has a fault (500)");
        AssertRefused("HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n", "status 418");
        AssertRefused("HTTP/1.1 200 OK\r\nContent-Type: text/HTML; charset=utf-8\r\nContent-Length: 5\r\n\r\n<html", "web page instead of the file");
        AssertRefused("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "empty file");
        AssertRefused("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n12345", "compressed");
        AssertRefused("HTTP/1.1 206 Part\r\nContent-Length: 5\r\n\r\n12345", "part of the file");
        Begin();
        AssertOpenFails("nobody answers");
        Begin();
        _hal.AddPeer();
        AssertOpenFails("did not answer within");
        Assert.IsTrue(_hal.Time.NowMs < 30000 + 1000000, "bounded");
    }

    [TestMethod]
    public void Open_NoLength_IsLearntByHead()
    {
        string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        _hal.AddPeer().AwaitsRequest(1).Gives(chunked);
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", 5));
        _hal.AddPeer().AwaitsRequest(1).Gives(chunked + "5\r\nABCDE\r\n0\r\n\r\n");
        DownloadSource source = Open();
        Assert.AreEqual(5L, source.Length);
        byte[] buffer = new byte[10];
        Assert.AreEqual(5, source.Read(buffer, 0, 10, SliceMs));
        Assert.AreEqual(0, source.Read(buffer, 0, 10, SliceMs));
        source.Dispose();

        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(chunked);
        _hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 200 OK\r\n\r\n");
        _hal.AddPeer().AwaitsRequest(1).Gives(chunked);
        AssertOpenFails("does not give the file's length");
    }

    [TestMethod]
    public void Read_BrokenInTheMiddle_GoesOnWithRange()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).Gives(Bytes(0, 20000)).Resets();
        ScriptedStream second = _hal.AddPeer().AwaitsRequest(1).Gives(Part(20000, FileBytes, "\"v1\"")).Gives(Bytes(20000, 10000)).Ends();
        ScriptedStream third = _hal.AddPeer().AwaitsRequest(1).Gives(Part(30000, FileBytes, "\"v1\"")).Gives(Bytes(30000, 20000));
        AssertReads(Open());
        Assert.IsTrue(second.WrittenText().IndexOf("\r\nRange: bytes=20000-\r\n") > 0, second.WrittenText());
        Assert.IsTrue(second.WrittenText().IndexOf("\r\nIf-Range: \"v1\"\r\n") > 0, second.WrittenText());
        Assert.IsTrue(third.WrittenText().IndexOf("\r\nRange: bytes=30000-\r\n") > 0, third.WrittenText());
    }

    [TestMethod]
    public void Read_SilentServer_CountsAsBroken()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).Gives(Bytes(0, 20000));
        _hal.AddPeer().AwaitsRequest(1).Gives(Part(20000, FileBytes, "\"v1\"")).Gives(Bytes(20000, 30000));
        long sinceMs = _hal.Time.NowMs;
        AssertReads(Open());
        Assert.AreEqual((long)DownloadSource.StallMs, (_hal.Time.NowMs - sinceMs) / 1000 * 1000);
    }

    [TestMethod]
    public void Read_BrokenAndAnotherFileNow_Fails()
    {
        string[] answers =
        {
            Part(20000, FileBytes, "\"v2\""), Part(20000, FileBytes + 1, "\"v1\""), Part(19999, FileBytes, "\"v1\""),
            "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n",
        };
        for (int i = 0; i < answers.Length; i++)
        {
            Begin();
            _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).Gives(Bytes(0, 20000)).Resets();
            _hal.AddPeer().AwaitsRequest(1).Gives(answers[i]);
            AssertReadFails(i.ToString(), "changed");
        }
    }

    [TestMethod]
    public void Read_BrokenAndTheServerCannotGoOn_FailsOnceSomethingWasRead()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).Gives(Bytes(0, 20000)).Resets();
        AssertReadFails("no validator", "cannot go on from there");
        Assert.AreEqual(1, _hal.Net.Dials);

        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).Gives(Bytes(0, 20000)).Resets();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes));
        AssertReadFails("no Range", "from its beginning only");

        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).Resets();
        _hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok("", FileBytes)).Gives(Bytes(0, FileBytes));
        AssertReads(Open());
    }

    [TestMethod]
    public void Read_BrokenAgainAndAgain_IsGivenUp()
    {
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).Gives(Bytes(0, 20000)).Resets();
        AssertReadFails("nobody answers any more", "after " + DownloadSource.MaxResumes.ToString() + " new tries");
    }

    [TestMethod]
    public void Read_AByteASecond_IsTooSlow_AndASlowReaderIsNot()
    {
        ScriptedStream peer = _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes));
        for (int i = 0; i < 100; i++)
        {
            peer.Pauses(1000).Gives(Bytes(i, 1));
        }

        AssertReadFails("a byte a second", "too slowly");

        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(Ok(Tagged, FileBytes)).GivesInPieces(Bytes(0, FileBytes), 100);
        DownloadSource source = Open();
        byte[] buffer = new byte[10];
        for (int i = 0; i < 100; i++)
        {
            Assert.AreEqual(10, source.Read(buffer, 0, 10, SliceMs));
            _hal.Time.Advance(5000);
        }

        source.Dispose();
    }

    [TestMethod]
    public void Parse_BadUrl_NamesNoPartOfIt()
    {
        string[] bad = { "", "ftp://h/secret", "file:///secret", "http://user:secret@h/x", "http:///secret", "http://h/sec ret", "secret", "http://h:99999/secret", "http://h/\u00e9secret" };
        for (int i = 0; i < bad.Length; i++)
        {
            string message = "";
            try
            {
                DownloadUrl.Parse(bad[i]);
            }
            catch (HubException e)
            {
                message = e.Message;
            }

            Assert.IsTrue(message.Length > 0, "accepts " + bad[i]);
            Assert.IsTrue(message.IndexOf("secret") < 0, message);
        }

        Assert.AreEqual("/", DownloadUrl.Parse("http://h").Target);
        Assert.AreEqual("/?a=b", DownloadUrl.Parse("http://h?a=b").Target);
        Assert.AreEqual("/a/b+c==", DownloadUrl.Parse("HTTPS://h:8080/a/b+c==#x").Target);
    }

    private static string Ok(string headers, int length) => "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + length.ToString() + "\r\n\r\n";

    private static string To(string location) => "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";

    private static string Part(int from, int length, string tag) =>
        "HTTP/1.1 206 Partial Content\r\nETag: " + tag + "\r\nContent-Range: bytes " + from.ToString() + "-" + (length - 1).ToString() + "/" + length.ToString()
        + "\r\nContent-Length: " + (length - from).ToString() + "\r\n\r\n";

    private static byte[] Bytes(int from, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = PatternSource.At(from + i);
        }

        return bytes;
    }

    private DownloadSource New() => new DownloadSource(_hal, DownloadUrl.Parse(Url), null, null, CancellationToken.None);

    private DownloadSource Open()
    {
        DownloadSource source = New();
        source.Open(15000);
        return source;
    }

    /// <summary>Reads all of it, as an upload does; returns the error's text, or an empty one.</summary>
    private string ReadAll(DownloadSource source)
    {
        byte[] buffer = new byte[4096];
        int at = 0;
        string error = "";
        try
        {
            CheckedSource file = new CheckedSource(source);
            int read = SourceRead.NothingYet;
            while (read != 0)
            {
                read = file.Read(buffer, 0, buffer.Length, SliceMs);
                for (int i = 0; i < read; i++)
                {
                    Assert.IsTrue(buffer[i] == PatternSource.At(at + i), "differs at " + (at + i).ToString());
                }

                at += Math.Max(read, 0);
            }

            Assert.AreEqual(FileBytes, at);
        }
        catch (HubException e)
        {
            error = e.Message;
        }

        source.Dispose();
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.AreEqual(0, _hal.Net.OpenSockets);
        return error;
    }

    private void AssertReads(DownloadSource source)
    {
        Assert.AreEqual((long)FileBytes, source.Length);
        Assert.AreEqual("", ReadAll(source));
    }

    private void AssertReadFails(string what, string words)
    {
        string error = ReadAll(Open());
        Assert.IsTrue(error.IndexOf(words) >= 0, what + ": " + error);
        Assert.IsTrue(error.IndexOf("secret-token") < 0, error);
    }

    private void AssertRefused(string answer, string words)
    {
        Begin();
        _hal.AddPeer().AwaitsRequest(1).Gives(answer);
        AssertOpenFails(words);
    }

    private void AssertOpenFails(string words) => AssertFails(New(), words);

    private void AssertFails(DownloadSource source, string words)
    {
        string error = "";
        try
        {
            source.Open(15000);
        }
        catch (HubException e)
        {
            error = e.Message;
        }

        source.Dispose();
        Assert.IsTrue(error.IndexOf(words) >= 0, "'" + error + "' has not '" + words + "'");
        Assert.IsTrue(error.IndexOf("secret-token") < 0, error);
        Assert.AreEqual(0, _hal.Pool.Rented);
        Assert.AreEqual(0, _hal.Net.OpenSockets);
    }
}
