using System.Collections.Generic;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>What becomes of a login's tokens in the log.</summary>
[TestClass]
public sealed class MoonrakerAccessTests
{
    private readonly Log _log = new Log(Mock.Of<ILogSink>(), Mock.Of<IClock>(), LogLevel.Debug);
    private readonly MoonrakerAccess _access;

    public MoonrakerAccessTests()
    {
        PrinterConfig config = new PrinterConfig { Id = "m", User = "u", Password = new Secret("obviously-fake-pass") };
        _log.Mask(config.Password);
        _access = new MoonrakerAccess(Mock.Of<IHal>(h => h.Clock == Mock.Of<IClock>()), HttpOrigin.Parse("http://printer"), config, _log);
    }

    [TestMethod]
    public void TakeToken_ManyLogins_TheLastTwoAreMasked()
    {
        foreach (string token in (IEnumerable<string>)["token-1", "token-2", "token-3"])
        {
            _access.TakeToken(token);
        }

        Assert.AreEqual("token-1 *** ***", _log.Masked("token-1 token-2 token-3"));
    }

    [TestMethod]
    public void TakeToken_ServerGivesThePasswordAsToken_ItStaysMasked()
    {
        foreach (string token in (IEnumerable<string>)["obviously-fake-pass", "token-2", "token-3", "token-4", "obviously-fake-pass", "token-5", "token-6"])
        {
            _access.TakeToken(token);
        }

        Assert.AreEqual("pass ***", _log.Masked("pass obviously-fake-pass"));
    }
}
