using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Bodies of uploads.</summary>
[TestClass]
public class MultipartBodyTests
{
    [TestMethod]
    public void Read_FieldsAndFile_GiveTheExactForm()
    {
        MultipartBody body = new MultipartBody("B", "file", "a.gcode", new PatternSource(3), null);
        body.AddField("path", "folder/\u00e4");
        body.AddField("print", "true");
        string expected = "--B\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\nfolder/\u00e4\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"print\"\r\n\r\ntrue\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gcode\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            + "AHO\r\n--B--\r\n";
        byte[] bytes = ReadAll(body, 1000);
        Assert.AreEqual(expected, Encoding.UTF8.GetString(bytes, 0, bytes.Length));
        Assert.AreEqual("multipart/form-data; boundary=B", body.ContentType);
    }

    [TestMethod]
    public void Read_DigestBehindTheFile_IsOfTheFileAlone()
    {
        MultipartBody body = new MultipartBody("B", "file", "a.gcode", new PatternSource(3), null);
        LengthDigest digest = new LengthDigest();
        body.AddSha256("checksum", digest);
        string expected = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gcode\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            + "AHO\r\n--B\r\nContent-Disposition: form-data; name=\"checksum\"\r\n\r\n"
            + "0300000000000000000000000000000000000000000000000000000000000000\r\n--B--\r\n";
        Assert.AreEqual(expected.Length, (int)body.Length);
        byte[] bytes = ReadAll(body, 7);
        Assert.AreEqual(expected, Encoding.UTF8.GetString(bytes, 0, bytes.Length));
    }

    /// <summary>Not a digest at all: tells in its first byte how many bytes it was given.</summary>
    private sealed class LengthDigest : IRunningHash
    {
        private readonly byte[] _length = new byte[32];

        public void Add(byte[] data, int offset, int count) => _length[0] += (byte)count;

        public byte[] End() => _length;

        public void Dispose() => _length[0] = 0;
    }

    [TestMethod]
    public void Read_WindowsOfEverySize_GiveTheSameBytesAsStated()
    {
        byte[] whole = ReadAll(NewBody(1000, 1000), 100000);
        for (int window = 1; window < 300; window++)
        {
            byte[] bytes = ReadAll(NewBody(1000, 1000), window);
            Assert.AreEqual(whole.Length, bytes.Length);
            for (int i = 0; i < whole.Length; i++)
            {
                Assert.IsTrue(whole[i] == bytes[i], "differs in windows of " + window.ToString());
            }
        }
    }

    [TestMethod]
    public void Read_EmptyFile_IsAForm()
    {
        MultipartBody body = NewBody(0, 0);
        Assert.AreEqual(body.Length, (long)ReadAll(body, 50).Length);
    }

    [TestMethod]
    public void Read_FileOfAnotherLength_IsSourceChanged()
    {
        Assert.AreEqual("the file ended 1 bytes early: it changed while it was sent, send it again", ErrorOf(1000, 999));
        Assert.AreEqual("the file ended 1000 bytes early: it changed while it was sent, send it again", ErrorOf(1000, 0));
        Assert.AreEqual("the file grew while it was sent: send it again", ErrorOf(1000, 1001));
        Assert.AreEqual("the file grew while it was sent: send it again", ErrorOf(0, 1));
        Assert.AreEqual("", ErrorOf(1000, 1000));
    }

    [TestMethod]
    public void Constructor_UnsafeFileNames_AreEscapedAsBrowsersDo()
    {
        string[][] cases =
        {
            new[] { "a b.gcode", "filename=\"a b.gcode\"\r\n" },
            new[] { "50%.gcode", "filename=\"50%.gcode\"\r\n" },
            new[] { "a\"b\\c.gcode", "filename=\"a%22b%5Cc.gcode\"\r\n" },
            new[] { "a\r\nX: y\u007f", "filename=\"a%0D%0AX: y%7F\"\r\n" },
            new[] { "\u00e4\".gcode", "filename=\"\u00e4%22.gcode\"; filename*=UTF-8''%C3%A4%22.gcode\r\n" },
            new[] { "\u65e5\u672c.gcode", "filename=\"\u65e5\u672c.gcode\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.gcode\r\n" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = ReadAll(new MultipartBody("B", "file", cases[i][0], new PatternSource(0), null), 1000);
            string text = Encoding.UTF8.GetString(bytes, 0, bytes.Length);
            Assert.IsTrue(text.IndexOf("; name=\"file\"; " + cases[i][1] + "Content-Type: ") > 0, text);
        }
    }

    [TestMethod]
    public void OnSent_BytesOfTheForm_ReportBytesOfTheFileAlone()
    {
        RecordedProgress progress = new RecordedProgress();
        MultipartBody body = new MultipartBody("B", "file", "a", new PatternSource(100), progress);
        long before = body.Length - 100 - "\r\n--B--\r\n".Length;
        body.OnSent(10);
        body.OnSent(before);
        Assert.AreEqual(0, progress.Reports);
        body.OnSent(before + 40);
        Assert.AreEqual(40L, progress.Last);
        body.OnSent(before + 100);
        body.OnSent(body.Length);
        Assert.AreEqual(2, progress.Reports);
        Assert.AreEqual(100L, progress.Last);
        Assert.AreEqual(100L, progress.Total);
    }

    [TestMethod]
    public void AddField_OnceInUse_IsRefused()
    {
        MultipartBody body = NewBody(1, 1);
        Assert.IsTrue(body.Length > 0);
        try
        {
            body.AddField("a", "b");
        }
        catch (InvalidOperationException)
        {
            return;
        }

        Assert.Fail("a field was added although the length is out");
    }

    [TestMethod]
    public void NewBoundary_FromEntropy_IsHexOfIt()
    {
        Assert.AreEqual("hub-000102030405060708090a0b0c0d0eff", MultipartBody.NewBoundary(new CountingEntropy()));
    }

    [TestMethod]
    public void BytesBody_Rewound_GivesItsBytesAgain()
    {
        BytesBody body = new BytesBody(Encoding.UTF8.GetBytes("xhellox"), 1, 5);
        Assert.AreEqual(5L, body.Length);
        for (int round = 0; round < 2; round++)
        {
            byte[] bytes = ReadAll(body, 2);
            Assert.AreEqual("hello", Encoding.UTF8.GetString(bytes, 0, bytes.Length));
            Assert.IsTrue(body.TryRewind());
        }
    }

    [TestMethod]
    public void UploadBody_File_IsTheBodyAndItsProgress()
    {
        RecordedProgress progress = new RecordedProgress();
        UploadBody body = new UploadBody(new PatternSource(500), progress);
        byte[] bytes = ReadAll(body, 64);
        Assert.AreEqual(500, bytes.Length);
        Assert.IsTrue(bytes[499] == PatternSource.At(499));
        body.OnSent(500);
        Assert.AreEqual(500L, progress.Last);
        Assert.IsFalse(body.TryRewind());
    }

    private static MultipartBody NewBody(int stated, int real)
    {
        MultipartBody body = new MultipartBody("B", "file", "a.gcode", new PatternSource(stated, real, 37), null);
        body.AddField("print", "true");
        return body;
    }

    private static string ErrorOf(int stated, int real)
    {
        try
        {
            ReadAll(NewBody(stated, real), 64);
            return "";
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.SourceChanged, (int)error.Code);
            return error.Message;
        }
    }

    /// <summary>Reads a body in windows and checks that it has the length it states.</summary>
    private static byte[] ReadAll(IHttpBody body, int window)
    {
        byte[] all = new byte[(int)body.Length];
        byte[] piece = new byte[window];
        int total = 0;
        int read = body.Read(piece, 0, window, 0);
        while (read > 0)
        {
            Array.Copy(piece, 0, all, total, read);
            total += read;
            read = body.Read(piece, 0, window, 0);
        }

        Assert.AreEqual(all.Length, total);
        Assert.AreEqual(0, body.Read(piece, 0, window, 0));
        return all;
    }

    /// <summary>A machine whose entropy counts up and ends in 0xFF.</summary>
    private sealed class CountingEntropy : ISystem
    {
        public string DeviceId => "test";

        public string? MacAddress => null;

        public string? HardwareVersion => null;

        public string ResetReason => "start";

        public int CpuCostFactor => 0;

        public long UsedMemoryBytes => 0;

        public long FreeMemoryBytes => -1;

        public void FillRandom(byte[] buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = (byte)(i == buffer.Length - 1 ? 0xFF : i);
            }
        }

        public void Reboot(string reason) => throw new InvalidOperationException();

        public void ArmWatchdog(int timeoutMs) => throw new InvalidOperationException();

        public void FeedWatchdog() => throw new InvalidOperationException();
    }
}
