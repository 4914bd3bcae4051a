using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Radio;

/// <summary>One page's Bluetooth: a central whose operations come over a WebSocket (docs/simulated-radio.md). Thread: any.</summary>
internal sealed class BridgeSocket : IDisposable
{
    /// <summary>More than a value of 512 bytes needs.</summary>
    private const int MaxMessageBytes = 4096;

    /// <summary>More than a page that waits for its answers has open.</summary>
    private const int MaxOpen = 16;

    private const string DeviceId = "simulated-hub";

    private readonly WebSocket _socket;
    private readonly SimulatedBle _ble;
    private readonly SimulatedCentral _central;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _ended;

    public BridgeSocket(WebSocket socket, SimulatedBle ble, CancellationToken stop)
    {
        _socket = socket;
        _ble = ble;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _central = new SimulatedCentral(ble);
        _central.Notified += OnNotified;
        _central.Disconnected += OnDisconnected;
    }

    /// <summary>Serves the page until it leaves, which ends its connection to the hub.</summary>
    public async Task ServeAsync()
    {
        List<Task> open = [];
        try
        {
            while (await ReadAsync() is JsonElement request)
            {
                open.RemoveAll(t => t.IsCompleted);
                if (open.Count >= MaxOpen)
                {
                    return;
                }

                open.Add(AnswerAsync(request));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or JsonException)
        {
            // The page has gone, or is none of ours.
        }
        finally
        {
            await _ended.CancelAsync();
            _central.Dispose();
            await Task.WhenAll(open);
        }
    }

    public void Dispose()
    {
        _central.Dispose();
        _ended.Dispose();
        _sending.Dispose();
    }

    private static string TextOf(JsonElement request, string name) =>
        request.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name);

    private static bool FlagOf(JsonElement request, string name) =>
        request.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name);

    private static byte[] BytesOf(JsonElement request, string name) =>
        request.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw Wrong(name);

    private static GattException Wrong(string name) => new("TypeError", $"'{name}' is missing or wrong");

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The next request; null when the page has closed.</summary>
    private async Task<JsonElement?> ReadAsync()
    {
        byte[] buffer = new byte[MaxMessageBytes];
        int count = 0;
        while (count < buffer.Length)
        {
            ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(buffer.AsMemory(count), _ended.Token);
            if (result.MessageType != WebSocketMessageType.Text)
            {
                return null;
            }

            count += result.Count;
            if (result.EndOfMessage)
            {
                using JsonDocument document = JsonDocument.Parse(buffer.AsMemory(0, count));
                return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
            }
        }

        return null;
    }

    private async Task AnswerAsync(JsonElement request)
    {
        ReadOnlyMemory<byte> answer = await Task.Run(() => Answer(request));
        await SendAsync(answer);
    }

    private ReadOnlyMemory<byte> Answer(JsonElement request)
    {
        JsonElement id = request.TryGetProperty("id", out JsonElement given) ? given : default;
        try
        {
            Action<Utf8JsonWriter> result = Do(request);
            return Json(json =>
            {
                WriteId(json, id);
                json.WriteStartObject("result");
                result(json);
                json.WriteEndObject();
            });
        }
        catch (GattException e)
        {
            return Json(json =>
            {
                WriteId(json, id);
                json.WriteStartObject("error");
                json.WriteString("name", e.Name);
                json.WriteString("message", e.Message);
                json.WriteEndObject();
            });
        }
    }

    private static void WriteId(Utf8JsonWriter json, JsonElement id)
    {
        if (id.ValueKind is JsonValueKind.Number or JsonValueKind.String)
        {
            json.WritePropertyName("id");
            id.WriteTo(json);
        }
    }

    /// <summary>Carries a request out; what it returns writes the result. Errors: <see cref="GattException"/>.</summary>
    private Action<Utf8JsonWriter> Do(JsonElement request)
    {
        switch (TextOf(request, "op"))
        {
            case "scan":
                SimulatedAdvertisement? found = _central.Scan();
                return json => WriteDevices(json, found);
            case "connect":
                _central.Connect();
                return WriteServices;
            case "read":
                byte[] value = _central.Read(TextOf(request, "characteristic"));
                return json => json.WriteBase64String("value", value);
            case "write":
                _central.Write(TextOf(request, "characteristic"), BytesOf(request, "value"), FlagOf(request, "response"));
                break;
            case "subscribe":
                _central.Subscribe(TextOf(request, "characteristic"), FlagOf(request, "on"));
                break;
            case "disconnect":
                _central.Disconnect();
                break;
            default:
                throw Wrong("op");
        }

        return json => { };
    }

    private void WriteDevices(Utf8JsonWriter json, SimulatedAdvertisement? found)
    {
        json.WriteStartArray("devices");
        if (found != null)
        {
            json.WriteStartObject();
            json.WriteString("id", DeviceId);
            json.WriteString("name", found.Name.Length > 0 ? found.Name : _ble.Name);
            json.WriteStartArray("services");
            foreach (string service in found.Services)
            {
                json.WriteStringValue(service);
            }

            json.WriteEndArray();
            json.WriteBase64String("advertisement", found.Advertisement);
            json.WriteBase64String("scan_response", found.ScanResponse);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteServices(Utf8JsonWriter json)
    {
        json.WriteNumber("mtu", _central.Mtu);
        json.WriteStartArray("services");
        foreach (BleService service in _central.Services)
        {
            json.WriteStartObject();
            json.WriteString("uuid", service.Uuid);
            json.WriteStartArray("characteristics");
            foreach (BleCharacteristic characteristic in service.Characteristics)
            {
                json.WriteStartObject();
                json.WriteString("uuid", characteristic.Uuid);
                json.WriteBoolean("read", characteristic.CanRead);
                json.WriteBoolean("write", characteristic.CanWrite);
                json.WriteBoolean("notify", characteristic.CanNotify);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>While the page does not read, the radio's thread waits here and the hub's queue fills up.</summary>
    private void OnNotified(string uuid, byte[] value) => SendAsync(Json(json =>
    {
        json.WriteString("event", "notify");
        json.WriteString("characteristic", uuid);
        json.WriteBase64String("value", value);
    })).GetAwaiter().GetResult();

    private void OnDisconnected() => SendAsync(Json(json => json.WriteString("event", "disconnected"))).GetAwaiter().GetResult();

    /// <summary>Sends a message; nothing happens when the page has gone.</summary>
    private async Task SendAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await _sending.WaitAsync(_ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _ended.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The page has gone; the reader notices it, too.
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        try
        {
            _sending.Release();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the meantime.
        }
    }
}
