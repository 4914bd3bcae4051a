using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

[TestClass]
public class MoonrakerReportTests
{
    private const string Full =
        """
        {"jsonrpc":"2.0","result":{"eventtime":578243.57,"status":{"webhooks":{"state":"ready","state_message":"Printer is ready"},
        "print_stats":{"filename":"sub/Whistle ✓.gcode","total_duration":300.5,"print_duration":276.25,"filament_used":810.5,"state":"printing","message":"",
        "info":{"total_layer":120,"current_layer":7}},"virtual_sdcard":{"progress":0.225,"is_active":true},"display_status":{"progress":0.25,"message":null},
        "extruder":{"temperature":214.8,"target":220.0},"heater_bed":{"temperature":50.1,"target":70.0},
        "temperature_sensor chamber":{"temperature":31.5,"measured_max_temp":40}}},"id":4}
        """;

    private const string Update =
        """
        {"jsonrpc":"2.0","method":"notify_status_update","params":[{"extruder":{"temperature":215.25},"virtual_sdcard":{"progress":0.23},
        "print_stats":{"print_duration":276.5,"total_duration":301}},578243.82]}
        """;

    private readonly MoonrakerMessage _message = new MoonrakerMessage();
    private readonly MoonrakerReport _report = new MoonrakerReport();

    public MoonrakerReportTests()
    {
        byte[] objects = Encoding.UTF8.GetBytes("""{"objects":["extruder","temperature_sensor chamber"]}""");
        _report.SetObjects(MoonrakerObjectList.Read(objects, 0, objects.Length));
    }

    private void Take(byte[] bytes, int length)
    {
        _message.Read(bytes, 0, length);
        if (_message.Method == MoonrakerMessage.StatusUpdate)
        {
            _report.MergeUpdate(bytes, _message.PayloadOffset, _message.PayloadLength);
        }
        else if (_message.PayloadLength > 0)
        {
            _report.MergeResult(bytes, _message.PayloadOffset, _message.PayloadLength);
        }
    }

    private void Take(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Take(bytes, bytes.Length);
    }

    [TestMethod]
    public void Merge_FullStatus_HasEveryField()
    {
        Take(Full);
        Assert.AreEqual(4, _message.Id);
        Assert.AreEqual(KlippyState.Ready, _report.Klippy);
        Assert.AreEqual("Printer is ready", _report.KlippyMessage);
        Assert.AreEqual(KlipperPrint.Printing, _report.Print);
        Assert.IsNull(_report.PrintMessage);
        Assert.AreEqual("sub/Whistle ✓.gcode", _report.FileName);
        Assert.AreEqual(276.25, _report.PrintDuration);
        Assert.AreEqual(300.5, _report.TotalDuration);
        Assert.AreEqual(810.5, _report.FilamentUsed);
        Assert.AreEqual(120, _report.TotalLayer);
        Assert.AreEqual(7, _report.CurrentLayer);
        Assert.AreEqual(0.225, _report.FileProgress);
        Assert.AreEqual(0.25, _report.DisplayProgress);
        Assert.AreEqual(214.8, _report.Nozzle);
        Assert.AreEqual(220.0, _report.NozzleTarget);
        Assert.AreEqual(50.1, _report.Bed);
        Assert.AreEqual(70.0, _report.BedTarget);
        Assert.AreEqual(31.5, _report.Chamber);
    }

    [TestMethod]
    public void Merge_Update_ChangesItsFieldsAlone()
    {
        Take(Full);
        Take(Update);
        Assert.AreEqual(215.25, _report.Nozzle);
        Assert.AreEqual(220.0, _report.NozzleTarget);
        Assert.AreEqual(0.23, _report.FileProgress);
        Assert.AreEqual(276.5, _report.PrintDuration);
        Assert.AreEqual("sub/Whistle ✓.gcode", _report.FileName);
        Assert.AreEqual(7, _report.CurrentLayer);
        Assert.AreEqual(50.1, _report.Bed);
    }

    [TestMethod]
    public void Merge_NullsAndUnknownWords_BecomeUnknown()
    {
        Take(Full);
        Take("""{"method":"notify_status_update","params":[{"print_stats":{"state":"dancing","filename":"","info":{"total_layer":null,"current_layer":null}},"extruder":{"target":null},"webhooks":{"state":"asleep"},"virtual_sdcard":{"progress":7}}]}""");
        Assert.AreEqual(KlipperPrint.Unknown, _report.Print);
        Assert.AreEqual(KlippyState.Unknown, _report.Klippy);
        Assert.IsNull(_report.FileName);
        Assert.AreEqual(-1, _report.TotalLayer);
        Assert.AreEqual(-1, _report.CurrentLayer);
        Assert.IsTrue(double.IsNaN(_report.NozzleTarget) && double.IsNaN(_report.FileProgress));
        Assert.AreEqual(214.8, _report.Nozzle);
    }

    [TestMethod]
    public void Merge_WordsOverManyLines_AreTheirFirstOne()
    {
        Take("""{"method":"notify_status_update","params":[{"webhooks":{"state":"shutdown","state_message":"Lost communication with MCU 'mcu'\nOnce the underlying issue is corrected, use the\n"},"print_stats":{"message":"Move out of range\nmore"}},1]}""");
        Assert.AreEqual("Lost communication with MCU 'mcu'", _report.KlippyMessage);
        Assert.AreEqual("Move out of range", _report.PrintMessage);
    }

    [TestMethod]
    public void Merge_NotANumber_IsUnknownAndNothingElse()
    {
        Take(Full);
        Take("""{"method":"notify_status_update","params":[{"extruder":{"temperature":NaN,"target":221},"heater_bed":{"temperature":-Infinity,"target":Infinity},"print_stats":{"print_duration":NaN}},NaN]}""");
        Assert.IsTrue(double.IsNaN(_report.Nozzle) && double.IsNaN(_report.Bed) && double.IsNaN(_report.BedTarget) && double.IsNaN(_report.PrintDuration));
        Assert.AreEqual(221.0, _report.NozzleTarget);
        Assert.AreEqual(KlipperPrint.Printing, _report.Print);
    }

    [TestMethod]
    [DataRow("""{"jsonrpc":"2.0","method":"notify_agent_event","params":[{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}]}""")]
    [DataRow("""{"jsonrpc":"2.0","method":"notify_filelist_changed","params":["broken \x"]}""")]
    public void Read_NotificationOfNoInterest_IsNotReadToItsEnd(string json)
    {
        Take(json);
        Assert.IsTrue(_message.IsNotification);
        Assert.AreEqual(-1, _message.Method);
    }

    [TestMethod]
    [DataRow("""{"jsonrpc":"2.0","method":"notify_status_update","params":[{"webho""", true, MoonrakerMessage.StatusUpdate)]
    [DataRow("""{"jsonrpc":"2.0","method":"notify_history_changed","params":[{"act""", true, -1)]
    [DataRow("""{"jsonrpc":"2.0","result":{"objects":["a""", false, -1)]
    [DataRow("""{"jsonrpc":"2.0","met""", false, -1)]
    [DataRow("", false, -1)]
    public void ReadBeginning_OfALongMessage_TellsItsKind(string json, bool isNotification, int method)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _message.ReadBeginning(bytes, 0, bytes.Length);
        Assert.AreEqual(isNotification, _message.IsNotification);
        Assert.AreEqual(method, _message.Method);
        Assert.AreEqual(0, _message.PayloadLength);
    }

    [TestMethod]
    [DataRow("""{"method":"notify_status_update","params":[[1,2],{"extruder":{"temperature":1}},3]}""")]
    [DataRow("""{"method":"notify_status_update","params":[{"extruder":[1],"print_stats":"x","webhooks":null,"virtual_sdcard":3}]}""")]
    [DataRow("""{"method":"notify_status_update","params":[{"extruder":{"temperature_x":"1"},"print_stats":{"info_x":7},"strange":{"a":[{}]}}]}""")]
    [DataRow("""{"method":"notify_gcode_response","params":["ok"]}""")]
    [DataRow("""{"method":7,"params":"text","id":"x"}""")]
    public void Merge_WrongTypes_ChangeNothing(string json)
    {
        Take(Full);
        _message.Read(Encoding.UTF8.GetBytes(json), 0, Encoding.UTF8.GetByteCount(json));
        if (_message.Method == MoonrakerMessage.StatusUpdate)
        {
            Take(json);
        }

        Assert.AreEqual(-1, _message.Id);
        Assert.AreEqual(214.8, _report.Nozzle);
        Assert.AreEqual(KlipperPrint.Printing, _report.Print);
        Assert.AreEqual(0.225, _report.FileProgress);
    }

    [TestMethod]
    public void Read_EveryTruncation_IsBadJson()
    {
        Truncations.AssertBadJson(Full, Take);
        Truncations.AssertBadJson(Update, Take);
    }

    [TestMethod]
    public void Read_RandomMutations_ThrowNothingButBadJson()
    {
        int seed = Environment.TickCount;
        Random random = new Random(seed);
        byte[] source = Encoding.UTF8.GetBytes(Full + Update);
        int read = 0;
        for (int round = 0; round < 20000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(round % 2 == 0 ? Full : Update);
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : source[random.Next(source.Length)];
            }

            try
            {
                Take(bytes, bytes.Length);
                read++;
            }
            catch (HubException e) when (e.Code == ErrorCode.BadJson)
            {
                // Refused as it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }

            Assert.IsTrue(!(_report.FileProgress < 0) && !(_report.FileProgress > 1), $"seed {seed}, round {round}");
        }

        Assert.IsTrue(read > 1000, $"seed {seed}: only {read} mutations were read at all");
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{} {}")]
    [DataRow("<html>")]
    public void Read_NoObject_IsBadJson(string text) => AssertBadJson(() => Take(text));

    [TestMethod]
    public void Read_RepeatedNotifications_AllocateNothing()
    {
        byte[] full = Encoding.UTF8.GetBytes(Full);
        byte[] update = Encoding.UTF8.GetBytes(Update);
        MoonrakerStateRules rules = new MoonrakerStateRules();
        Take(full, full.Length);
        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Take(full, full.Length);
            Take(update, update.Length);
            rules.Step(_report, 0);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0L, allocated);
    }

    [TestMethod]
    public void Read_Error_HasNumberAndOneSentence()
    {
        Take("""{"jsonrpc":"2.0","error":{"code":400,"message":"Must home axis first: 0 0 5\nTraceback (most recent call last):\n  File \"x\""},"id":9}""");
        Assert.IsTrue(_message.IsError);
        Assert.AreEqual(9, _message.Id);
        Assert.AreEqual(400, _message.ErrorNumber);
        Assert.AreEqual("Must home axis first: 0 0 5", _message.ErrorText);
    }

    private static void AssertBadJson(Action read) =>
        Assert.AreEqual(ErrorCode.BadJson, Assert.ThrowsExactly<HubException>(read).Code);
}
