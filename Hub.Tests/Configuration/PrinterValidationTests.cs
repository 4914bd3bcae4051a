using System;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

[TestClass]
public sealed class PrinterValidationTests
{
    /// <summary>Stands for the words of all systems.</summary>
    private const string Types = "{types}";

    [TestMethod]
    [DataRow("""{"type":"octoprint","url":"http://h"}""", "printers[0]: id is missing: every printer needs its own")]
    [DataRow("""{"id":"","type":"octoprint","url":"http://h"}""", "printers[0]: id is missing: every printer needs its own")]
    [DataRow("""{"id":7,"type":"octoprint","url":"http://h"}""", "printers[0]: id must be text, not a number")]
    [DataRow("""{"id":"a b","type":"octoprint","url":"http://h"}""", """printers[0] (a b): id must be 1 to 40 of a-z, A-Z, 0-9, '.', '-' and '_', the first a letter or digit, not "a b" """)]
    [DataRow("""{"id":"ö","type":"octoprint","url":"http://h"}""", """printers[0] (ö): id must be 1 to 40 of a-z, A-Z, 0-9, '.', '-' and '_', the first a letter or digit, not "ö" """)]
    [DataRow("""{"id":"..","type":"octoprint","url":"http://h"}""", """printers[0] (..): id must be 1 to 40 of a-z, A-Z, 0-9, '.', '-' and '_', the first a letter or digit, not ".." """)]
    [DataRow("""{"id":"-x","type":"octoprint","url":"http://h"}""", """printers[0] (-x): id must be 1 to 40 of a-z, A-Z, 0-9, '.', '-' and '_', the first a letter or digit, not "-x" """)]
    [DataRow("""{"id":"a\nb","type":"octoprint","url":"http://h"}""", "printers[0] (a?b): id holds a control character")]
    [DataRow("""{"id":"a","url":"http://h"}""", "printers[0] (a): type is missing: it must be " + Types)]
    [DataRow("""{"id":"a","type":null,"url":"http://h"}""", "printers[0] (a): type is missing: it must be " + Types)]
    [DataRow("""{"id":"a","tpye":"octoprint","url":"http://h"}""", """printers[0] (a): type is missing (there is "tpye": did you mean type?)""")]
    [DataRow("""{"id":"a","type":"octopus","url":"http://h"}""", "printers[0] (a): type must be " + Types + ", not \"octopus\"")]
    [DataRow("""{"id":"a","type":["octoprint"],"url":"http://h"}""", "printers[0] (a): type must be text, not a list")]
    [DataRow("""{"id":"a","type":"octoprint"}""", "printers[0] (a): url is missing: octoprint needs it, such as http://192.168.1.20")]
    [DataRow("""{"id":"a","type":"prusalink"}""", "printers[0] (a): url is missing: prusalink needs it, such as http://192.168.1.20")]
    [DataRow("""{"id":"a","type":"moonraker","ulr":"http://h"}""", """printers[0] (a): url is missing (there is "ulr": did you mean url?)""")]
    [DataRow("""{"id":"a","type":"bambu","serial":"S","access_code":"0000"}""", "printers[0] (a): host is missing: bambu needs the printer's address")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","access_code":"0000"}""", "printers[0] (a): serial is missing: bambu needs the serial number, which the printer shows in its settings")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S"}""", "printers[0] (a): access_code is missing: bambu needs the access code, which the printer shows in its LAN settings")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S","accesscode":"0000"}""", """printers[0] (a): access_code is missing (there is "accesscode": did you mean access_code?)""")]
    [DataRow("""{"id":"a","type":"bambu","host":"http://h","serial":"S","access_code":"0000"}""", """printers[0] (a): host must be a bare name or address, not "http://h" """)]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S/#","access_code":"0000"}""", """printers[0] (a): serial must be letters and digits, not "S/#" """)]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S","access_code":12345678}""", "printers[0] (a): access_code must be text, not a number")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S","access_code":"0000","mqtt_port":0}""", "printers[0] (a): mqtt_port must be 1 to 65535, not 0")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S","access_code":"0000","ftps_port":65536}""", "printers[0] (a): ftps_port must be 1 to 65535, not 65536")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","poll_ms":499}""", "printers[0] (a): poll_ms must be 500 to 30000, not 499")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","poll_ms":30001}""", "printers[0] (a): poll_ms must be 500 to 30000, not 30001")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","poll_ms":99999999999}""", "printers[0] (a): poll_ms must be 500 to 30000, not 99999999999")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","poll_ms":1000.5}""", "printers[0] (a): poll_ms must be a whole number")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","poll_ms":"1000"}""", "printers[0] (a): poll_ms must be a number, not text")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","enabled":"yes"}""", "printers[0] (a): enabled must be true or false, not text")]
    [DataRow("""{"id":"a","type":"bambu","host":"h","serial":"S","access_code":"0000","ftps_clear_data":"yes"}""", "printers[0] (a): ftps_clear_data must be true or false, not text")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","require_clear_bed":1}""", "printers[0] (a): require_clear_bed must be true or false, not a number")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","read_only":{}}""", "printers[0] (a): read_only must be true or false, not an object")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","name":"x\u001b[2J"}""", "printers[0] (a): name holds a control character")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","api_key":"x\r\nHost: y"}""", "printers[0] (a): api_key holds a control character")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","tls":true}""", "printers[0] (a): tls must be an object, not true or false")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","tls":{"pin":"12"}}""", "printers[0] (a): tls.pin must be a SHA-256 of 64 hex digits")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","tls":{"ca":"ca.pem"}}""", "printers[0] (a): tls.ca must be a certificate as PEM text (-----BEGIN CERTIFICATE-----)")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://h","tls":{"insecure":"no"}}""", "printers[0] (a): tls.insecure must be true or false, not text")]
    [DataRow("""{"id":"a","type":"octoprint","url":"http://me:hunter2@h"}""", "printers[0] (a): url must not hold a user or password; use the keys api_key, user and password")]
    [DataRow("7", "printers[0] must be an object, not a number")]
    [DataRow("null", "printers[0] must be an object, not null")]
    public void Import_BadEntry_NamesPrinterAndKey(string entry, string message)
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(message.TrimEnd().Replace(Types, PrinterSystems.Types, StringComparison.Ordinal), bed.ImportError(Document(entry)));
    }

    [TestMethod]
    [DataRow("192.168.1.20")]
    [DataRow("ftp://h")]
    [DataRow("http://")]
    [DataRow("http://h:99999")]
    [DataRow("http://h/?a=b")]
    [DataRow("http://h h")]
    public void Import_BadUrl_IsRefused(string url)
    {
        ConfigTestBed bed = Loaded();

        StringAssert.StartsWith(
            bed.ImportError(Document($$"""{"id":"a","type":"octoprint","url":"{{url}}"}""")),
            "printers[0] (a): url is wrong: ");
    }

    [TestMethod]
    public void Import_SecondEntryBad_CountsFromZero()
    {
        ConfigTestBed bed = Loaded();
        string second = """{"id":"octo-2","type":"octoprint","url":"http://h","poll_ms":5}""";

        Assert.AreEqual(
            "printers[1] (octo-2): poll_ms must be 500 to 30000, not 5",
            bed.ImportError(Document(ConfigTestBed.OctoPrint, second)));
    }

    [TestMethod]
    public void Import_DuplicateIds_AreRefused()
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(
            "printers[2] (octo-1): id is already that of printers[0]",
            bed.ImportError(Document(ConfigTestBed.OctoPrint, ConfigTestBed.Bambu, ConfigTestBed.OctoPrint)));
    }

    [TestMethod]
    [DataRow("[]", "the document must be an object with printers, not a list")]
    [DataRow("null", "the document must be an object with printers, not null")]
    [DataRow("{}", "printers is missing")]
    [DataRow("""{"printer":[]}""", """printers is missing (there is "printer": did you mean printers?)""")]
    [DataRow("""{"printers":{}}""", "printers must be a list, not an object")]
    [DataRow("""{"version":"1","printers":[]}""", "version must be a whole number from 1")]
    [DataRow("""{"version":0,"printers":[]}""", "version must be a whole number from 1")]
    [DataRow("""{"version":1.5,"printers":[]}""", "version must be a whole number from 1")]
    [DataRow("""{"version":2,"printers":[]}""", "version 2 was written by a newer hub; this one reads up to version 1: update the hub")]
    public void Import_BadDocument_SaysWhatIsWrong(string document, string message)
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(message, bed.ImportError(document));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("""{"printers":[""")]
    public void Import_NoJson_SaysWhere(string document)
    {
        ConfigTestBed bed = Loaded();

        StringAssert.Contains(bed.ImportError(document), "line 1");
    }

    [TestMethod]
    public void Import_OverOneMebibyte_IsRefused()
    {
        ConfigTestBed bed = Loaded();
        string padding = new(' ', ConfigManager.MaxDocumentBytes);

        StringAssert.StartsWith(bed.ImportError(Document() + padding), "printers.json has 10486");
    }

    [TestMethod]
    public void Add_WouldGrowOverOneMebibyte_IsRefused()
    {
        ConfigTestBed bed = Loaded();
        string notes = new('x', (ConfigManager.MaxDocumentBytes / 2) + 1);
        bed.Config.Add(Entry($$"""{"id":"a","type":"octoprint","url":"http://h","notes":"{{notes}}"}"""));

        string message = Refusal(() => bed.Config.Add(
            Entry($$"""{"id":"b","type":"octoprint","url":"http://h","notes":"{{notes}}"}""")));

        StringAssert.Contains(message, "at most 1048576");
        Assert.HasCount(1, bed.Config.Printers);
    }

    [TestMethod]
    [DataRow("tpye", "type")]
    [DataRow("api_kye", "api_key")]
    [DataRow("pollms", "poll_ms")]
    [DataRow("poll-ms", "poll_ms")]
    [DataRow("Poll_Ms", "poll_ms")]
    [DataRow("acess_code", "access_code")]
    [DataRow("pasword", "password")]
    [DataRow("enabeld", "enabled")]
    [DataRow("mqttport", "mqtt_port")]
    [DataRow("readonly", "read_only")]
    public void Import_MistypedOptionalKey_IsKeptAndWarnedOf(string key, string meant)
    {
        ConfigTestBed bed = Loaded();

        bed.Config.Import(Utf8(Document($$"""{"id":"a","type":"octoprint","url":"http://h","{{key}}":"kept-value"}""")));

        string warning = $"printers[0] (a): the key \"{key}\" is unknown; did you mean {meant}?";
        CollectionAssert.AreEqual(new[] { warning }, bed.Config.Warnings);
        CollectionAssert.Contains(bed.Lines, "Warning " + warning);
        StringAssert.Contains(bed.StoredText, "kept-value");
    }

    [TestMethod]
    [DataRow("notes")]
    [DataRow("location")]
    [DataRow("ip")]
    [DataRow("x")]
    [DataRow("camera_url")]
    public void Import_UnknownKeyLikeNoOther_GivesNoWarning(string key)
    {
        ConfigTestBed bed = Loaded();

        bed.Config.Import(Utf8(Document($$"""{"id":"a","type":"octoprint","url":"http://h","{{key}}":1}""")));

        Assert.IsEmpty(bed.Config.Warnings);
        StringAssert.Contains(bed.StoredText, $"\"{key}\":1");
    }

    [TestMethod]
    public void Import_MistypedTlsKey_IsWarnedOf()
    {
        ConfigTestBed bed = Loaded();

        bed.Config.Import(Utf8(Document("""{"id":"a","type":"octoprint","url":"https://h","tls":{"insecrue":true}}""")));

        CollectionAssert.AreEqual(
            new[] { """printers[0] (a): in tls, the key "insecrue" is unknown; did you mean insecure?""" }, bed.Config.Warnings);
    }

    [TestMethod]
    public void Load_FullEntry_GivesEveryValue()
    {
        string pin = string.Concat(System.Linq.Enumerable.Repeat("AB:", 31)) + "AB";
        ConfigTestBed bed = Loaded(
            $$"""
            {"id":"b","name":"Left","type":"bambu","enabled":false,"poll_ms":500,"host":"::1","mqtt_port":1,"ftps_port":65535,
            "serial":"01p00a","model":"P1S","user":"bblp","password":"pw-fake","access_code":"code-fake","api_key":"key-fake",
            "tls":{"pin":"{{pin}}","insecure":false},"ftps_clear_data":true,"require_clear_bed":false,"read_only":true}
            """);

        PrinterConfig printer = bed.Config.Find("b")!;
        Assert.AreEqual("Left", printer.Name);
        Assert.AreEqual(PrinterTypes.Bambu, printer.Type);
        Assert.IsFalse(printer.Enabled);
        Assert.AreEqual(500, printer.PollMs);
        Assert.AreEqual("::1", printer.Host);
        Assert.AreEqual(1, printer.MqttPort);
        Assert.AreEqual(65535, printer.FtpsPort);
        Assert.IsTrue(printer.FtpsClearData);
        Assert.AreEqual("01P00A", printer.Serial);
        Assert.AreEqual("P1S", printer.Model);
        Assert.AreEqual("bblp", printer.User);
        Assert.AreEqual("pw-fake", printer.Password!.Reveal());
        Assert.AreEqual("code-fake", printer.AccessCode!.Reveal());
        Assert.AreEqual("key-fake", printer.ApiKey!.Reveal());
        Assert.AreEqual(string.Concat(System.Linq.Enumerable.Repeat("ab", 32)), printer.Tls!.PinSha256);
        Assert.IsFalse(printer.Tls.Insecure);
        Assert.IsFalse(printer.RequireClearBed);
        Assert.IsTrue(printer.ReadOnly);
    }

    [TestMethod]
    public void Load_ShortestEntry_GivesDefaults()
    {
        PrinterConfig printer = Loaded(ConfigTestBed.OctoPrint).Config.Printers[0];

        Assert.AreEqual("octo-1", printer.Name);
        Assert.IsTrue(printer.Enabled);
        Assert.AreEqual(2000, printer.PollMs);
        Assert.AreEqual(8883, printer.MqttPort);
        Assert.AreEqual(990, printer.FtpsPort);
        Assert.IsFalse(printer.FtpsClearData);
        Assert.IsNull(printer.ApiKey);
        Assert.IsNull(printer.Tls);
        Assert.IsTrue(printer.RequireClearBed);
        Assert.IsFalse(printer.ReadOnly);
    }
}
