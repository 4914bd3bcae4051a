using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

[TestClass]
public sealed class ConfigManagerTests
{
    private const string WithKey = """{"id":"octo-1","type":"octoprint","url":"http://h","api_key":"fake-key-1"}""";

    [TestMethod]
    public void Load_NothingStored_IsEmptyAndWritesNothing()
    {
        ConfigTestBed bed = Loaded();

        Assert.IsEmpty(bed.Config.Printers);
        Assert.AreEqual(0, bed.Writes);
        Assert.AreEqual("""{"printers":[],"version":1}""", Compact(bed.Config.Export(true)));
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("""{"version":9,"printers":[]}""")]
    [DataRow("""{"printers":[{"id":"a"}]}""")]
    public void Load_BadDocument_IsRefusedAndNeverOverwritten(string document)
    {
        ConfigTestBed bed = new() { Stored = Utf8(document) };

        string message = Refusal(bed.Config.Load);
        Refusal(() => bed.Config.Add(Entry(ConfigTestBed.OctoPrint)));
        Refusal(() => bed.Config.Import(Utf8(Document(ConfigTestBed.OctoPrint))));
        Refusal(() => bed.Config.Remove("a"));
        Refusal(() => bed.Config.Export(true));

        StringAssert.StartsWith(message, "the stored printers.json is wrong and was left as it is: ");
        Assert.AreEqual(document, System.Text.Encoding.UTF8.GetString(bed.Stored));
        Assert.AreEqual(0, bed.Writes);
    }

    [TestMethod]
    public void Add_BeforeLoad_IsRefused()
    {
        ConfigTestBed bed = new() { Stored = Utf8(Document(ConfigTestBed.Bambu)) };

        Refusal(() => bed.Config.Add(Entry(ConfigTestBed.OctoPrint)));

        Assert.AreEqual(0, bed.Writes);
    }

    [TestMethod]
    public void Edits_UnknownKeys_Survive()
    {
        ConfigTestBed bed = new();
        bed.Stored = Utf8(
            """{"version":1,"site":"hall 2","printers":[{"id":"a","type":"octoprint","url":"http://h","shelf":{"row":3,"tags":["x",null,1.5]},"tls":{"note":"n"}}]}""");
        bed.Config.Load();

        bed.Config.Update("a", Entry("""{"name":"Left","tls":{"insecure":true}}"""));
        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));
        bed.Config.Remove("octo-1");

        Assert.AreEqual(
            """{"printers":[{"id":"a","name":"Left","shelf":{"row":3,"tags":["x",null,1.5]},"tls":{"insecure":true,"note":"n"},"type":"octoprint","url":"http://h"}],"site":"hall 2","version":1}""",
            bed.StoredText);
    }

    [TestMethod]
    public void Add_SameId_IsRefused()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);

        Assert.AreEqual(
            "octo-1: a printer with this id exists already", Refusal(() => bed.Config.Add(Entry(WithKey))));
        Assert.AreEqual(0, bed.Writes);
    }

    [TestMethod]
    public void Add_CallersTreeChangesLater_ChangesNothing()
    {
        ConfigTestBed bed = Loaded();
        Hashtable entry = Entry(ConfigTestBed.OctoPrint);
        bed.Config.Add(entry);

        entry["url"] = "http://other";
        bed.Config.Add(Entry(ConfigTestBed.Bambu));

        Assert.IsFalse(bed.StoredText.Contains("other"), bed.StoredText);
    }

    [TestMethod]
    public void Add_PrinterConfig_IsReadBackTheSame()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.Add(new PrinterConfig
        {
            Id = "b", Name = "Left", Type = PrinterTypes.Bambu, Enabled = false, PollMs = 900, Host = "h", MqttPort = 1, FtpsPort = 2,
            Serial = "S1", Model = "P1S", User = "bblp", AccessCode = new Secret("fake-code"), FtpsClearData = true, RequireClearBed = false, ReadOnly = true,
            Tls = new TlsOptions { Insecure = true },
        });

        Assert.AreEqual(
            """{"printers":[{"access_code":"fake-code","enabled":false,"ftps_clear_data":true,"ftps_port":2,"host":"h","id":"b","model":"P1S","mqtt_port":1,"name":"Left","poll_ms":900,"read_only":true,"require_clear_bed":false,"serial":"S1","tls":{"insecure":true},"type":"bambu","user":"bblp"}],"version":1}""",
            bed.StoredText);
        ConfigManager again = bed.NewManager();
        again.Load();
        Assert.AreEqual("fake-code", again.Find("b")!.AccessCode!.Reveal());
    }

    [TestMethod]
    public void Update_NullValue_RemovesTheKey()
    {
        ConfigTestBed bed = Loaded(WithKey);

        bed.Config.Update("octo-1", new Hashtable { ["api_key"] = null });

        Assert.IsNull(bed.Config.Find("octo-1")!.ApiKey);
        Assert.IsFalse(bed.StoredText.Contains("api_key"));
    }

    [TestMethod]
    public void Update_WouldBreakTheEntry_LeavesTheOldOne()
    {
        ConfigTestBed bed = Loaded(WithKey);

        Assert.AreEqual(
            "octo-1: poll_ms must be 500 to 30000, not 5",
            Refusal(() => bed.Config.Update("octo-1", new Hashtable { ["poll_ms"] = 5, ["name"] = "New" })));
        Assert.AreEqual("octo-1: id cannot be changed", Refusal(() => bed.Config.Update("octo-1", new Hashtable { ["id"] = "x" })));

        Assert.AreEqual("octo-1", bed.Config.Find("octo-1")!.Name);
        Assert.AreEqual(0, bed.Writes);
    }

    [TestMethod]
    public void UpdateAndRemove_UnknownId_AreRefused()
    {
        ConfigTestBed bed = Loaded(WithKey);

        Assert.AreEqual(ErrorCode.UnknownPrinter, Assert.ThrowsExactly<HubException>(() => bed.Config.Update("x", [])).Code);
        Assert.AreEqual(ErrorCode.UnknownPrinter, Assert.ThrowsExactly<HubException>(() => bed.Config.Remove("x")).Code);
    }

    [TestMethod]
    public void Edits_StorageFails_OldDocumentStaysInForce()
    {
        ConfigTestBed bed = Loaded(WithKey);
        string before = bed.StoredText;
        bed.FailWrites = true;

        Assert.ThrowsExactly<HubException>(() => bed.Config.Add(Entry(ConfigTestBed.Bambu)));
        Assert.ThrowsExactly<HubException>(() => bed.Config.Remove("octo-1"));
        Assert.ThrowsExactly<HubException>(() => bed.Config.Update("octo-1", new Hashtable { ["name"] = "New" }));
        Assert.ThrowsExactly<HubException>(() => bed.Config.Import(Utf8(Document(ConfigTestBed.Bambu))));

        Assert.AreEqual(before, bed.StoredText);
        Assert.HasCount(1, bed.Config.Printers);
        Assert.AreEqual("octo-1", bed.Config.Printers[0].Name);
        bed.FailWrites = false;
        bed.Config.Add(Entry(ConfigTestBed.Bambu));
        Assert.HasCount(2, bed.Config.Printers);
        Assert.IsFalse(bed.StoredText.Contains("New"), bed.StoredText);
    }

    [TestMethod]
    public void Import_OneBadEntry_TakesNothing()
    {
        ConfigTestBed bed = Loaded(WithKey);

        bed.ImportError(Document(ConfigTestBed.Bambu, """{"id":"x","type":"octoprint"}"""));

        Assert.HasCount(1, bed.Config.Printers);
        Assert.AreEqual(0, bed.Writes);
    }

    [TestMethod]
    public void Import_KnownAndNewIds_ReplacesAddsAndLeavesTheRest()
    {
        ConfigTestBed bed = Loaded(WithKey, ConfigTestBed.Bambu);

        int count = bed.Config.Import(Utf8(Document(
            """{"id":"octo-2","type":"octoprint","url":"http://two"}""",
            """{"id":"octo-1","type":"octoprint","url":"http://moved","api_key":"fake-key-2"}""")));

        Assert.AreEqual(2, count);
        PrinterConfig[] printers = bed.Config.Printers;
        Assert.AreEqual("octo-1 bambu-1 octo-2", $"{printers[0].Id} {printers[1].Id} {printers[2].Id}");
        Assert.AreEqual("http://moved", printers[0].Url);
        Assert.AreEqual("fake-key-2", printers[0].ApiKey!.Reveal());
        Assert.AreEqual(1, bed.Writes);
    }

    [TestMethod]
    public void Import_MaskedSecretOfKnownId_KeepsTheStoredOne()
    {
        ConfigTestBed bed = Loaded(WithKey);

        bed.Config.Import(bed.Config.Export(false));

        Assert.AreEqual("fake-key-1", bed.Config.Find("octo-1")!.ApiKey!.Reveal());
    }

    [TestMethod]
    public void Import_MaskedSecretOfNewId_IsRefused()
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(
            "printers[0] (octo-1): api_key is masked (***) and no stored one can be kept: put the real value there",
            bed.ImportError(Document("""{"id":"octo-1","type":"octoprint","url":"http://h","api_key":"***"}""")));
        StringAssert.Contains(
            Refusal(() => bed.Config.Add(Entry("""{"id":"a","type":"octoprint","url":"http://h","api_key":"***"}"""))),
            "api_key is masked");
    }

    [TestMethod]
    public void Import_MaskedSecretThatWasNeverStored_IsRefused()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);

        StringAssert.Contains(
            bed.ImportError(Document("""{"id":"octo-1","type":"octoprint","url":"http://h","password":"***"}""")),
            "password is masked");
    }

    [TestMethod]
    public void Export_WithoutSecrets_HidesMistypedAndUnknownOnesToo()
    {
        string entry = """{"id":"a","type":"octoprint","url":"http://h","api_kye":"fake-1","Password":"fake-2","camera":{"token":"fake-3"},"list":[{"wifi_password":"fake-4"}],"notes":"kept"}""";
        ConfigTestBed bed = Loaded(entry);

        string text = Compact(bed.Config.Export(false));

        Assert.IsFalse(text.Contains("fake-"), text);
        StringAssert.Contains(text, "\"notes\":\"kept\"");
        StringAssert.Contains(System.Text.Encoding.UTF8.GetString(bed.Config.Export(true)), "fake-4");
    }

    [TestMethod]
    public void Load_Secrets_AreMaskedInTheLog()
    {
        ConfigTestBed bed = Loaded(WithKey);

        bed.Log.Info("x", "the peer says fake-key-1");

        CollectionAssert.Contains(bed.Lines, "Info the peer says ***");
    }

    [TestMethod]
    public void Edits_KnownWarning_IsLoggedOnce()
    {
        ConfigTestBed bed = Loaded("""{"id":"a","type":"octoprint","url":"http://h","pollms":1}""");

        bed.Config.Add(Entry(ConfigTestBed.Bambu));
        bed.Config.Remove("bambu-1");

        Assert.HasCount(1, bed.Lines);
    }

    [TestMethod]
    public void NextId_SomeTaken_GivesTheFirstFreeOne()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint, """{"id":"octo-3","type":"octoprint","url":"http://h"}""");

        Assert.AreEqual("octo-2", bed.Config.NextId(PrinterTypes.OctoPrint));
        Assert.AreEqual("bambu-1", bed.Config.NextId(PrinterTypes.Bambu));
        Assert.AreEqual("prusa-1", bed.Config.NextId(PrinterTypes.PrusaLink));
        Assert.AreEqual("moon-1", bed.Config.NextId(PrinterTypes.Moonraker));
    }
}
