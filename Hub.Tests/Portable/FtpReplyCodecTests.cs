using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

[TestClass]
public class FtpReplyCodecTests
{
    private const int Seed = 959;

    // Bytes as Latin-1 text, then what they mean: "code text" of every reply, or "!" where it must fail.
    private static readonly string[] s_cases =
    {
        "220 (vsFTPd 3.0.3)\r\n", "220 (vsFTPd 3.0.3)|",
        "220 ProFTPD Server\n", "220 ProFTPD Server|",
        "226 Transfer complete.\r\r\n", "226 Transfer complete.|",
        "221\r\n", "221 |",
        "221 \r\n", "221 |",
        "\r\n220 late\r\n", "220 late|",
        "150 Ok to send data.\r\n226 Transfer complete.\r\n", "150 Ok to send data.|226 Transfer complete.|",
        "220-Welcome\r\n220 Ready\r\n", "220 Ready|",
        "220-Welcome\r\n\r\n226 not yet\r\n 220 indented\r\n220x\r\n220-again\r\n220 Ready\r\n331 Go on\r\n", "220 Ready|331 Go on|",
        "211-Features:\r\n SIZE\r\n211 End\r\n", "211 End|",
        "220-Welcome\r\n220\r\n", "220 |",
        "500 OOPS: child died\r\n", "500 OOPS: child died|",
        "230 Gr\u00fc\u00dfe \u0001\u0002\u00ff\r\n", "230 Gr..e ...|",
        "200 a\rb\r\n", "200 a.b|",
        "OOPS: cannot change directory\r\n", "!",
        "HTTP/1.1 400 Bad Request\r\n", "!",
        "22 short\r\n", "!",
        "2200 long\r\n", "!",
        "099 low\r\n", "!",
        "620 high\r\n", "!",
        "2x0 odd\r\n", "!",
        " 220 indented\r\n", "!",
    };

    [TestMethod]
    public void Next_EveryCase_GivesItsRepliesInPiecesOfAnySize()
    {
        for (int i = 0; i < s_cases.Length; i += 2)
        {
            byte[] bytes = Latin1(s_cases[i]);
            for (int size = 1; size <= bytes.Length; size++)
            {
                Assert.AreEqual(s_cases[i + 1], Read(bytes, bytes.Length, size), "case " + i.ToString() + " in pieces of " + size.ToString());
            }
        }
    }

    [TestMethod]
    public void Next_EveryCaseCutAnywhere_GivesNoMoreThanTheWholeOne()
    {
        for (int i = 0; i < s_cases.Length; i += 2)
        {
            byte[] bytes = Latin1(s_cases[i]);
            for (int length = 0; length < bytes.Length; length++)
            {
                string found = Read(bytes, length, 7);
                string whole = s_cases[i + 1];
                bool isBeginning = found == "!" || (found.Length <= whole.Length && whole.Substring(0, found.Length) == found);
                Assert.IsTrue(isBeginning, "case " + i.ToString() + " cut at " + length.ToString() + ": " + found);
            }
        }
    }

    [TestMethod]
    public void Next_LongLine_KeepsItsBeginning()
    {
        FtpReplyCodec codec = new FtpReplyCodec();
        byte[] line = Latin1("200 " + Repeated('a', 5000) + "\r\n221 bye\r\n");
        Assert.IsTrue(codec.Next(line, 0, line.Length));
        Assert.AreEqual(Repeated('a', FtpReplyCodec.MaxTextBytes), codec.Text);
        int taken = codec.Consumed;
        Assert.IsTrue(codec.Next(line, taken, line.Length - taken));
        Assert.AreEqual(221, codec.Code);
        Assert.AreEqual("bye", codec.Text);
    }

    [TestMethod]
    public void Next_EndlessReply_IsRefused()
    {
        byte[] open = Latin1("220-Welcome\r\n");
        byte[] line = Latin1("and so on and so on\r\n");
        byte[] noEnd = Latin1(Repeated('2', 1000));
        Assert.IsTrue(BytesUntilRefused(open, line) <= FtpReplyCodec.MaxReplyBytes + line.Length, "lines");
        Assert.IsTrue(BytesUntilRefused(open, noEnd) <= FtpReplyCodec.MaxReplyBytes + noEnd.Length, "one line");
    }

    [TestMethod]
    public void Next_LongReplyByteByByte_HasTheSameLimit()
    {
        FtpReplyCodec codec = new FtpReplyCodec();
        byte[] reply = Latin1("220-Welcome\r\n" + Repeated('x', FtpReplyCodec.MaxReplyBytes - 100) + "\r\n220 Ready\r\n");
        bool isComplete = false;
        for (int i = 0; i < reply.Length; i++)
        {
            isComplete = codec.Next(reply, i, 1);
        }

        Assert.IsTrue(isComplete);
        Assert.IsFalse(codec.IsInReply);
    }

    [TestMethod]
    public void Next_RandomBytes_OnlyEverAskForMoreAnswerOrRefuse()
    {
        Random random = new Random(Seed);
        byte[] alphabet = Latin1("0123456789 -\r\n\u00ffab");
        byte[] bytes = new byte[200];
        for (int round = 0; round < 300; round++)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = alphabet[random.Next(alphabet.Length)];
            }

            string whole = Read(bytes, bytes.Length, bytes.Length);
            string pieces = Read(bytes, bytes.Length, 1 + random.Next(9));
            Assert.AreEqual(whole, pieces, "seed " + Seed.ToString() + ", round " + round.ToString());
        }
    }

    [TestMethod]
    public void Reset_InTheMiddle_BeginsAnew()
    {
        FtpReplyCodec codec = new FtpReplyCodec();
        byte[] cut = Latin1("220-Welc");
        Assert.IsFalse(codec.Next(cut, 0, cut.Length));
        Assert.IsTrue(codec.IsInReply);
        codec.Reset();
        byte[] whole = Latin1("331 User?\r\n");
        Assert.IsTrue(codec.Next(whole, 0, whole.Length));
        Assert.AreEqual(331, codec.Code);
    }

    [TestMethod]
    public void Port_Texts_GiveThePortOrNothing()
    {
        Assert.AreEqual(50000, FtpPassive.Port("Entering Passive Mode (192,168,1,50,195,80)."));
        Assert.AreEqual(50000, FtpPassive.Port("Entering Passive Mode (0,0,0,0,195,80)"));
        Assert.AreEqual(1024, FtpPassive.Port("Entering Passive Mode 10,0,0,1,4,0"));
        Assert.AreEqual(65535, FtpPassive.Port("=127,0,0,1,255,255"));
        Assert.AreEqual(50000, FtpPassive.Port("(127, 0, 0, 1, 195, 80)"));
        Assert.AreEqual(50000, FtpPassive.Port("Entering Passive Mode 2 (127,0,0,1,195,80)"));
        Assert.AreEqual(50000, FtpPassive.Port("127,0,0,1,195,80"));
        string[] bad =
        {
            "", "Entering Passive Mode", "(127,0,0,1)", "(127,0,0,1,195)", "(127,0,0,1,195,)", "(127,0,0,1,,80)", "(127,0,0,1,256,80)",
            "(127,0,0,1,195,256)", "(1270,0,0,1,195,80)", "(127,0,0,1,0,22)", "(127,0,0,1,3,255)", "(127,0,0,1,0,0)", "(-127,0,0,1,-195,80)",
            "(127.0.0.1.195.80)", "(127,0,0,1,99999999999999999999,80)", "(|||50000|)",
        };
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.AreEqual(0, FtpPassive.Port(bad[i]), bad[i]);
        }
    }

    [TestMethod]
    public void ExtendedPort_Texts_GiveThePortOrNothing()
    {
        Assert.AreEqual(50000, FtpPassive.ExtendedPort("Entering Extended Passive Mode (|||50000|)."));
        Assert.AreEqual(1024, FtpPassive.ExtendedPort("(!!!1024!)"));
        string[] bad = { "", "50000", "(|||50000)", "(||50000|)", "(|||22|)", "(|||65536|)", "(||||)", "(|||", "(", "(0005000", "(|!|50000|)", "(|||99999999999|)" };
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.AreEqual(0, FtpPassive.ExtendedPort(bad[i]), bad[i]);
        }
    }

    [TestMethod]
    public void FtpPath_Names_AreJudged()
    {
        Assert.IsTrue(FtpPath.IsFatLegal("cache/Benchy (2).gcode.3mf"));
        string[] illegal = { "a:b", "a*b", "a?b", "a\"b", "a<b", "a>b", "a|b", "a\\b", "a.", "a ", "a./b" };
        for (int i = 0; i < illegal.Length; i++)
        {
            Assert.IsFalse(FtpPath.IsFatLegal(illegal[i]), illegal[i]);
        }
    }

    private static int BytesUntilRefused(byte[] first, byte[] more)
    {
        FtpReplyCodec codec = new FtpReplyCodec();
        int count = first.Length;
        codec.Next(first, 0, first.Length);
        try
        {
            while (count < 10 * FtpReplyCodec.MaxReplyBytes)
            {
                count += more.Length;
                codec.Next(more, 0, more.Length);
            }
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.BadResponse, (int)error.Code);
        }

        return count;
    }

    private static string Read(byte[] bytes, int length, int pieceSize)
    {
        FtpReplyCodec codec = new FtpReplyCodec();
        StringBuilder found = new StringBuilder();
        try
        {
            for (int start = 0; start < length; start += pieceSize)
            {
                int end = Math.Min(start + pieceSize, length);
                int at = start;
                while (codec.Next(bytes, at, end - at))
                {
                    found.Append(codec.Code.ToString() + " " + codec.Text + "|");
                    at += codec.Consumed;
                }
            }
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.BadResponse, (int)error.Code);
            return "!";
        }

        return found.ToString();
    }

    private static string Repeated(char character, int count)
    {
        char[] characters = new char[count];
        for (int i = 0; i < count; i++)
        {
            characters[i] = character;
        }

        return new string(characters);
    }

    private static byte[] Latin1(string text)
    {
        char[] characters = text.ToCharArray();
        byte[] bytes = new byte[characters.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)characters[i];
        }

        return bytes;
    }
}
