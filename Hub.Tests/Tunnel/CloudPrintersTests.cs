using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>configure_printer on printers.json.</summary>
[TestClass]
public sealed class CloudPrintersTests
{
    private readonly ConfigManager _config;
    private readonly CloudPrinters _printers;

    public CloudPrintersTests()
    {
        _config = new ConfigManager(new MemoryNvs(), new SystemTextJsonDocuments(), new TestLog().Log);
        _config.Load();
        _printers = new CloudPrinters(_config);
    }

    [TestMethod]
    [DataRow("octoprint", "10.0.0.5", "http://10.0.0.5")]
    [DataRow("octoprint", "10.0.0.5:5000", "http://10.0.0.5:5000")]
    [DataRow("octoprint", "https://octo.local/op", "https://octo.local/op")]
    [DataRow("prusa", "mk4.local", "http://mk4.local")]
    [DataRow("klipper", "voron.local", "http://voron.local:7125")]
    [DataRow("klipper", "voron.local:80", "http://voron.local:80")]
    [DataRow("klipper", "fe80::1", "http://[fe80::1]:7125")]
    [DataRow("klipper", "[fe80::1]:7126", "http://[fe80::1]:7126")]
    public void Add_HttpPrinter_HasItsUrl(string connectionType, string address, string url)
    {
        _printers.Configure("add", Printer("S-1", connectionType, address, "KEY"));
        PrinterConfig printer = _config.Find("S-1")!;
        Assert.AreEqual(url, printer.Url);
        Assert.AreEqual("KEY", printer.ApiKey!.Reveal());
        Assert.AreEqual(CloudTypes.TypeOf(connectionType), printer.Type);
    }

    [TestMethod]
    public void Add_UserAndPassword_AreSplitAtTheFirstColon()
    {
        _printers.Configure("add", Printer("S-1", "prusa", "10.0.0.5", "maker:a:b"));
        Assert.AreEqual("maker", _config.Find("S-1")!.User);
        Assert.AreEqual("a:b", _config.Find("S-1")!.Password!.Reveal());
        Assert.IsNull(_config.Find("S-1")!.ApiKey);
        _printers.Configure("add", Printer("S-1", "prusa", "10.0.0.5", "KEY"));
        Assert.IsNull(_config.Find("S-1")!.User);
        Assert.IsNull(_config.Find("S-1")!.Password);
        Assert.AreEqual("KEY", _config.Find("S-1")!.ApiKey!.Reveal());
    }

    [TestMethod]
    public void Add_Bambu_IsFoundByItsSerial_AlsoTheSecondTime()
    {
        _printers.Configure("add", Printer("01p00a000000001", "bambu", "10.0.0.6", "12345678"));
        PrinterConfig printer = _config.Find("bambu-1")!;
        Assert.AreEqual("01P00A000000001", printer.Serial);
        Assert.AreEqual("10.0.0.6", printer.Host);
        Assert.AreEqual(8883, printer.MqttPort);

        _printers.Configure("add", Printer("01P00A000000001", null, "10.0.0.7:8884", "87654321"));
        Assert.HasCount(1, _config.Printers);
        Assert.AreEqual("10.0.0.7", _config.Find("bambu-1")!.Host);
        Assert.AreEqual(8884, _config.Find("bambu-1")!.MqttPort);
        Assert.AreEqual("87654321", _config.Find("bambu-1")!.AccessCode!.Reveal());
    }

    [TestMethod]
    public void Add_WithoutASerial_IsNamedByTheCloudsId()
    {
        CloudPrinter printer = Printer(null, "octoprint", "10.0.0.5", null);
        printer.Id = "0b1c2d3e-0000-4000-8000-000000000001";
        _printers.Configure("add", printer);
        Assert.IsNotNull(_config.Find("0b1c2d3e-0000-4000-8000-000000000001"));
    }

    [TestMethod]
    public void Add_SameAddress_KeepsWhatTheCloudCannotSay()
    {
        _config.Add(new PrinterConfig
        {
            Id = "octo-1",
            Name = "Left",
            Type = PrinterTypes.OctoPrint,
            Url = "https://octo.local:8443/op",
            ApiKey = new Secret("OLD"),
            PollMs = 700,
        });
        _printers.Configure("add", Printer("octo-1", "octoprint", "octo.local:8443", null));
        PrinterConfig printer = _config.Find("octo-1")!;
        Assert.AreEqual("https://octo.local:8443/op", printer.Url);
        Assert.AreEqual("OLD", printer.ApiKey!.Reveal());
        Assert.AreEqual("Left", printer.Name);
        Assert.AreEqual(700, printer.PollMs);
    }

    [TestMethod]
    public void Update_NewAddressWithoutTheSecret_IsRefused()
    {
        _printers.Configure("add", Printer("S-1", "octoprint", "10.0.0.5", "KEY"));
        Fails(ErrorCode.ConfigInvalid, "access_code is needed again", "update", Printer("S-1", "octoprint", "10.0.0.66", null));
        Assert.AreEqual("http://10.0.0.5", _config.Find("S-1")!.Url);

        _printers.Configure("add", Printer("01P00A000000001", "bambu", "10.0.0.6", "12345678"));
        Fails(ErrorCode.ConfigInvalid, "access_code is needed again", "update", Printer("01P00A000000001", "bambu", "10.0.0.66", null));
    }

    [TestMethod]
    public void Update_OnlyTheSecret_KeepsTheAddress()
    {
        _printers.Configure("add", Printer("S-1", "klipper", "10.0.0.5", "KEY"));
        _printers.Configure("update", Printer("S-1", "klipper", null, "u:p"));
        Assert.AreEqual("http://10.0.0.5:7125", _config.Find("S-1")!.Url);
        Assert.AreEqual("u", _config.Find("S-1")!.User);
        Assert.IsNull(_config.Find("S-1")!.ApiKey);
    }

    [TestMethod]
    public void Add_AnotherSystem_ForgetsTheFormerOne()
    {
        _printers.Configure("add", Printer("S-1", "octoprint", "10.0.0.5", "KEY"));
        _printers.Configure("add", Printer("S-1", "klipper", "10.0.0.5", null));
        PrinterConfig printer = _config.Find("S-1")!;
        Assert.AreEqual(PrinterTypes.Moonraker, printer.Type);
        Assert.AreEqual("http://10.0.0.5:7125", printer.Url);
        Assert.IsNull(printer.ApiKey, "a key of the former system must not reach the new one");
    }

    [TestMethod]
    public void Remove_IsDone_AlsoWhenItIsGone()
    {
        _printers.Configure("add", Printer("S-1", "octoprint", "10.0.0.5", "KEY"));
        _printers.Configure("remove", Printer("S-1", "octoprint", null, null));
        Assert.IsEmpty(_config.Printers);
        _printers.Configure("remove", Printer("S-1", "octoprint", null, null));
    }

    [TestMethod]
    public void WrongValues_NameTheirKey()
    {
        Fails(ErrorCode.ConfigInvalid, "serial_number", "add", null);
        Fails(ErrorCode.ConfigInvalid, "serial_number", "add", new CloudPrinter());
        Fails(ErrorCode.ConfigInvalid, "connection_type", "add", Printer("S-1", "other", "10.0.0.5", null));
        Fails(ErrorCode.ConfigInvalid, "ip_address is missing", "add", Printer("S-1", "octoprint", null, null));
        Fails(ErrorCode.ConfigInvalid, "action", "explode", Printer("S-1", "octoprint", "10.0.0.5", null));
        Fails(ErrorCode.ConfigInvalid, "wrong port", "add", Printer("01P00A000000001", "bambu", "10.0.0.6:99999", "12345678"));
        Fails(ErrorCode.ConfigInvalid, "access_code", "add", Printer("01P00A000000001", "bambu", "10.0.0.6", null));
        Fails(ErrorCode.ConfigInvalid, "id must be", "add", Printer("a serial with spaces", "octoprint", "10.0.0.5", null));
        Fails(ErrorCode.ConfigInvalid, "url", "add", Printer("S-1", "octoprint", "user:pw@host", null));
        Fails(ErrorCode.UnknownPrinter, "S-1", "update", Printer("S-1", "octoprint", "10.0.0.5", null));
        Assert.IsEmpty(_config.Printers);
    }

    private static CloudPrinter Printer(string? serial, string? connectionType, string? address, string? code) => new()
    {
        SerialNumber = serial,
        ConnectionType = connectionType,
        Address = address,
        AccessCode = code == null ? null : new Secret(code),
    };

    private void Fails(ErrorCode code, string words, string action, CloudPrinter? printer)
    {
        HubException error = HubErrors.Fails(code, () => _printers.Configure(action, printer));
        Assert.Contains(words, error.Message);
    }
}
