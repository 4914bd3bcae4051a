using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>What the real AutoPrintFarm worker did (Recordings/README.md): the hub understands it, and <see cref="FakeCloud"/> does the same.</summary>
[TestClass]
public sealed class WorkerRecordingTests : TunnelTestBase
{
    [TestMethod]
    public async Task Session_PlayedToTheFakeCloud_GetsTheSameAnswers()
    {
        using FakeCloud cloud = new();
        Dictionary<int, ClientWebSocket> sockets = [];
        int taken = 0;
        foreach (JsonElement item in Read("session").Where(i => i.TryGetProperty("conn", out _)))
        {
            int number = item.GetProperty("conn").GetInt32();
            if (item.TryGetProperty("open", out JsonElement status))
            {
                sockets[number] = await OpenAsync(cloud, status.GetInt32());
            }
            else if (FakeCloud.Text(item, "from") == "cloud")
            {
                await ExpectAsync(sockets[number], item);
            }
            else if (item.TryGetProperty("end", out _))
            {
                int ended = cloud.Ended;
                sockets[number].Abort();
                Patience.Until(() => cloud.Ended > ended, "the end of connection " + number);
            }
            else
            {
                byte[] text = Encoding.UTF8.GetBytes(FakeCloud.Text(item, "text") ?? item.GetProperty("message").GetRawText());
                await sockets[number].SendAsync(text, WebSocketMessageType.Text, true, CancellationToken.None);
                taken++;
                Patience.Until(() => cloud.Taken == taken, "message " + taken);
            }
        }

        foreach (ClientWebSocket socket in sockets.Values)
        {
            socket.Dispose();
        }
    }

    [TestMethod]
    public void Hub_WhatTheWorkerSent_IsUnderstoodAndAnsweredOnce()
    {
        CloudMessageReader reader = new();
        JsonElement[] messages = [.. Messages("cloud")];
        Assert.IsGreaterThan(40, messages.Length);
        JsonElement[] acks = [.. Messages("hub").Where(m => FakeCloud.Text(m, "type") == "command_ack")];
        foreach (JsonElement message in messages)
        {
            byte[] text = Encoding.UTF8.GetBytes(message.GetRawText());
            CloudMessage read = reader.Read(text, 0, text.Length);
            Assert.IsNull(read.Fault, message.ToString());
            Assert.AreEqual(FakeCloud.Text(message, "command_id"), read.CommandId);
            Assert.AreEqual(FakeCloud.Text(message, "type"), read.TypeName);
            if (read.CommandId is { } id)
            {
                Assert.HasCount(1, acks.Where(a => FakeCloud.Text(a, "command_id") == id).ToArray(), id);
            }
        }
    }

    [TestMethod]
    public void Hub_WhatTheWorkerAccepted_PassesTheFakeCloud()
    {
        foreach (JsonElement message in Messages("hub").Where(m => FakeCloud.Text(m, "type") != "hub_hello"))
        {
            Cloud.Judge(message);
        }

        Cloud.AssertNoViolations();
    }

    [TestMethod]
    public void Configure_AsTheWorkerDoes_GivesTheSameAnswers()
    {
        JsonElement[] acks = [.. Messages("hub", "hub").Where(m => FakeCloud.Text(m, "type") == "command_ack")];
        JsonElement[] commands = [.. Messages("hub", "cloud").Where(m => FakeCloud.Text(m, "type") is "configure_printer")];
        Assert.IsGreaterThan(9, commands.Length, "each printer is added and then connected");
        Start();
        foreach (JsonElement command in commands)
        {
            string id = FakeCloud.Text(command, "command_id")!;
            JsonElement recorded = acks.Single(a => FakeCloud.Text(a, "command_id") == id);
            JsonElement answer = Cloud.Ask(id, command.GetRawText());
            Assert.AreEqual(recorded.GetProperty("success").GetBoolean(), answer.GetProperty("success").GetBoolean(), answer.ToString());
        }

        foreach (string id in Messages("hub", "cloud").Where(m => FakeCloud.Text(m, "type") == "configure_printer").Select(m => FakeCloud.Text(m.GetProperty("printer"), "serial_number")!).Distinct())
        {
            Status(id, "idle");
        }
    }

    private static IEnumerable<JsonElement> Read(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", "AutoPrintFarm", name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>Messages of the hub's recordings.</summary>
    private static IEnumerable<JsonElement> Messages(string from) => Messages("hub", from).Concat(Messages("trouble", from));

    private static IEnumerable<JsonElement> Messages(string recording, string from) =>
        Read(recording).Where(i => FakeCloud.Text(i, "from") == from && i.TryGetProperty("message", out _)).Select(i => i.GetProperty("message"));

    private static async Task<ClientWebSocket> OpenAsync(FakeCloud cloud, int status)
    {
        cloud.RefuseWith = status == 101 ? 0 : status;
        int before = cloud.Connections;
        ClientWebSocket socket = new();
        socket.Options.CollectHttpResponseDetails = true;
        Uri address = new(cloud.Url + "/ws/hub/00000000-0000-4000-8000-000000000001");
        if (status == 101)
        {
            await socket.ConnectAsync(address, CancellationToken.None);
            Patience.Until(() => cloud.Connections > before, "the connection");
        }
        else
        {
            await Assert.ThrowsExactlyAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
            Assert.AreEqual(status, (int)socket.HttpStatusCode);
        }

        return socket;
    }

    private static async Task ExpectAsync(ClientWebSocket socket, JsonElement item)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource limit = new(Patience.LimitMs);
        WebSocketReceiveResult got = await socket.ReceiveAsync(buffer, limit.Token);
        if (item.TryGetProperty("close", out JsonElement code))
        {
            Assert.AreEqual(code.GetInt32(), (int?)got.CloseStatus);
            Assert.AreEqual(FakeCloud.Text(item, "reason"), got.CloseStatusDescription);
            return;
        }

        JsonElement wanted = item.GetProperty("message");
        JsonElement message = JsonDocument.Parse(buffer.AsMemory(0, got.Count)).RootElement;
        foreach (string name in new[] { "type", "code", "message", "hub_id", "tenant_id" })
        {
            Assert.AreEqual(FakeCloud.Text(wanted, name), FakeCloud.Text(message, name), name + " at " + item);
        }
    }
}
