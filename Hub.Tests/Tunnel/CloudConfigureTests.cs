using System;
using System.Text.Json;
using Hub.Core.Discovery;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>configure_printer and hub_config over the connection.</summary>
[TestClass]
public sealed class CloudConfigureTests : TunnelTestBase
{
    [TestMethod]
    public void Add_IsAcknowledgedAndTheNewPrinterReports()
    {
        Start();
        JsonElement ack = Cloud.Ask(
            "c1",
            "{\"type\":\"configure_printer\",\"command_id\":\"c1\",\"action\":\"add\",\"printer\":{\"id\":\"u1\",\"serial_number\":\"S-1\",\"access_code\":\"T0PSECRET\","
            + "\"ip_address\":\"127.0.0.1:1\",\"connection_type\":\"octoprint\"}}");
        Assert.IsTrue(ack.GetProperty("success").GetBoolean(), ack.ToString());
        Status("S-1", "idle");
        Assert.IsFalse(Lines.Has("T0PSECRET"));

        ack = Cloud.Ask(
            "c2", "{\"type\":\"configure_printer\",\"command_id\":\"c2\",\"action\":\"remove\",\"printer\":{\"id\":\"u1\",\"serial_number\":\"S-1\",\"connection_type\":\"octoprint\"}}");
        Assert.IsTrue(ack.GetProperty("success").GetBoolean());
        Assert.IsEmpty(Hub.Config.Printers);
    }

    [TestMethod]
    public void Add_WrongValue_FailsWithoutTheSecret()
    {
        Start();
        JsonElement ack = Cloud.Ask(
            "c1",
            "{\"type\":\"configure_printer\",\"command_id\":\"c1\",\"action\":\"add\",\"printer\":{\"id\":\"u1\",\"serial_number\":\"S-1\",\"access_code\":\"T0PSECRET\","
            + "\"ip_address\":\"T0PSECRET@host\",\"connection_type\":\"octoprint\"}}");
        Assert.IsFalse(ack.GetProperty("success").GetBoolean());
        Assert.DoesNotContain("T0PSECRET", ack.ToString());
    }

    [TestMethod]
    public void Add_AsDiscovered_IsAccepted()
    {
        DiscoveredPrinter[] found =
        [
            new() { Type = PrinterTypes.Moonraker, Address = "127.0.0.1", Port = 7125 },
            new() { Type = PrinterTypes.OctoPrint, Address = "127.0.0.1", Port = 443, IsTls = true, Path = "/octo" },
            new() { Type = PrinterTypes.PrusaLink, Address = "127.0.0.1", Port = 80 },
            new() { Type = PrinterTypes.Bambu, Address = "127.0.0.1", Serial = "01P00A000000001", MqttPort = 5105 },
        ];
        TunnelMessages messages = new();
        messages.Discovered(found, []);
        JsonElement printers = JsonDocument.Parse(messages.Buffer.AsMemory(0, messages.Length)).RootElement.GetProperty("printers");
        Start();
        foreach (JsonElement printer in printers.EnumerateArray())
        {
            string id = FakeCloud.Text(printer, "serial_number")!;
            string add = "{\"type\":\"configure_printer\",\"command_id\":\"" + id + "\",\"action\":\"add\",\"printer\":{\"id\":\"u1\",\"serial_number\":\"" + id
                + "\",\"ip_address\":\"" + FakeCloud.Text(printer, "ip_address") + "\",\"access_code\":\"fake0001\",\"connection_type\":\""
                + FakeCloud.Text(printer, "connection_type") + "\"}}";
            JsonElement ack = Cloud.Ask(id, add);
            Assert.IsTrue(ack.GetProperty("success").GetBoolean(), ack.ToString());
            Status(id, "idle");
        }

        messages.Discovered(found, Hub.Config.Printers);
        Assert.AreEqual(printers.ToString(), JsonDocument.Parse(messages.Buffer.AsMemory(0, messages.Length)).RootElement.GetProperty("printers").ToString(), "they keep their names");
    }

    [TestMethod]
    public void HubConfig_NameIsStoredWhereThereIsACloudJson_AndTheConnectionStays()
    {
        Hub.Config.SetCloud(new System.Collections.Hashtable { ["url"] = Cloud.Url });
        Start();
        Assert.IsTrue(Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\",\"hub_name\":\"Farm\"}").GetProperty("success").GetBoolean());
        Assert.AreEqual("Farm", Hub.Config.Cloud!.HubName);
        Patience.Until(() => Hub.Cloud!.State.HubName == "Farm", "the name in the state");
        Cloud.Ask("c2", "{\"type\":\"hub_config\",\"command_id\":\"c2\"}");
        Assert.AreEqual(1, Cloud.Connections);
    }
}
