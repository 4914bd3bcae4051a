using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Tests.Mqtt;
using MQTTnet;
using MQTTnet.Formatter;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What a printer says and answers, over a connection of its own (MQTTnet's) to a real broker.</summary>
internal sealed class MosquittoPrinter : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly string _serial;
    private readonly JsonObject _full;

    private MosquittoPrinter(string serial)
    {
        _serial = serial;
        _full = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "bambu-p1.json")))!.AsObject();
        Print["gcode_state"] = "IDLE";
        Print["mc_percent"] = 0;
        _client.ApplicationMessageReceivedAsync += e => AnswerAsync(Encoding.UTF8.GetString(e.ApplicationMessage.Payload.ToArray()));
    }

    /// <summary>Every project_file that came.</summary>
    public ConcurrentQueue<JsonObject> Starts { get; } = new();

    private JsonObject Print => _full["print"]!.AsObject();

    public static async Task<MosquittoPrinter> StartAsync(int port, string serial, string password)
    {
        MosquittoPrinter printer = new(serial);
        await printer._client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId("printer")
            .WithCredentials(MosquittoBroker.User, password)
            .WithTlsOptions(tls => tls.UseTls().WithSslProtocols(SslProtocols.Tls12).WithTargetHost(serial).WithCertificateValidationHandler(_ => true))
            .Build());
        await printer._client.SubscribeAsync("device/" + serial + "/request");
        return printer;
    }

    /// <summary>Publishes what changed.</summary>
    public Task ReportAsync(string fields) => PublishAsync("{\"print\":{" + fields + ",\"command\":\"push_status\",\"msg\":1}}");

    public void Dispose() => _client.Dispose();

    private async Task PublishAsync(string json) => await _client.PublishStringAsync("device/" + _serial + "/report", json);

    private async Task AnswerAsync(string json)
    {
        JsonObject request = JsonNode.Parse(json)!.AsObject();
        if (request["pushing"]?["command"]?.GetValue<string>() == "pushall")
        {
            await PublishAsync(_full.ToJsonString());
        }
        else if (request["print"] is JsonObject print && print["command"]!.GetValue<string>() == "project_file")
        {
            Starts.Enqueue(print);
            JsonObject reply = (JsonObject)print.DeepClone();
            reply["result"] = "success";
            await PublishAsync(new JsonObject { ["print"] = reply }.ToJsonString());
            await ReportAsync("\"gcode_state\":\"PREPARE\",\"subtask_name\":\"" + print["subtask_name"]!.GetValue<string>() + "\"");
        }
    }
}
