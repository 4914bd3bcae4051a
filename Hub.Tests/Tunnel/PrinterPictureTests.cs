using System.Collections;
using System.Linq;
using System.Text.Json;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>What a cloud with the extensions knows of the printers: their list, and all details of their statuses.</summary>
[TestClass]
public sealed class PrinterPictureTests : TunnelTestBase
{
    [TestMethod]
    public void PrinterList_IsSentToACloudThatNamesIt()
    {
        Cloud.Capabilities = ["printer_list"];
        AddPrinter("octo-1");
        Hub.Config.Add(Bambu("bambu-1", "01P00A000000001"));
        Start();
        Patience.Until(() => Cloud.Of("printer_list").Length == 1, "the list");
        JsonElement printers = Cloud.Of("printer_list")[0].GetProperty("printers");
        Assert.AreEqual("octo-1 01P00A000000001", string.Join(" ", printers.EnumerateArray().Select(p => FakeCloud.Text(p, "printer_id"))));
        Assert.DoesNotContain("12345678", printers.ToString());
    }

    [TestMethod]
    public void PrinterList_EachChangeOfTheConfiguration_SendsItAgain()
    {
        Cloud.Capabilities = ["printer_list"];
        AddPrinter("octo-1");
        Start();
        ListIs("octo-1:octo-1:True");
        AddPrinter("octo-2");
        ListIs("octo-1:octo-1:True octo-2:octo-2:True");
        Edit("octo-1", "name", "Left");
        ListIs("octo-1:Left:True octo-2:octo-2:True");
        Edit("octo-1", "enabled", false);
        ListIs("octo-1:Left:False octo-2:octo-2:True");
        Hub.Config.Remove("octo-2");
        ListIs("octo-1:Left:False");
    }

    [TestMethod]
    public void PrinterList_OfAStatusThatChanged_IsNotSentAgain()
    {
        Cloud.Capabilities = ["printer_list"];
        AddPrinter("octo-1");
        Start();
        ListIs("octo-1:octo-1:True");
        Status("octo-1", "idle");
        Client("octo-1").State = PrinterState.Paused;
        PassSlowly(() => Cloud.StatusOf("octo-1") is { } status && FakeCloud.Text(status, "status") == "paused", "the pause");
        Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\"}");
        Assert.HasCount(1, Cloud.Of("printer_list"));
    }

    [TestMethod]
    public void Details_AreTheObjectOfTheCommandLine()
    {
        Cloud.Capabilities = ["status_details"];
        AddPrinter("octo-1");
        Start();
        Patience.Until(() => Cloud.StatusOf("octo-1") != null, "a status");
        Client("octo-1").Status.Job = "a.gcode";
        Client("octo-1").State = PrinterState.Attention;
        PassSlowly(() => Details()?.GetProperty("state").GetString() == "attention", "the state");
        JsonWriter writer = new(1024, 64 * 1024);
        PrinterSnapshotJson.Write(writer, Hub.Snapshot("octo-1")!);
        Assert.AreEqual(writer.ToString(), Details()!.Value.GetRawText());
    }

    [TestMethod]
    public void Details_OfACloudThatDoesNotNameThem_AreNotSent()
    {
        Cloud.Capabilities = ["printer_list"];
        AddPrinter("octo-1");
        Start();
        Patience.Until(() => Cloud.StatusOf("octo-1") != null, "a status");
        Assert.IsNull(Details());
    }

    private JsonElement? Details() => Cloud.StatusOf("octo-1") is { } status && status.TryGetProperty("details", out JsonElement details) ? details : null;

    private void Edit(string id, string key, object value)
    {
        Hashtable changes = new() { [key] = value };
        Hub.Config.Update(id, changes);
    }

    private void ListIs(string expected) => Patience.Until(
        () => Cloud.Of("printer_list").Length > 0 && Shown(Cloud.Of("printer_list")[^1]) == expected, expected, () => string.Join("\n", Cloud.Of("printer_list")));

    private static string Shown(JsonElement list) => string.Join(" ", list.GetProperty("printers").EnumerateArray().Select(
        p => FakeCloud.Text(p, "id") + ":" + FakeCloud.Text(p, "name") + ":" + p.GetProperty("enabled").GetBoolean()));
}
