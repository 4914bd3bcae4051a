using System.Collections;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Configuration.ConfigTestBed;

namespace Hub.Tests.Configuration;

/// <summary>cloud.json and wifi.json.</summary>
[TestClass]
public sealed class CloudAndWifiTests
{
    private const string Cloud = """{"url":"wss://cloud.example:8443/farm","hub_id":"hub-1","hub_name":"Hall 2","tenant_id":"t_1","secret":"fake-secret","region":"eu"}""";

    [TestMethod]
    public void Load_NothingStored_BothAreUnset()
    {
        ConfigTestBed bed = Loaded();

        Assert.IsNull(bed.Config.Cloud);
        Assert.IsNull(bed.Config.Wifi);
        Assert.IsEmpty(bed.Values);
    }

    [TestMethod]
    public void SetCloud_GoodValues_AreReadBackWithUnknownKeys()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.SetCloud(Entry(Cloud));

        ConfigManager again = bed.NewManager();
        again.Load();

        CloudConfig cloud = again.Cloud!;
        Assert.AreEqual("wss://cloud.example:8443/farm hub-1 Hall 2 t_1", $"{cloud.Url} {cloud.HubId} {cloud.HubName} {cloud.TenantId}");
        Assert.AreEqual("fake-secret", cloud.Secret!.Reveal());
        StringAssert.Contains(Compact(bed.Values["cloud.json"]), "\"region\":\"eu\"");
        bed.Log.Info("x", "the peer says fake-secret");
        CollectionAssert.Contains(bed.Lines, "Info the peer says ***");
        Assert.AreEqual("***", again.Document(ConfigManager.CloudKey, false)["secret"]);
        Assert.AreEqual("fake-secret", again.Document(ConfigManager.CloudKey, true)["secret"]);
    }

    [TestMethod]
    public void SetWifi_GoodValues_AreReadBack()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.SetWifi(Entry("""{"ssid":"Hälle 2","password":"fake-password","hidden":true}"""));

        ConfigManager again = bed.NewManager();
        again.Load();

        Assert.AreEqual("Hälle 2", again.Wifi!.Ssid);
        Assert.AreEqual("fake-password", again.Wifi.Password!.Reveal());
        Assert.IsTrue(again.Wifi.Hidden);
        Assert.AreEqual("***", again.Document(ConfigManager.WifiKey, false)["password"]);
        Assert.AreEqual("Hälle 2", again.Document(ConfigManager.WifiKey, false)["ssid"]);
    }

    [TestMethod]
    [DataRow("""{"hub_id":"h"}""", "cloud: url is missing: the cloud's address, such as wss://cloud.example")]
    [DataRow("""{"hub_id":"h","tenant_id":"t","secret":"fake"}""", "cloud: url is missing: the cloud's address, such as wss://cloud.example")]
    [DataRow("""{"ulr":"wss://h"}""", "cloud: url is missing (there is \"ulr\": did you mean url?)")]
    [DataRow("""{"url":7}""", "cloud: url must be text, not a number")]
    [DataRow("""{"url":"ftp://h"}""", "cloud: url must begin with wss:// or ws://")]
    [DataRow("""{"url":"wss://me:hunter2@h"}""", "cloud: url must not hold a user or password; the key secret is for that")]
    [DataRow("""{"url":"wss://h:70000"}""", "cloud: url is wrong: its port must be a number from 1 to 65535")]
    [DataRow("""{"url":"wss://h","hub_id":"a/b"}""", "cloud: hub_id must be 1 to 64 of a-z, A-Z, 0-9, '-' and '_', not \"a/b\"")]
    [DataRow("""{"url":"wss://h","tenant_id":"ä"}""", "cloud: tenant_id must be 1 to 64 of a-z, A-Z, 0-9, '-' and '_', not \"ä\"")]
    [DataRow("""{"url":"wss://h","hub_name":"a\nb"}""", "cloud: hub_name holds a control character")]
    [DataRow("""{"url":"wss://h","secret":{}}""", "cloud: secret must be text, not an object")]
    [DataRow("""{"url":"wss://h","secret":"***"}""", "cloud: secret is masked (***) and no stored one can be kept: put the real value there")]
    public void SetCloud_BadValue_NamesTheKey(string changes, string message)
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(message, Refusal(() => bed.Config.SetCloud(Entry(changes))));

        Assert.IsNull(bed.Config.Cloud);
        Assert.IsEmpty(bed.Values);
    }

    [TestMethod]
    [DataRow("""{"password":"fake-password"}""", "wifi: ssid is missing: the network's name")]
    [DataRow("""{"sisd":"x"}""", "wifi: ssid is missing (there is \"sisd\": did you mean ssid?)")]
    [DataRow("""{"ssid":"123456789012345678901234567890123"}""", "wifi: ssid is longer than 32 bytes")]
    [DataRow("""{"ssid":"ääääääääääääääääääääääää"}""", "wifi: ssid is longer than 32 bytes")]
    [DataRow("""{"ssid":"x","password":"short"}""", "wifi: password must have 8 to 63 characters, or be a key of 64 hex digits")]
    [DataRow("""{"ssid":"x","password":"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}""", "wifi: password must have 8 to 63 characters, or be a key of 64 hex digits")]
    [DataRow("""{"ssid":"x","hidden":1}""", "wifi: hidden must be true or false, not a number")]
    public void SetWifi_BadValue_NamesTheKey(string changes, string message)
    {
        ConfigTestBed bed = Loaded();

        Assert.AreEqual(message, Refusal(() => bed.Config.SetWifi(Entry(changes))));

        Assert.IsNull(bed.Config.Wifi);
        Assert.IsEmpty(bed.Values);
    }

    [TestMethod]
    public void SetWifi_KeyOf64HexDigits_IsTaken()
    {
        ConfigTestBed bed = Loaded();

        bed.Config.SetWifi(new Hashtable { ["ssid"] = "x", ["password"] = new string('f', 64) });

        Assert.IsNotNull(bed.Config.Wifi);
    }

    [TestMethod]
    public void SetCloud_MaskedSecret_IsKeptForTheSameAddressOnly()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.SetCloud(Entry(Cloud));

        bed.Config.SetCloud(Entry("""{"hub_name":"New","secret":"***"}"""));
        Assert.AreEqual("fake-secret", bed.Config.Cloud!.Secret!.Reveal());

        Assert.AreEqual(
            "cloud: url changes, so a masked secret (***) is not kept: give the real value",
            Refusal(() => bed.Config.SetCloud(Entry("""{"url":"wss://evil.example","secret":"***"}"""))));
        bed.Config.SetWifi(Entry("""{"ssid":"farm","password":"fake-password"}"""));
        Assert.AreEqual(
            "wifi: ssid changes, so a masked secret (***) is not kept: give the real value",
            Refusal(() => bed.Config.SetWifi(Entry("""{"ssid":"evil","password":"***"}"""))));
    }

    [TestMethod]
    public void Clear_WhatWasSet_IsGoneForGood()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.SetCloud(Entry(Cloud));
        bed.Config.SetWifi(Entry("""{"ssid":"farm"}"""));

        bed.Config.ClearCloud();
        bed.Config.ClearWifi();

        ConfigManager again = bed.NewManager();
        again.Load();
        Assert.IsNull(again.Cloud);
        Assert.IsNull(again.Wifi);
        Assert.IsEmpty(again.Warnings);
        foreach (byte[] value in bed.Values.Values)
        {
            Assert.IsFalse(Encoding.UTF8.GetString(value).Contains("fake-secret", System.StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void Load_DamagedCloud_LastGoodOneIsInForce()
    {
        ConfigTestBed bed = Loaded();
        bed.Config.SetCloud(Entry(Cloud));
        bed.Values["cloud.json"] = Utf8("{");
        ConfigManager again = bed.NewManager();

        again.Load();

        Assert.AreEqual("hub-1", again.Cloud!.HubId);
        StringAssert.StartsWith(again.Warnings[0], "the stored cloud.json is damaged (");
    }

    [TestMethod]
    public void Load_CloudOfANewerVersion_LeavesThePrintersInForce()
    {
        ConfigTestBed bed = new() { Stored = Utf8(Document(ConfigTestBed.OctoPrint)) };
        bed.Values["cloud.json"] = Utf8("""{"version":2}""");

        bed.Config.Load();

        Assert.HasCount(1, bed.Config.Printers);
        Assert.IsNull(bed.Config.Cloud);
        StringAssert.StartsWith(bed.Lines[0], "Error the stored cloud.json is wrong and was left as it is: version 2");
        Refusal(() => bed.Config.SetCloud(Entry(Cloud)));
        Assert.AreEqual("""{"version":2}""", Encoding.UTF8.GetString(bed.Values["cloud.json"]));
        bed.Config.Remove("octo-1");
        Assert.IsEmpty(bed.Config.Printers);
    }

    [TestMethod]
    public void SetCloud_TooLarge_IsRefused()
    {
        ConfigTestBed bed = Loaded();

        StringAssert.Contains(
            Refusal(() => bed.Config.SetCloud(new Hashtable { ["url"] = "wss://h", ["note"] = new string('x', 20000) })),
            "bytes; at most 16384 are allowed");
    }

    [TestMethod]
    public void Load_MistypedKeys_AreWarnedOf()
    {
        ConfigTestBed bed = Loaded();

        bed.Config.SetCloud(Entry("""{"url":"wss://h","tenantid":"x"}"""));

        CollectionAssert.AreEqual(new[] { "cloud: the key \"tenantid\" is unknown; did you mean tenant_id?" }, bed.Config.Warnings);
    }
}
