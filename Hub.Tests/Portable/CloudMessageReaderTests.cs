using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Messages of the cloud, good and bad. The good ones have the shape that the AutoPrintFarm worker writes (cloud/src/lib/hub-commands.ts).</summary>
[TestClass]
public class CloudMessageReaderTests
{
    [TestMethod]
    public void Request_HasItsParametersAsATree()
    {
        CloudMessage message = Read("{\"type\":\"request\",\"request_id\":\"r1\",\"method\":\"history\",\"params\":{\"limit\":2,\"printer\":\"octo-1\"}}");
        Assert.IsNull(message.Fault);
        Assert.AreEqual((int)CloudMessageType.Request, (int)message.Type);
        Assert.AreEqual("r1", message.RequestId);
        Assert.AreEqual("history", message.Method);
        Assert.AreEqual(2L, (long)message.Params!["limit"]!);
        Assert.AreEqual("octo-1", (string)message.Params["printer"]!);
    }

    [TestMethod]
    public void Request_WithWrongParameters_KeepsItsIdAndNamesTheKey()
    {
        CloudMessage message = Read("{\"type\":\"request\",\"request_id\":\"r1\",\"method\":\"history\",\"params\":[1]}");
        Assert.AreEqual("r1", message.RequestId);
        Assert.IsTrue(message.Fault!.Message.IndexOf("params must be an object") >= 0, message.Fault.Message);
        Assert.IsNull(message.Params);
    }

    [TestMethod]
    public void HubClaimed_HasItsSecret()
    {
        CloudMessage message = Read("{\"type\":\"hub_claimed\",\"secret\":\"s3cret\"}");
        Assert.AreEqual((int)CloudMessageType.HubClaimed, (int)message.Type);
        Assert.AreEqual("s3cret", message.Secret!.Reveal());
    }

    [TestMethod]
    public void Read_Welcome_OfABaseCloud()
    {
        CloudMessage message = Read("{\"type\":\"hub_welcome\",\"hub_id\":\"h1\",\"hub_name\":null,\"tenant_id\":\"t1\",\"server_time\":1700000000000}");
        Assert.IsNull(message.Fault);
        Assert.AreEqual((int)CloudMessageType.Welcome, (int)message.Type);
        Assert.AreEqual("t1", message.TenantId!);
        Assert.IsNull(message.HubName);
        Assert.IsFalse(message.HasFeatures);
    }

    [TestMethod]
    public void Read_Welcome_WithCapabilities()
    {
        CloudMessage message = Read("{\"type\":\"hub_welcome\",\"capabilities\":[\"job_event\",\"from the future\",7,{\"a\":[]}]}");
        Assert.IsNull(message.Fault);
        Assert.IsTrue(message.HasFeatures);
        Assert.AreEqual((int)CloudFeatures.JobEvents, (int)message.Features);
        Assert.AreEqual((int)CloudFeatures.PrinterList, (int)Read("{\"type\":\"hub_welcome\",\"capabilities\":[\"printer_list\"]}").Features);
    }

    [TestMethod]
    public void Read_ConfigurePrinter()
    {
        CloudMessage message = Read(
            "{\"type\":\"configure_printer\",\"command_id\":\"c1\",\"action\":\"add\",\"printer\":{\"id\":\"u1\",\"serial_number\":\"S1\",\"connection_type\":\"octoprint\","
            + "\"access_code\":\"KEY\",\"ip_address\":\"10.0.0.5:5000\"}}");
        Assert.IsNull(message.Fault);
        Assert.AreEqual("add", message.Action!);
        CloudPrinter printer = message.Printer!;
        Assert.AreEqual("u1", printer.Id!);
        Assert.AreEqual("S1", printer.SerialNumber!);
        Assert.AreEqual("octoprint", printer.ConnectionType!);
        Assert.AreEqual("KEY", printer.AccessCode!.Reveal());
        Assert.AreEqual("10.0.0.5:5000", printer.Address!);
    }

    [TestMethod]
    public void Read_EveryOtherCommand()
    {
        CloudMessage print = Read(
            "{\"type\":\"print_command\",\"command_id\":\"c\",\"printer_id\":\"p\",\"job_id\":\"j\",\"action\":\"start\",\"file_url\":\"http://x/f\",\"file_name\":\"a.gcode\",\"expires_at\":1700000000001}");
        Assert.AreEqual((int)CloudMessageType.PrintCommand, (int)print.Type);
        Assert.AreEqual("j", print.JobId!);
        Assert.AreEqual("http://x/f", print.FileUrl!);
        Assert.AreEqual("a.gcode", print.FileName!);
        Assert.IsTrue(print.ExpiresAtMs == 1700000000001);

        CloudMessage gpio = Read("{\"type\":\"hub_command\",\"command_id\":\"c\",\"action\":\"gpio_set\",\"gpio_pin\":4,\"gpio_state\":true}");
        Assert.IsTrue(gpio.GpioPin == 4);
        Assert.AreEqual((int)TriState.Yes, (int)gpio.GpioState);
        Assert.AreEqual((int)CloudMessageType.PrinterCommand, (int)Read("{\"type\":\"printer_command\"}").Type);
        Assert.AreEqual((int)CloudMessageType.DiscoverPrinters, (int)Read("{\"type\":\"discover_printers\"}").Type);
        Assert.AreEqual("Farm", Read("{\"type\":\"hub_config\",\"hub_name\":\"Farm\"}").HubName!);
        CloudMessage ack = Read("{\"type\":\"event_ack\",\"up_to\":17}");
        Assert.IsTrue(ack.UpTo == 17);
        Assert.IsNull(ack.LogId);
        Assert.AreEqual("00c0ffee", Read("{\"type\":\"event_ack\",\"log_id\":\"00c0ffee\",\"up_to\":17}").LogId!);
        CloudMessage error = Read("{\"type\":\"error\",\"code\":\"NOT_AUTHENTICATED\",\"message\":\"Hello first\",\"timestamp\":1}");
        Assert.AreEqual("NOT_AUTHENTICATED", error.Code!);
        Assert.AreEqual("Hello first", error.Text!);
    }

    [TestMethod]
    public void Read_MessagesOfFiles()
    {
        string digest = "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef";
        CloudMessage begin = Read(
            "{\"type\":\"file_begin\",\"command_id\":\"c\",\"stream_id\":4294967295,\"job_id\":\"j\",\"printer_id\":\"p\",\"file_name\":\"a.3mf\",\"size\":5000000000,\"start\":false,"
            + "\"sha256\":\"" + digest + "\",\"options\":{\"plate\":2,\"filaments\":[3,-1,254],\"later\":{}}}");
        Assert.IsNull(begin.Fault);
        Assert.AreEqual((int)CloudMessageType.FileBegin, (int)begin.Type);
        Assert.IsTrue(begin.StreamId == 4294967295L && begin.Size == 5000000000L);
        Assert.AreEqual((int)TriState.No, (int)begin.MustStart);
        Assert.AreEqual(digest.ToLower(), begin.Sha256!);
        Assert.AreEqual(2, begin.Options!.Plate);
        Assert.IsTrue(begin.Options.UseAms);
        Assert.AreEqual(3, begin.Options.AmsMapping!.Length);
        Assert.AreEqual(-1, begin.Options.AmsMapping[1]);
        Assert.IsNull(Read("{\"type\":\"file_begin\",\"options\":{\"filaments\":[]}}").Options!.AmsMapping);
        Assert.IsFalse(Read("{\"type\":\"file_begin\",\"options\":{}}").Options!.UseAms);
        Assert.AreEqual((int)CloudMessageType.FileEnd, (int)Read("{\"type\":\"file_end\",\"stream_id\":0}").Type);
        CloudMessage cancel = Read("{\"type\":\"file_cancel\",\"stream_id\":3,\"error\":\"no\"}");
        Assert.AreEqual((int)CloudMessageType.FileCancel, (int)cancel.Type);
        Assert.AreEqual("no", cancel.Error!);
        Assert.AreEqual((int)CloudMessageType.JobCancel, (int)Read("{\"type\":\"job_cancel\"}").Type);
        CloudMessage gcode = Read("{\"type\":\"gcode\",\"lines\":[\"G28\",\"\",\"M104 S0\"]}");
        Assert.AreEqual((int)CloudMessageType.Gcode, (int)gcode.Type);
        Assert.AreEqual(2, gcode.Lines!.Length);
    }

    [TestMethod]
    public void Read_MessagesOfFiles_WrongValuesNameTheirKeys()
    {
        AssertFault("{\"type\":\"file_begin\",\"stream_id\":4294967296}", "stream_id");
        AssertFault("{\"type\":\"file_begin\",\"stream_id\":-1}", "stream_id");
        AssertFault("{\"type\":\"file_begin\",\"size\":\"1\"}", "size");
        AssertFault("{\"type\":\"file_begin\",\"sha256\":\"12\"}", "sha256");
        AssertFault("{\"type\":\"file_begin\",\"sha256\":\"" + new string('g', 64) + "\"}", "sha256");
        AssertFault("{\"type\":\"file_begin\",\"start\":1}", "start");
        AssertFault("{\"type\":\"file_begin\",\"options\":[]}", "options");
        AssertFault("{\"type\":\"file_begin\",\"options\":{\"plate\":\"1\"}}", "options.plate");
        AssertFault("{\"type\":\"file_begin\",\"options\":{\"filaments\":[256]}}", "options.filaments");
        AssertFault("{\"type\":\"file_begin\",\"options\":{\"filaments\":[[1]]}}", "options.filaments");
        AssertFault("{\"type\":\"gcode\",\"lines\":\"G28\"}", "lines");
        AssertFault("{\"type\":\"gcode\",\"lines\":[{}]}", "lines");
    }

    [TestMethod]
    public void Read_UnknownType_KeepsItsNameAndId()
    {
        CloudMessage message = Read("{\"type\":\"make_coffee\",\"command_id\":\"c9\",\"cups\":[1,{\"x\":2}]}");
        Assert.IsNull(message.Fault);
        Assert.AreEqual((int)CloudMessageType.Unknown, (int)message.Type);
        Assert.AreEqual("make_coffee", message.TypeName!);
        Assert.AreEqual("c9", message.CommandId!);
    }

    [TestMethod]
    public void Read_WrongType_NamesTheKeyAndStillHasTheId()
    {
        string[] values = { "7", "true", "[1,[2]]", "{\"a\":{}}" };
        for (int i = 0; i < values.Length; i++)
        {
            CloudMessage message = Read("{\"type\":\"printer_command\",\"printer_id\":" + values[i] + ",\"action\":\"pause\",\"command_id\":\"c1\"}");
            Assert.IsTrue(message.Fault!.Message.IndexOf("printer_id must be text") >= 0, message.Fault.Message);
            Assert.AreEqual("c1", message.CommandId!);
            Assert.AreEqual("pause", message.Action!);
        }

        AssertFault("{\"type\":\"hub_command\",\"gpio_pin\":\"4\"}", "gpio_pin");
        AssertFault("{\"type\":\"hub_command\",\"gpio_pin\":-1}", "gpio_pin");
        AssertFault("{\"type\":\"hub_command\",\"gpio_pin\":1.5}", "gpio_pin");
        AssertFault("{\"type\":\"hub_command\",\"gpio_state\":\"on\"}", "gpio_state");
        AssertFault("{\"type\":\"event_ack\",\"up_to\":[]}", "up_to");
        AssertFault("{\"type\":\"configure_printer\",\"printer\":\"p\"}", "printer");
        AssertFault("{\"type\":\"configure_printer\",\"printer\":{\"ip_address\":7}}", "printer.ip_address");
        AssertFault("{\"type\":\"hub_welcome\",\"capabilities\":\"all\"}", "capabilities");
        AssertFault("{\"type\":7}", "type");
        AssertFault("{\"command_id\":\"c\"}", "type");
    }

    [TestMethod]
    public void Read_TooLong_IsAFault()
    {
        AssertFault("{\"type\":\"printer_command\",\"printer_id\":\"" + new string('x', 257) + "\"}", "printer_id");
        Assert.IsNull(Read("{\"type\":\"print_command\",\"file_url\":\"" + new string('x', 4096) + "\"}").Fault);
        AssertFault("{\"type\":\"print_command\",\"file_url\":\"" + new string('x', 4097) + "\"}", "file_url");
    }

    [TestMethod]
    public void Read_NoJson_IsAFaultAndNeverThrows()
    {
        string[] texts = { "", "null", "[]", "7", "\"x\"", "{", "{\"type\"", "{\"type\":", "{\"type\":\"hub_welcome\"", "{\"type\":\"a\"}x", "\0\u0001", "{\"type\":\"a\",}" };
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.IsNotNull(Read(texts[i]).Fault, texts[i]);
        }
    }

    [TestMethod]
    public void Read_CutAnywhere_IsAFaultThatKeepsWhatCameBefore()
    {
        byte[] whole = Encoding.UTF8.GetBytes("{\"command_id\":\"c1\",\"type\":\"configure_printer\",\"action\":\"add\",\"printer\":{\"id\":\"\\u00e9\",\"name\":\"x\"}}");
        CloudMessageReader reader = new CloudMessageReader();
        for (int length = 0; length < whole.Length; length++)
        {
            CloudMessage message = reader.Read(whole, 0, length);
            Assert.IsNotNull(message.Fault, length.ToString());
            Assert.AreEqual((int)ErrorCode.BadJson, (int)(length == 0 ? ErrorCode.BadJson : message.Fault!.Code));
            Assert.IsTrue(length < 20 || message.CommandId == "c1", length.ToString());
        }

        Assert.IsNull(reader.Read(whole, 0, whole.Length).Fault);
    }

    [TestMethod]
    public void Read_DeepNesting_IsAFaultAtMost()
    {
        string deep = "";
        for (int i = 0; i < 200; i++)
        {
            deep += "[";
        }

        Assert.IsNotNull(Read("{\"type\":\"a\",\"command_id\":\"c\",\"x\":" + deep).Fault);
    }

    private static void AssertFault(string text, string key)
    {
        CloudMessage message = Read(text);
        Assert.IsNotNull(message.Fault, text);
        Assert.IsTrue(message.Fault!.Message.IndexOf(key) >= 0, message.Fault.Message);
    }

    private static CloudMessage Read(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return new CloudMessageReader().Read(bytes, 0, bytes.Length);
    }
}
