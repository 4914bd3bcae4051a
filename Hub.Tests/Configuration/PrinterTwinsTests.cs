using System.Collections;
using Hub.Core.Configuration;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>One printer entered twice.</summary>
[TestClass]
public sealed class PrinterTwinsTests
{
    private const string SameSerial = """{"id":"b2","type":"bambu","host":"192.168.1.31","serial":"01P00A000000001","access_code":"00000000"}""";
    private const string Message = "b2: serial 01P00A000000001 is already that of bambu-1: one printer's two entries would cut each other's connection";

    [TestMethod]
    public void Edits_SecondEntryOfASerial_AreRefused()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.Bambu);
        string before = Compact(bed.Config.Export(true));

        Assert.AreEqual(Message, Refusal(() => bed.Config.Add(Entry(SameSerial))));
        Assert.AreEqual(Message, bed.ImportError(Document(SameSerial)));
        bed.Config.Add(Entry(SameSerial.Replace("0001\"", "0002\"", System.StringComparison.Ordinal)));
        Assert.AreEqual(Message, Refusal(() => bed.Config.Update("b2", new Hashtable { ["serial"] = "01p00a000000001" })));

        bed.Config.Remove("b2");
        Assert.AreEqual(before, bed.StoredText);
    }

    [TestMethod]
    public void Load_StoredBeforeTheRule_WarnsAndEditsGoOn()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.Bambu, SameSerial);

        CollectionAssert.AreEqual(new[] { Message }, bed.Config.Warnings);
        bed.Config.Update("b2", new Hashtable { ["name"] = "Left" });
        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));
        bed.Config.Remove("bambu-1");

        Assert.IsEmpty(bed.Config.Warnings);
    }

    [TestMethod]
    [DataRow("http://192.168.1.20", "http://192.168.1.20:80/", "http://192.168.1.20")]
    [DataRow("http://OCTO.local/one", "http://octo.local:80/one/", "http://octo.local/one")]
    public void Add_SameAddress_WarnsAndNamesBoth(string first, string second, string shown)
    {
        ConfigTestBed bed = Loaded();
        bed.Config.Add(Entry($$"""{"id":"a","type":"octoprint","url":"{{first}}"}"""));

        bed.Config.Add(Entry($$"""{"id":"b","type":"moonraker","url":"{{second}}"}"""));

        CollectionAssert.AreEqual(new[] { $"b: a has the same address ({shown}): is it one printer twice?" }, bed.Config.Warnings);
        CollectionAssert.AreEqual(new[] { "Warning " + bed.Config.Warnings[0] }, bed.Lines);
    }

    [TestMethod]
    public void Add_SameHostOtherPortPathOrSerial_IsFine()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.Add(Entry("""{"id":"a","type":"octoprint","url":"http://h/one"}"""));
        bed.Config.Add(Entry("""{"id":"b","type":"octoprint","url":"http://h/two"}"""));
        bed.Config.Add(Entry("""{"id":"c","type":"octoprint","url":"http://h:81/one"}"""));
        bed.Config.Add(Entry("""{"id":"d","type":"bambu","host":"h","serial":"S1","access_code":"0000","mqtt_port":8001}"""));
        bed.Config.Add(Entry("""{"id":"e","type":"bambu","host":"h","serial":"S2","access_code":"0000","mqtt_port":8002}"""));

        Assert.IsEmpty(bed.Config.Warnings);
    }

    [TestMethod]
    public void Add_SameBambuHostAndPort_Warns()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.Bambu);

        bed.Config.Add(Entry("""{"id":"e","type":"bambu","host":"192.168.1.30","serial":"S2","access_code":"0000"}"""));

        CollectionAssert.AreEqual(new[] { "e: bambu-1 has the same address (192.168.1.30:8883): is it one printer twice?" }, bed.Config.Warnings);
    }

    [TestMethod]
    public void Edits_TenMegabytes_AreRefusedUnparsed()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        byte[] large = new byte[10 * 1024 * 1024];

        Assert.AreEqual(
            "printers.json has 10485760 bytes; at most 1048576 are allowed", Refusal(() => bed.Config.Import(large)));
        Assert.HasCount(1, bed.Config.Printers);
    }
}
