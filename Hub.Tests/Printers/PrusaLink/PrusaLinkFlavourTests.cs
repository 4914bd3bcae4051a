using System.Text;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Printers.PrusaLink;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkFlavourTests
{
    /// <summary>What Prusa-Link-Web's mock answers, shortened.</summary>
    private const string ResinPrinter = """{"api":"0.1","server":"1.1.0","text":"Prusa SLA SL1 1.0.5","hostname":"prusa-sl1","sdk":"0.2.0","firmware":"3.10.0"}""";

    [TestMethod]
    public void Flavour_ResinPrinter_IsOnlyLookedAt() => Assert.AreSame(PrusaLinkFlavour.Legacy, Flavour(ResinPrinter));

    [TestMethod]
    public void Flavour_PrusaLinks_AreToldApart()
    {
        Assert.AreSame(PrusaLinkFlavour.Buddy, Flavour("""{"text":"PrusaLink"}"""));
        Assert.AreSame(PrusaLinkFlavour.Python, Flavour("""{"text":"PrusaLink 0.8.1","sdk":"0.8.1"}"""));
        Assert.AreEqual(ErrorCode.ConfigInvalid, Assert.ThrowsExactly<HubException>(() => Flavour("""{"text":"Prusament"}""")).Code);
    }

    private static PrusaLinkFlavour Flavour(string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return PrusaLinkAnswers.Flavour(body, body.Length, HttpOrigin.Parse("http://127.0.0.1"));
    }
}
