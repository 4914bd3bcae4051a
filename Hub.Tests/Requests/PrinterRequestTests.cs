using System.Collections;
using System.Linq;
using System.Text.Json;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Requests;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Requests;

/// <summary>printers.*: the configuration, without secrets.</summary>
[TestClass]
public sealed class PrinterRequestTests : RequestTestBase
{
    [TestMethod]
    public void List_HasTheDocumentsKeysAndNoSecrets()
    {
        Hub.Config.Add(Bambu("bambu-1", "01P00A000000001"));
        JsonElement printer = Ask("printers.list").GetProperty("printers")[0];
        Assert.AreEqual("bambu-1", Text(printer, "id"));
        Assert.AreEqual("***", Text(printer, "access_code"));
        Assert.AreEqual(500, printer.GetProperty("poll_ms").GetInt32());
        Assert.IsTrue(printer.GetProperty("enabled").GetBoolean());
    }

    [TestMethod]
    public void List_OfManyPrinters_ComesInPages()
    {
        for (int i = 1; i <= 5; i++)
        {
            AddPrinter("octo-" + i);
        }

        JsonElement first = Ask("printers.list", """{"limit":2}""");
        Assert.AreEqual("octo-1 octo-2", Ids(first));
        Assert.AreEqual("octo-2", Text(first, "next"));
        JsonElement last = Ask("printers.list", """{"after":"octo-2","limit":3}""");
        Assert.AreEqual("octo-3 octo-4 octo-5", Ids(last));
        Assert.IsFalse(last.TryGetProperty("next", out _));
        Fails(ErrorCode.UnknownPrinter, "printers.list", """{"after":"gone"}""");
        Fails(ErrorCode.BadRequest, "printers.list", """{"limit":0}""");
    }

    [TestMethod]
    public void List_ThatExceedsAnAnswer_IsCutBetweenTwoPrinters()
    {
        for (int i = 1; i <= 40; i++)
        {
            Ask("printers.add", $$"""{"type":"octoprint","url":"http://127.0.0.1:{{i}}","api_key":"secret-key","note":"{{new string('x', 3000)}}"}""");
        }

        JsonElement page = Ask("printers.list");
        Assert.IsLessThan(60 * 1024, page.GetRawText().Length);
        string all = Ids(page);
        while (page.TryGetProperty("next", out JsonElement next))
        {
            page = Ask("printers.list", $$"""{"after":"{{next.GetString()}}"}""");
            all += " " + Ids(page);
        }

        Assert.AreEqual(string.Join(" ", Enumerable.Range(1, 40).Select(i => "octo-" + i)), all);
    }

    [TestMethod]
    public void Add_WithAndWithoutAnId()
    {
        JsonElement added = Ask("printers.add", """{"type":"octoprint","url":"http://127.0.0.1:1","api_key":"k-123456"}""");
        Assert.AreEqual("added octo-1", Text(added, "result") + " " + Text(added, "printer"));
        Ask("printers.add", """{"id":"left","type":"moonraker","url":"http://127.0.0.1:2","name":null}""");
        Assert.AreEqual("k-123456", Hub.Config.Find("octo-1")!.ApiKey!.Reveal());
        Assert.AreEqual("left", Hub.Config.Find("left")!.Name);
        Fails(ErrorCode.ConfigInvalid, "printers.add", """{"id":"left","type":"moonraker","url":"http://127.0.0.1:3"}""");
        Fails(ErrorCode.ConfigInvalid, "printers.add", """{"type":"octoprint"}""");
        Fails(ErrorCode.BadRequest, "printers.add", """{"url":"http://127.0.0.1:3"}""");
        Fails(ErrorCode.BadRequest, "printers.add", """{"type":7}""");
    }

    [TestMethod]
    public void Edit_ChangesWhatIsNamed()
    {
        AddPrinter("octo-1");
        Ask("printers.edit", """{"id":"octo-1","name":"Left","poll_ms":1000}""");
        Assert.AreEqual("Left", Hub.Config.Find("octo-1")!.Name);
        Ask("printers.edit", """{"id":"octo-1","poll_ms":null}""");
        Assert.AreEqual(2000, Hub.Config.Find("octo-1")!.PollMs);
        Fails(ErrorCode.ConfigInvalid, "printers.edit", """{"id":"octo-1","poll_ms":1}""");
        Fails(ErrorCode.BadRequest, "printers.edit", """{"id":"octo-1"}""");
        Fails(ErrorCode.BadRequest, "printers.edit", """{"name":"x"}""");
        Fails(ErrorCode.UnknownPrinter, "printers.edit", """{"id":"gone","name":"x"}""");
        Assert.AreEqual("Left", Hub.Config.Find("octo-1")!.Name);
    }

    [TestMethod]
    [DataRow("""{"id":"octo-1","url":"http://127.0.0.1:4"}""")]
    [DataRow("""{"id":"octo-1","tls":{"insecure":true}}""")]
    [DataRow("""{"id":"octo-1","url":"http://127.0.0.1:4","api_key":"***"}""")]
    public void Edit_AnotherAddressWithoutItsSecret_IsRefused(string change)
    {
        Ask("printers.add", """{"id":"octo-1","type":"octoprint","url":"http://127.0.0.1:3","api_key":"k-123456"}""");
        StringAssert.Contains(Fails(ErrorCode.ConfigInvalid, "printers.edit", change).Message, "changes, so");
        Assert.AreEqual("http://127.0.0.1:3", Hub.Config.Find("octo-1")!.Url);
        Ask("printers.edit", """{"id":"octo-1","url":"http://127.0.0.1:4","api_key":"k-654321"}""");
        Assert.AreEqual("k-654321", Hub.Config.Find("octo-1")!.ApiKey!.Reveal());
    }

    [TestMethod]
    public void CloudSet_PrivateDownloads_IsNotTheCloudsToChange()
    {
        Asked asked = new();
        Hub.Requests.Submit(new HubRequest("c1", "cloud.set", new Hashtable { ["private_downloads"] = true }, asked) { IsOfCloud = true });
        StringAssert.Contains(HubErrors.Fails(ErrorCode.Refused, () => throw asked.Error()).Message, "at the hub itself");
    }

    [TestMethod]
    public void EnableDisableRemove()
    {
        AddPrinter("octo-1");
        Assert.AreEqual("disabled", Text(Ask("printers.disable", """{"id":"octo-1"}"""), "result"));
        Assert.IsFalse(Hub.Config.Find("octo-1")!.Enabled);
        Assert.AreEqual("enabled", Text(Ask("printers.enable", """{"id":"octo-1"}"""), "result"));
        Assert.IsTrue(Hub.Config.Find("octo-1")!.Enabled);
        Assert.AreEqual("removed", Text(Ask("printers.remove", """{"id":"octo-1"}"""), "result"));
        Assert.IsEmpty(Hub.Config.Printers);
        Fails(ErrorCode.UnknownPrinter, "printers.remove", """{"id":"octo-1"}""");
        Fails(ErrorCode.UnknownPrinter, "printers.enable", """{"id":"octo-1"}""");
        Fails(ErrorCode.BadRequest, "printers.disable");
    }

    [TestMethod]
    public void Trust_ForgetsTheStoredCertificate()
    {
        Hub.Config.Add(Bambu("bambu-1", "01P00A000000001"));
        AddPrinter("octo-1");
        TrustStore trust = new(Hub.Hal.Nvs, Hub.Hal.Hash);
        trust.Remember("01P00A000000001", new string('a', 64));
        Ask("printers.trust", """{"id":"bambu-1"}""");
        Assert.IsNull(trust.Find("01P00A000000001"));
        Fails(ErrorCode.NotSupported, "printers.trust", """{"id":"octo-1"}""");
        Fails(ErrorCode.UnknownPrinter, "printers.trust", """{"id":"gone"}""");
    }

    [TestMethod]
    public void UnknownMethods_AreNamed()
    {
        foreach (string method in new[] { "printers.fly", "cloud.fly", "wifi.fly", "fly", "" })
        {
            StringAssert.Contains(Fails(ErrorCode.BadRequest, method).Message, "'" + method + "'");
        }
    }

    [TestMethod]
    public void Secrets_OfARefusedRequest_AreMaskedInItsErrorAndInTheLog()
    {
        HubException error = Fails(ErrorCode.UnknownPrinter, "printers.edit", """{"id":"obviously-fake","api_key":"obviously-fake"}""");
        Assert.Contains("***", error.Message, "the id that it quotes is masked as the key");
        Assert.IsFalse(Lines.Has("obviously-fake"));
    }

    private static string Ids(JsonElement list) => string.Join(" ", list.GetProperty("printers").EnumerateArray().Select(p => Text(p, "id")));
}
