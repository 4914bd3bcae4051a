using System.Collections.Generic;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Logging;

[TestClass]
public class LogTests
{
    private readonly List<string> _lines = new List<string>();
    private readonly Log _log;

    public LogTests()
    {
        Mock<ILogSink> sink = new Mock<ILogSink>();
        sink.Setup(s => s.Write(It.IsAny<long>(), It.IsAny<LogLevel>(), It.IsAny<string>(), It.IsAny<string>()))
            .Callback((long time, LogLevel level, string area, string message) => _lines.Add(time + " " + level + " " + area + ": " + message));
        _log = new Log(sink.Object, Mock.Of<IClock>(c => c.NowMs == 42), LogLevel.Info);
    }

    [TestMethod]
    public void Write_BelowTheMinimum_IsDropped()
    {
        _log.Debug("octo-1", "noise");
        _log.Info("octo-1", "connected");
        _log.Error("octo-1", "gone");
        CollectionAssert.AreEqual(new[] { "42 Info octo-1: connected", "42 Error octo-1: gone" }, _lines);
    }

    [TestMethod]
    public void Write_RegisteredSecrets_AreMasked()
    {
        _log.Mask(new Secret("obviously-fake-1"));
        _log.Mask(new Secret("obviously-fake-2"));
        _log.Mask(null);
        _log.Info("a", "keys obviously-fake-1, obviously-fake-2 and obviously-fake-1 again");
        CollectionAssert.AreEqual(new[] { "42 Info a: keys ***, *** and *** again" }, _lines);
    }

    [TestMethod]
    public void Write_OneSecretBeginsAnother_NothingOfTheLongerIsLeft()
    {
        _log.Mask(new Secret("fake"));
        _log.Mask(new Secret("fake-and-longer"));
        _log.Info("a", "fake-and-longer, fake");
        CollectionAssert.AreEqual(new[] { "42 Info a: ***, ***" }, _lines);
    }

    [TestMethod]
    public void Write_CutWithinASecret_ShowsNoPartOfIt()
    {
        _log.Mask(new Secret("Zq9SecretKey77Abcde"));
        _log.Info("a", "the page 'your key Zq9SecretKey77Ab...' instead of JSON, and Zq9SecretK...");
        _log.Info("a", "waits... and goes on...");
        CollectionAssert.AreEqual(new[] { "42 Info a: the page 'your key ***...' instead of JSON, and ***...", "42 Info a: waits... and goes on..." }, _lines);
    }

    [TestMethod]
    public void Mask_OnePasswordOfTwoUsers_MasksBothLogins()
    {
        Secret password = new("Pa ss/wo+rd");
        _log.Mask("ann", password);
        _log.Mask("bob", password);
        string ann = System.Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("ann:Pa ss/wo+rd"));
        string bob = System.Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("bob:Pa ss/wo+rd"));
        _log.Info("a", ann + " " + bob + " Pa+ss%2Fwo%2Brd Pa%20ss/wo%2Brd Pa%20ss%2Fwo%2Brd");
        CollectionAssert.AreEqual(new[] { "42 Info a: *** *** *** *** ***" }, _lines);
    }

    [TestMethod]
    public void Write_LineBreaksAndEscapes_StayOneLine()
    {
        _log.Info("a", "one\r\ntwo\u001b[2J");
        CollectionAssert.AreEqual(new[] { "42 Info a: one??two?[2J" }, _lines);
    }

    [TestMethod]
    public void Mask_EmptyOrVeryShort_LeavesTheLogReadable()
    {
        _log.Mask(new Secret(""));
        _log.Mask(new Secret("1"));
        _log.Info("a", "10 of 11");
        CollectionAssert.AreEqual(new[] { "42 Info a: 10 of 11" }, _lines);
    }

    [TestMethod]
    public void Secret_InText_PrintsStars()
    {
        Secret secret = new Secret("obviously-fake");
        Assert.AreEqual("key ***", "key " + secret);
        Assert.AreEqual("obviously-fake", secret.Reveal());
    }
}
