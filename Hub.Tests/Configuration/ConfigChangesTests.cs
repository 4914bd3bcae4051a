using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Text;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>Listeners hear of every change, once it is stored; what another process stored is taken over first.</summary>
[TestClass]
public sealed class ConfigChangesTests
{
    [TestMethod]
    public void Edits_Done_AreToldOnceStored()
    {
        ConfigTestBed bed = Loaded();
        Listener listener = new(_ => bed.StoredText.Length + " " + bed.Config.Printers.Length);
        bed.Config.Listen(listener);

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));
        int length = bed.StoredText.Length;
        bed.Config.SetWifi(new Hashtable { ["ssid"] = "farm" });
        bed.Config.SetCloud(new Hashtable { ["url"] = "wss://cloud.example" });
        bed.Config.Remove("octo-1");

        CollectionAssert.AreEqual(
            new[] { $"printers.json {length} 1", $"wifi.json {length} 1", $"cloud.json {length} 1", $"printers.json {bed.StoredText.Length} 0" }, listener.Heard);
    }

    [TestMethod]
    public void Edits_Refused_AreNotTold()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        Listener listener = new();
        bed.Config.Listen(listener);

        Refusal(() => bed.Config.Add(Entry(ConfigTestBed.OctoPrint)));
        bed.FailWrites = true;
        Assert.ThrowsExactly<HubException>(() => bed.Config.Remove("octo-1"));

        Assert.IsEmpty(listener.Heard);
    }

    [TestMethod]
    public void Edit_ListenerThrows_IsDoneAndTheOthersHear()
    {
        ConfigTestBed bed = Loaded();
        Listener second = new();
        bed.Config.Listen(new Listener(_ => throw new InvalidOperationException("broken\nin two")));
        bed.Config.Listen(second);

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));

        Assert.HasCount(1, bed.Config.Printers);
        CollectionAssert.AreEqual(new[] { "printers.json" }, second.Heard);
        CollectionAssert.AreEqual(new[] { "Error the change of printers.json was not applied: broken?in two" }, bed.Lines);
    }

    [TestMethod]
    public void Edit_ListenerEdits_IsToldAfterThisOne()
    {
        ConfigTestBed bed = Loaded();
        List<string> order = [];
        bed.Config.Listen(new Listener(key =>
        {
            order.Add("first " + key + " " + bed.Config.Printers.Length);
            if (bed.Config.Printers.Length == 1)
            {
                bed.Config.Add(Entry(ConfigTestBed.Bambu));
            }

            return "";
        }));
        bed.Config.Listen(new Listener(key =>
        {
            order.Add("second " + key);
            return "";
        }));

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));

        CollectionAssert.AreEqual(new[] { "first printers.json 1", "second printers.json", "first printers.json 2", "second printers.json" }, order);
    }

    [TestMethod]
    public void Edit_ListenerWaitsForAnotherEditor_DoesNotLockUp()
    {
        ConfigTestBed bed = Loaded();
        bool isDone = false;
        bed.Config.Listen(new Listener(_ =>
        {
            if (bed.Config.Printers.Length == 1)
            {
                Thread other = new(() => bed.Config.Add(Entry(ConfigTestBed.Bambu)));
                other.Start();
                isDone = other.Join(Patience.LimitMs);
            }

            return "";
        }));
        Listener last = new(_ => bed.Config.Printers.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        bed.Config.Listen(last);

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));

        Assert.IsTrue(isDone);
        CollectionAssert.AreEqual(new[] { "printers.json 2", "printers.json 2" }, last.Heard);
    }

    [TestMethod]
    public void Unlisten_Done_HearsNoMore()
    {
        ConfigTestBed bed = Loaded();
        Listener listener = new();
        bed.Config.Listen(listener);
        bed.Config.Unlisten(listener);

        bed.Config.Add(Entry(ConfigTestBed.OctoPrint));

        Assert.IsEmpty(listener.Heard);
    }

    [TestMethod]
    public void Edit_AnotherProcessStoredMeanwhile_KeepsBothEdits()
    {
        ConfigTestBed bed = Loaded();
        ConfigManager other = bed.NewManager();
        other.Load();
        other.Add(Entry(ConfigTestBed.OctoPrint));

        bed.Config.Add(Entry(ConfigTestBed.Bambu));
        other.Update("bambu-1", new Hashtable { ["name"] = "Left" });

        bed.Config.Refresh();
        Assert.HasCount(2, bed.Config.Printers);
        Assert.AreEqual("Left", bed.Config.Find("bambu-1")!.Name);
    }

    [TestMethod]
    public void FailedEdit_AnotherProcessStoredMeanwhile_TellsOfThat()
    {
        ConfigTestBed bed = Loaded();
        ConfigManager other = bed.NewManager();
        other.Load();
        other.Add(Entry(ConfigTestBed.OctoPrint));
        Listener listener = new();
        bed.Config.Listen(listener);

        Refusal(() => bed.Config.Add(Entry(ConfigTestBed.OctoPrint)));

        CollectionAssert.AreEqual(new[] { "printers.json" }, listener.Heard);
        Assert.HasCount(1, bed.Config.Printers);
    }

    [TestMethod]
    public void Refresh_NothingChanged_TellsNothing()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        Listener listener = new();
        bed.Config.Listen(listener);

        bed.Config.Refresh();

        Assert.IsEmpty(listener.Heard);
    }

    [TestMethod]
    public void Refresh_NewerVersionStoredMeanwhile_KeepsWhatIsInForceAndRefusesEdits()
    {
        ConfigTestBed bed = Loaded(ConfigTestBed.OctoPrint);
        bed.Stored = Utf8("""{"version":2}""");

        StringAssert.Contains(Refusal(bed.Config.Refresh), "version 2 was written by a newer hub");
        StringAssert.Contains(Refusal(() => bed.Config.Remove("octo-1")), "version 2 was written by a newer hub");

        Assert.HasCount(1, bed.Config.Printers);
        Assert.AreEqual("""{"version":2}""", bed.StoredText);
    }

    private sealed class Listener(Func<string, string>? about = null) : IConfigListener
    {
        public List<string> Heard { get; } = [];

        public void ConfigChanged(string documentKey) =>
            Heard.Add(about == null ? documentKey : documentKey + " " + about(documentKey));
    }
}
