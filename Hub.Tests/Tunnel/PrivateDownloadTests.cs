using System;
using System.Collections;
using System.Text;
using System.Text.Json;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>A cloud cannot make the hub fetch from machines of its own network, unless the owner allows it.</summary>
[TestClass]
public sealed class PrivateDownloadTests : TunnelTestBase
{
    private readonly FileServer _files = new(Encoding.ASCII.GetBytes("G28\n"));

    [TestCleanup]
    public void StopFiles() => _files.Dispose();

    [TestMethod]
    public void Download_AnotherNameOfAPrivateAddress_IsRefusedAndNothingIsSent()
    {
        // The cloud is at 127.0.0.1; localhost is another name, as a name of an attacker would be that leads here.
        Ready();
        string error = Error(Cloud.Ask("c1", Print("c1", OtherName(_files.Url))));
        Assert.Contains("has the private address", error);
        Assert.Contains("private_downloads in cloud.json", error);
        Assert.AreEqual(0, _files.Requests);
        Assert.IsTrue(Cloud.Ask("c2", Print("c2", _files.Url)).GetProperty("success").GetBoolean(), "the cloud's own host");
    }

    [TestMethod]
    public void Download_RedirectToAPrivateAddress_IsRefused()
    {
        Ready();
        using FileServer redirecting = new(new byte[1]) { Answer = "HTTP/1.1 302 Found\r\nLocation: " + OtherName(_files.Url) + "\r\nContent-Length: 0\r\n\r\n" };
        Assert.Contains("has the private address", Error(Cloud.Ask("c1", Print("c1", redirecting.Url))));
        Assert.AreEqual(1, redirecting.Requests);
        Assert.AreEqual(0, _files.Requests);
    }

    [TestMethod]
    public void Download_AllowedByTheConfiguration_Works()
    {
        Hub.Config.SetCloud(new Hashtable { ["url"] = Cloud.Url, ["private_downloads"] = true });
        Ready();
        Assert.IsTrue(Cloud.Ask("c1", Print("c1", OtherName(_files.Url))).GetProperty("success").GetBoolean());
    }

    [TestMethod]
    public void Download_ForbiddenByTheConfiguration_IsRefusedAtTheCloudsHostToo()
    {
        Ready();
        Hub.Config.SetCloud(new Hashtable { ["url"] = Cloud.Url, ["private_downloads"] = false });
        Assert.Contains("private_downloads in cloud.json forbids", Error(Cloud.Ask("c1", Print("c1", _files.Url))));
        Assert.AreEqual(0, _files.Requests);
    }

    [TestMethod]
    public void Configuration_NoFlag_IsRefused() =>
        Assert.Contains("private_downloads must be true or false", Assert.ThrowsExactly<Core.Errors.HubException>(() => Hub.Config.SetCloud(new Hashtable { ["url"] = Cloud.Url, ["private_downloads"] = "no" })).Message);

    private static string OtherName(string url) => url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private static string Error(JsonElement ack) => FakeCloud.Text(ack, "error") ?? "";

    private static string Print(string id, string url) =>
        $"{{\"type\":\"print_command\",\"command_id\":\"{id}\",\"printer_id\":\"octo-1\",\"job_id\":\"j-{id}\",\"action\":\"start\",\"file_url\":\"{url}\",\"file_name\":\"a.gcode\"}}";

    private void Ready()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
    }
}
