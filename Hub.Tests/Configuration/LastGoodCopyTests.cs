using System.Collections;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>A damaged document costs nothing but a warning; one of a newer version is left alone.</summary>
[TestClass]
public sealed class LastGoodCopyTests
{
    private const string Good = "printers.json.good";
    private const string Bad = "printers.json.bad";

    [TestMethod]
    [DataRow("{", "")]
    [DataRow("""{"version":1,"printers":[{"id":"a","type":"octoprint"}]}""", "printers[0] (a): url is missing")]
    [DataRow("""{"version":0,"printers":[]}""", "version must be a whole number from 1")]
    [DataRow("""{"version":1}""", "printers is missing")]
    [DataRow("[]", "the document must be an object with printers, not a list")]
    [DataRow("", "")]
    public void Load_DamagedDocument_LastGoodOneIsInForce(string damaged, string reason)
    {
        ConfigTestBed bed = Edited();
        bed.Stored = Utf8(damaged);

        ConfigManager again = bed.NewManager();
        again.Load();

        Assert.HasCount(2, again.Printers);
        Assert.HasCount(1, again.Warnings);
        StringAssert.StartsWith(again.Warnings[0], "the stored printers.json is damaged (" + reason);
        StringAssert.Contains(again.Warnings[0], "): the last good one is in force; the next edit replaces it and keeps the damaged one as printers.json.bad");
        CollectionAssert.AreEqual(new[] { "Error " + again.Warnings[0] }, bed.Lines);
        Assert.AreEqual(damaged, Encoding.UTF8.GetString(bed.Stored!), "nothing is written yet");
        Assert.IsFalse(bed.Values.ContainsKey(Bad));
    }

    [TestMethod]
    public void Edit_AfterDamage_KeepsTheDamagedBytesAside()
    {
        ConfigTestBed bed = Edited();
        bed.Stored = Utf8("half a docu");
        ConfigManager again = bed.NewManager();
        again.Load();

        again.Remove("octo-1");

        Assert.AreEqual("half a docu", Encoding.UTF8.GetString(bed.Values[Bad]));
        Assert.IsEmpty(again.Warnings);
        ConfigManager third = bed.NewManager();
        third.Load();
        Assert.AreEqual("bambu-1", third.Printers[0].Id);
        Assert.HasCount(1, third.Printers);
    }

    [TestMethod]
    public void Load_BothSlotsUnreadable_LastGoodOneIsInForceAndTheirBytesAreKept()
    {
        ConfigTestBed bed = Edited();
        bed.Damaged[ConfigManager.PrintersKey] = [1, 2, 3];
        ConfigManager again = bed.NewManager();
        again.Load();
        Assert.HasCount(2, again.Printers);
        StringAssert.Contains(again.Warnings[0], "the stored value 'config/printers.json' is damaged");

        again.Remove("octo-1");

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, bed.Values[Bad]);
        Assert.HasCount(1, again.Printers);
    }

    [TestMethod]
    public void Edit_DamagedBytesCannotBeKept_IsRefusedAndTheyStay()
    {
        ConfigTestBed bed = Edited();
        bed.Stored = Utf8("half a docu");
        ConfigManager again = bed.NewManager();
        again.Load();
        bed.Full.Add(Bad);

        Assert.ThrowsExactly<HubException>(() => again.Remove("octo-1"));

        Assert.AreEqual("half a docu", Encoding.UTF8.GetString(bed.Stored!));
        Assert.HasCount(2, again.Printers);
    }

    [TestMethod]
    public void Load_NewerVersion_IsRefusedAndNotReplacedByTheCopy()
    {
        ConfigTestBed bed = Edited();
        bed.Stored = Utf8("""{"version":2,"printers":"in another way"}""");
        ConfigManager again = bed.NewManager();

        Assert.AreEqual(
            "the stored printers.json is wrong and was left as it is: version 2 was written by a newer hub; this one reads up to version 1: update the hub",
            Refusal(again.Load));
        Refusal(() => again.Add(Entry("""{"id":"x","type":"octoprint","url":"http://x"}""")));

        Assert.AreEqual("""{"version":2,"printers":"in another way"}""", Encoding.UTF8.GetString(bed.Stored!));
        Assert.IsEmpty(again.Printers);
    }

    [TestMethod]
    public void Load_CopyDamagedToo_IsRefused()
    {
        ConfigTestBed bed = Edited();
        bed.Stored = Utf8("{");
        bed.Values[Good] = Utf8("[");
        StringAssert.StartsWith(Refusal(bed.NewManager().Load), "the stored printers.json is wrong and was left as it is: ");

        bed.Damaged[Good] = [0];
        StringAssert.StartsWith(Refusal(bed.NewManager().Load), "the stored printers.json is wrong and was left as it is: ");
    }

    [TestMethod]
    public void Load_StorageOutOfReach_IsNotTakenForDamage()
    {
        ConfigTestBed bed = Edited();
        bed.ReadError = new HubException(ErrorCode.StorageFailed, "access denied");
        ConfigManager again = bed.NewManager();

        HubException error = Assert.ThrowsExactly<HubException>(again.Load);

        Assert.AreEqual("access denied", error.Message);
        Assert.IsEmpty(again.Printers);
    }

    [TestMethod]
    public void Load_DocumentDeleted_IsEmptyWhateverTheCopyHolds()
    {
        ConfigTestBed bed = Edited();
        bed.Stored = null;
        ConfigManager again = bed.NewManager();

        again.Load();

        Assert.IsEmpty(again.Printers);
        Assert.IsEmpty(again.Warnings);
    }

    [TestMethod]
    public void Edit_CopyCannotBeWritten_IsDoneAndSaysSo()
    {
        ConfigTestBed bed = Loaded();
        bed.Full.Add(Good);

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));

        StringAssert.Contains(bed.StoredText, "octo-1");
        CollectionAssert.AreEqual(new[] { "Warning printers.json is stored, but no second copy of it: no space is left" }, bed.Lines);
    }

    [TestMethod]
    public void Edit_CopyCannotBeWritten_OlderOneBringsNothingBack()
    {
        ConfigTestBed bed = Edited();
        bed.Full.Add(Good);

        bed.Config.Remove("octo-1");

        Assert.IsFalse(bed.Values.ContainsKey(Good));
        bed.Stored = Utf8("{");
        ConfigManager again = bed.NewManager();
        StringAssert.StartsWith(Refusal(again.Load), "the stored printers.json is wrong and was left as it is: ");
        Assert.IsEmpty(again.Printers, "the removed printer stays removed");
    }

    [TestMethod]
    public void Edit_DamagedWhileRunning_GoesOnFromWhatIsInForce()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        Assert.IsFalse(bed.Values.ContainsKey(Good), "this is also how it is after an update from a hub without copies");
        bed.Stored = Utf8("{");

        bed.Config.Add(Entry(ConfigTestBed.Bambu));

        Assert.HasCount(2, bed.Config.Printers);
        Assert.AreEqual("{", Encoding.UTF8.GetString(bed.Values[Bad]));
        StringAssert.Contains(bed.StoredText, "octo-1");
    }

    [TestMethod]
    public void Edits_AnyOf_LeaveTheCopyLikeTheDocument()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));
        CollectionAssert.AreEqual(bed.Stored, bed.Values[Good]);
        bed.Config.Update("octo-1", new Hashtable { ["name"] = "New" });
        CollectionAssert.AreEqual(bed.Stored, bed.Values[Good]);
        bed.Config.Remove("octo-1");
        CollectionAssert.AreEqual(bed.Stored, bed.Values[Good]);
    }

    private static ConfigTestBed Edited()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        bed.Config.Add(Entry(ConfigTestBed.Bambu));
        return bed;
    }
}
