using System;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Configuration;

/// <summary>Secrets that leave the hub masked, come back, and stay where they belong.</summary>
[TestClass]
public class SecretMaskTests
{
    private const string Printer =
        """{"id":"octo-1","type":"octoprint","url":"http://192.168.1.20","api_key":"SECRET-1","cams":[{"id":"a","password":"SECRET-2"},{"id":"b","password":"SECRET-3"}],"tokens":["SECRET-4","SECRET-5"],"pin_code":987654,"old_url":"http://me:SECRET-6@cam"}""";

    private static readonly string s_document =
        """{"version":1,"printers":[""" + Printer + """],"cloud":{"token":"SECRET-7"}}""";

    private static ConfigTestBed Bed()
    {
        ConfigTestBed bed = ConfigTestBed.Loaded();
        bed.Config.Import(ConfigTestBed.Utf8(s_document));
        return bed;
    }

    [TestMethod]
    public void Export_Masked_ShowsNoSecretAnywhere()
    {
        string text = Encoding.UTF8.GetString(Bed().Config.Export(withSecrets: false));
        Assert.IsFalse(text.Contains("SECRET", StringComparison.Ordinal), text);
        Assert.IsFalse(text.Contains("987654", StringComparison.Ordinal), text);
    }

    [TestMethod]
    public void Import_OwnMaskedExport_ChangesNothing()
    {
        ConfigTestBed bed = Bed();
        byte[] before = bed.Config.Export(withSecrets: true);
        bed.Config.Import(bed.Config.Export(withSecrets: false));
        Assert.AreEqual(ConfigTestBed.Compact(before), ConfigTestBed.Compact(bed.Config.Export(withSecrets: true)));
    }

    [TestMethod]
    public void Import_ListReordered_SecretsFollowTheirIds()
    {
        ConfigTestBed bed = Bed();
        bed.Config.Import(ConfigTestBed.Utf8(ConfigTestBed.Document(
            """{"id":"octo-1","type":"octoprint","url":"http://192.168.1.20","cams":[{"id":"b","password":"***"}]}""")));
        StringAssert.Contains(bed.StoredText, """{"id":"b","password":"SECRET-3"}""");
    }

    [TestMethod]
    [DataRow("""{"id":"octo-1","type":"octoprint","url":"http://evil.example","api_key":"***"}""")]
    [DataRow("""{"id":"octo-1","type":"moonraker","url":"http://192.168.1.20","api_key":"***"}""")]
    [DataRow("""{"id":"octo-1","type":"octoprint","url":"http://192.168.1.20","api_key":"***","tls":{"insecure":true}}""")]
    public void Import_MaskedSecretForAnotherAddress_IsRefused(string entry)
    {
        ConfigTestBed bed = Bed();
        string before = bed.StoredText;
        HubException error = Assert.ThrowsExactly<HubException>(() => bed.Config.Import(ConfigTestBed.Utf8(ConfigTestBed.Document(entry))));
        Assert.AreEqual(ErrorCode.ConfigInvalid, error.Code);
        StringAssert.Contains(error.Message, "masked");
        Assert.AreEqual(before, bed.StoredText);
    }

    [TestMethod]
    public void Update_MaskedSecretForAnotherAddress_IsRefused() =>
        Assert.ThrowsExactly<HubException>(() => Bed().Config.Update("octo-1", ConfigTestBed.Entry("""{"url":"http://evil.example","api_key":"***"}""")));

    [TestMethod]
    public void Update_AddressAlone_KeepsTheSecret()
    {
        ConfigTestBed bed = Bed();
        bed.Config.Update("octo-1", ConfigTestBed.Entry("""{"url":"http://192.168.1.21"}"""));
        Assert.AreEqual("SECRET-1", bed.Config.Find("octo-1")!.ApiKey!.Reveal());
    }

    [TestMethod]
    public void Add_CertificateWithItsPrivateKey_IsRefused()
    {
        string pem = "-----BEGIN CERTIFICATE-----\\nQQ==\\n-----END CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----\\nQQ==\\n-----END PRIVATE KEY-----\\n";
        HubException error = Assert.ThrowsExactly<HubException>(() => Bed().Config.Add(ConfigTestBed.Entry(
            """{"id":"octo-2","type":"octoprint","url":"https://192.168.1.20","tls":{"ca":"PEM"}}""".Replace("PEM", pem, StringComparison.Ordinal))));
        StringAssert.Contains(error.Message, "private key");
    }
}
