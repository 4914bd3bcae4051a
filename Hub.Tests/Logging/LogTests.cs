using System.Collections.Generic;
using Hub.Core;
using Hub.Core.Hal;
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
