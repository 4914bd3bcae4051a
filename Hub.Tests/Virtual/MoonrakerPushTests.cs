using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>How often the virtual Moonraker speaks without being asked.</summary>
[TestClass]
public sealed class MoonrakerPushTests : MoonrakerTestBase
{
    private const int Quarters = 16;

    private readonly DrivenTime _clock = new();

    protected override TimeProvider Clock => _clock;

    [TestMethod]
    public async Task StatusUpdates_WhileSomethingChanges_ComeFourTimesASecondAndNoOftener()
    {
        Printer.RequiresKey = false;
        using ClientWebSocket socket = await OpenAsync();
        await CallAsync(socket, "printer.objects.subscribe", """{"objects":{"heater_bed":["temperature","target"]}}""");
        Printer.Machine.SendGcode("M140 S60");
        for (int i = 0; i < Quarters; i++)
        {
            await _clock.UntilArmedAsync(Stop);
            for (int piece = 0; piece < 4; piece++)
            {
                _clock.Pass(TimeSpan.FromMilliseconds(50));
                Printer.Machine.SendGcode("M140 S" + (60 + piece));
                Assert.AreEqual(1, _clock.Armed, "nothing happens between the ticks");
            }

            _clock.Pass(TimeSpan.FromMilliseconds(50));
        }

        await _clock.UntilArmedAsync(Stop);
        List<JsonNode> notes = await NotesAsync(socket);
        double[] times = [.. notes.Where(n => (string?)n["method"] == "notify_status_update").Select(n => (double)n["params"]![1]!)];
        Assert.HasCount(Quarters, times);
        for (int i = 1; i < times.Length; i++)
        {
            Assert.AreEqual(0.25, times[i] - times[i - 1], 1e-6);
        }

        Assert.AreEqual(Quarters / 4, notes.Count(n => (string?)n["method"] == "notify_proc_stat_update"), "once a second");
    }

    [TestMethod]
    public async Task StatusUpdates_WhileNothingChanges_DoNotCome()
    {
        Printer.RequiresKey = false;
        using ClientWebSocket socket = await OpenAsync();
        await CallAsync(socket, "printer.objects.subscribe", """{"objects":{"webhooks":null,"heater_bed":null}}""");
        for (int i = 0; i < Quarters; i++)
        {
            await _clock.UntilArmedAsync(Stop);
            _clock.Pass(TimeSpan.FromMilliseconds(250));
        }

        await _clock.UntilArmedAsync(Stop);
        Assert.IsTrue((await NotesAsync(socket)).All(n => (string?)n["method"] == "notify_proc_stat_update"));
    }

    /// <summary>What was sent before the answer to a question put now.</summary>
    private async Task<List<JsonNode>> NotesAsync(ClientWebSocket socket)
    {
        List<JsonNode> notes = [];
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","method":"server.info","id":999}"""), WebSocketMessageType.Text, true, Stop);
        for (JsonNode message = await ReceiveAsync(socket); (int?)message["id"] != 999; message = await ReceiveAsync(socket))
        {
            notes.Add(message);
        }

        return notes;
    }
}
