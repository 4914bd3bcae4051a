using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What each kind of machine can check a server by.</summary>
[TestClass]
public sealed class TlsChecksTests
{
    private static readonly string s_pin = new('a', 64);

    [TestMethod]
    [DataRow(true, true, "pin", null)]
    [DataRow(true, true, "", null)]
    [DataRow(true, false, "", "set its 'ca' (or its 'pin') under 'tls'")]
    [DataRow(true, false, "pin", null)]
    [DataRow(false, false, "", "set its 'ca' under 'tls'")]
    [DataRow(false, false, "pin", "set its 'ca' under 'tls' instead of the 'pin'")]
    [DataRow(false, false, "pin ca", "set its 'ca' under 'tls' instead of the 'pin'")]
    [DataRow(false, false, "pin insecure", "set its 'ca' under 'tls' instead of the 'pin'")]
    [DataRow(false, false, "ca", null)]
    [DataRow(false, false, "insecure", null)]
    public void Refusal_EachMachineAndTrust_SaysWhatToDo(bool shows, bool hasRoots, string trust, string? expected)
    {
        ScriptedSockets sockets = new() { ShowsCertificates = shows, HasRootStore = hasRoots };
        TlsOptions tls = new()
        {
            PinSha256 = trust.Contains("pin") ? s_pin : null,
            CaPem = trust.Contains("ca") ? "PEM" : null,
            Insecure = trust.Contains("insecure"),
        };
        HubException? refusal = TlsChecks.Refusal(sockets, tls, "server:443");
        Assert.AreEqual(expected == null, refusal == null, refusal?.Message);
        if (expected != null)
        {
            Assert.AreEqual(ErrorCode.TlsUntrusted, refusal!.Code);
            Assert.Contains("server:443", refusal.Message);
            Assert.EndsWith(expected, refusal.Message);
        }
    }

    [TestMethod]
    public void BambuProbe_MachineThatSeesNoCertificates_DialsNothing()
    {
        ScriptedHal hal = new();
        hal.Net.ShowsCertificates = false;
        Assert.IsNull(BambuProbe.Identify(hal, "192.168.1.50", BambuProbe.Port, 1000));
        Assert.AreEqual(0, hal.Net.Dials);
        Assert.AreEqual("", hal.Net.LastDial, "nothing was even tried");
    }

    [TestMethod]
    public void HttpClient_PinThatCannotBeCompared_FailsBeforeItDials()
    {
        ScriptedHal hal = new();
        hal.Net.ShowsCertificates = false;
        using HttpClient client = new(hal, HttpOrigin.Parse("https://server"), new TlsOptions { PinSha256 = s_pin });
        HubErrors.Fails(ErrorCode.TlsUntrusted, () => client.Send(new HttpRequest("GET", "/"), default));
        Assert.AreEqual(0, hal.Net.Dials);
    }
}
