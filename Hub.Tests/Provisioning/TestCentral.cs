using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Provisioning;

/// <summary>A central that was written from docs/provisioning.md alone, with .NET's cryptography. Thread: one.</summary>
internal sealed class TestCentral(TestBle ble)
{
    public const string Ssid = "beb5483e-36e1-4688-b7f5-ea07361b26a8";
    public const string Password = "beb5483f-36e1-4688-b7f5-ea07361b26a8";
    public const string Command = "beb54840-36e1-4688-b7f5-ea07361b26a8";
    public const string Status = "beb54841-36e1-4688-b7f5-ea07361b26a8";
    public const string HubId = "beb54842-36e1-4688-b7f5-ea07361b26a8";
    public const string TenantId = "beb54843-36e1-4688-b7f5-ea07361b26a8";
    public const string Requests = "beb54844-36e1-4688-b7f5-ea07361b26a8";
    public const string ImprovState = "00467768-6228-2272-4663-277478268001";
    public const string ImprovError = "00467768-6228-2272-4663-277478268002";
    public const string ImprovCommand = "00467768-6228-2272-4663-277478268003";
    public const string ImprovResult = "00467768-6228-2272-4663-277478268004";
    public const string ImprovCapabilities = "00467768-6228-2272-4663-277478268005";

    /// <summary>A handler that takes longer keeps the radio's thread from its work, in ms; far above what a computation takes on a busy machine, and below any wait.</summary>
    private const int MaxHandlerMs = 1000;

    private const int SlowMs = 50;

    private readonly List<byte> _part = [];
    private readonly Queue<(byte Kind, byte[] Message)> _messages = [];
    private readonly List<JsonNode> _opened = [];
    private readonly List<(string Uuid, byte[] Value)> _values = [];
    private Keys? _keys;
    private uint _sealed;
    private byte _number;
    private int _mtu = 23;

    /// <summary>Calls of handlers.</summary>
    public int Calls { get; private set; }

    /// <summary>Those that took longer than 50 ms.</summary>
    public int SlowCalls { get; private set; }

    /// <summary>Connects, and subscribes to everything.</summary>
    public void Connect(int mtu = 185)
    {
        _mtu = mtu;
        _number = 0;
        _keys = null;
        _part.Clear();
        _messages.Clear();
        _opened.Clear();
        _values.Clear();
        ble.Notified.Clear();
        ble.MaxNotifyBytes = mtu - 3;
        ble.Ended = Disconnect;
        ble.Handler!.OnConnected();
        foreach (BleCharacteristic characteristic in All().Where(c => c.CanNotify))
        {
            ble.Handler.OnSubscribed(characteristic, true);
        }
    }

    public void Disconnect()
    {
        ble.MaxNotifyBytes = 0;
        ble.Ended = null;
        ble.Handler!.OnDisconnected();
    }

    public byte[]? Read(string uuid) => Timed(() => ble.Handler!.OnRead(Find(uuid)));

    public string Text(string uuid) => Encoding.UTF8.GetString(Read(uuid) ?? []);

    public bool Write(string uuid, params byte[] value) => Timed(() => ble.Handler!.OnWrite(Find(uuid), value));

    public bool Write(string uuid, string text) => Write(uuid, Encoding.UTF8.GetBytes(text));

    /// <summary>Values of a characteristic that were notified so far.</summary>
    public byte[][] Heard(string uuid)
    {
        Collect();
        return [.. _values.Where(v => v.Uuid == uuid).Select(v => v.Value)];
    }

    /// <summary>Waits until a characteristic was notified so often, and returns the first bytes.</summary>
    public string Statuses(string uuid, int count)
    {
        Patience.Until(() => Heard(uuid).Length >= count, count + " values of " + uuid, () => string.Join(' ', Heard(uuid).Select(v => v[0])));
        return string.Join(' ', Heard(uuid).Select(v => v[0]));
    }

    /// <summary>Says hello and proves the code; returns the hub's answer.</summary>
    public JsonNode LogIn(string code)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(16);
        SendPlain(new JsonObject { ["type"] = "hello", ["version"] = 1, ["nonce"] = Convert.ToBase64String(nonce) });
        JsonNode hello = Next(m => (string?)m["type"] is "hello" or "error");
        if ((string?)hello["type"] == "error")
        {
            return hello;
        }

        byte[] salt = Encoding.UTF8.GetBytes((string)hello["device_id"]!);
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal)), salt, 1000, HashAlgorithmName.SHA256, 32);
        byte[] nonces = [.. nonce, .. Convert.FromBase64String((string)hello["nonce"]!)];
        byte[] Derived(string label) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(label).Concat(nonces).ToArray());
        SendPlain(new JsonObject { ["type"] = "login", ["proof"] = Convert.ToBase64String(Derived("login central")) });
        JsonNode answer = Next(m => (string?)m["type"] is "login" or "error");
        if ((string?)answer["type"] == "login")
        {
            Assert.AreEqual(Convert.ToBase64String(Derived("login hub")), (string?)answer["proof"], "the hub's proof");
            _keys = new Keys(Derived("central key")[..16], Derived("central mac"), Derived("hub key")[..16], Derived("hub mac"));
            _sealed = 0;
        }

        return answer;
    }

    /// <summary>Sends a request; does not wait.</summary>
    public void Send(string id, string method, string values = "{}") =>
        SendBytes(Sealed(new JsonObject { ["type"] = "request", ["request_id"] = id, ["method"] = method, ["params"] = JsonNode.Parse(values) }), 1);

    /// <summary>Waits for a response.</summary>
    public JsonNode Response(string id) => Next(m => (string?)m["type"] == "response" && (string?)m["request_id"] == id);

    /// <summary>Asks; returns the result.</summary>
    public JsonNode Ask(string id, string method, string values = "{}")
    {
        Send(id, method, values);
        JsonNode response = Response(id);
        return response["result"] ?? throw new AssertFailedException(response.ToJsonString());
    }

    /// <summary>Asks; returns the error's code.</summary>
    public string? Fails(string id, string method, string values = "{}")
    {
        Send(id, method, values);
        return (string?)Response(id)["error"]?["code"];
    }

    /// <summary>The next message of a kind; others stay. (They are opened one by one: the hub may seal its next one right after its login.)</summary>
    public JsonNode Next(Func<JsonNode, bool> isWanted)
    {
        JsonNode? found = _opened.Find(m => isWanted(m));
        Patience.Until(
            () =>
            {
                Collect();
                while (found == null && _messages.TryDequeue(out (byte Kind, byte[] Message) next))
                {
                    JsonNode message = JsonNode.Parse(next.Kind == 1 ? Opened(next.Message) : next.Message)!;
                    _opened.Add(message);
                    found = isWanted(message) ? message : null;
                }

                return found != null;
            },
            "a message",
            () => string.Join('\n', _opened.Select(m => m.ToJsonString())));
        _opened.Remove(found!);
        return found!;
    }

    public void SendPlain(JsonNode message) => SendBytes(Encoding.UTF8.GetBytes(message.ToJsonString()), 0);

    /// <summary>Sends bytes in chunks.</summary>
    public void SendBytes(byte[] message, byte kind)
    {
        foreach (byte[] chunk in Chunks(message, kind))
        {
            Assert.IsTrue(Write(Requests, chunk), "a chunk was refused");
        }
    }

    /// <summary>The chunks of the next message.</summary>
    public byte[][] Chunks(byte[] message, byte kind)
    {
        List<byte[]> chunks = [];
        for (int at = 0; at < message.Length; at += _mtu - 3 - 6)
        {
            byte[] data = message[at..Math.Min(message.Length, at + _mtu - 3 - 6)];
            chunks.Add([_number, kind, (byte)(message.Length >> 8), (byte)message.Length, (byte)(at >> 8), (byte)at, .. data]);
        }

        _number++;
        return [.. chunks];
    }

    /// <summary>A request's sealed message.</summary>
    public byte[] Sealed(JsonNode message)
    {
        byte[] head = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(head, _sealed++);
        RandomNumberGenerator.Fill(head.AsSpan(4));
        using Aes aes = Aes.Create();
        aes.Key = _keys!.Own;
        byte[] hidden = aes.EncryptCbc(Encoding.UTF8.GetBytes(message.ToJsonString()), head.AsSpan(4));
        byte[] whole = [.. head, .. hidden];
        return [.. whole, .. HMACSHA256.HashData(_keys.OwnMac, whole)];
    }

    public BleCharacteristic[] All() => [.. ble.Services.SelectMany(s => s.Characteristics)];

    private BleCharacteristic Find(string uuid) => All().Single(c => c.Uuid == uuid);

    private T Timed<T>(Func<T> call)
    {
        Stopwatch watch = Stopwatch.StartNew();
        T result = call();
        Calls++;
        SlowCalls += watch.ElapsedMilliseconds > SlowMs ? 1 : 0;
        Assert.IsLessThan(MaxHandlerMs, watch.ElapsedMilliseconds, "a handler waited");
        return result;
    }

    private void Collect()
    {
        while (ble.Notified.TryDequeue(out (string Uuid, byte[] Value) notified))
        {
            if (notified.Uuid != Requests)
            {
                _values.Add(notified);
                continue;
            }

            byte[] chunk = notified.Value;
            int total = BinaryPrimitives.ReadUInt16BigEndian(chunk.AsSpan(2));
            int offset = BinaryPrimitives.ReadUInt16BigEndian(chunk.AsSpan(4));
            Assert.AreEqual(offset, offset == 0 ? 0 : _part.Count, "the hub sends in order");
            if (offset == 0)
            {
                _part.Clear();
            }

            _part.AddRange(chunk.Skip(6));
            if (_part.Count == total)
            {
                _messages.Enqueue((chunk[1], [.. _part]));
            }
        }
    }

    private byte[] Opened(byte[] whole)
    {
        CollectionAssert.AreEqual(HMACSHA256.HashData(_keys!.PeerMac, whole.AsSpan(0, whole.Length - 32)), whole[^32..], "the hub's seal");
        using Aes aes = Aes.Create();
        aes.Key = _keys.Peer;
        return aes.DecryptCbc(whole.AsSpan(20, whole.Length - 52), whole.AsSpan(4, 16));
    }

    private sealed record Keys(byte[] Own, byte[] OwnMac, byte[] Peer, byte[] PeerMac);
}
