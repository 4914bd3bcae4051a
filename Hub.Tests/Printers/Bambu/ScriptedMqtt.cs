using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Tests.Portable;

namespace Hub.Tests.Printers.Bambu;

/// <summary>A broker's end of a session: sends scripted messages, records requests, and lets the driven clock run while nothing arrives.</summary>
internal sealed class ScriptedMqtt : IMqttClient
{
    private readonly Queue<object> _coming = new();
    private readonly Message _message = new();
    private string _subscribed = "";

    public MqttOptions Options { get; set; } = new();

    public ManualClock Clock { get; set; } = new();

    public List<JsonNode> Requests { get; } = [];

    public List<string> Filters { get; } = [];

    public HubException? ConnectError { get; set; }

    public HubException? SubscribeError { get; set; }

    /// <summary>Answers a request; null is silence.</summary>
    public Func<JsonNode, string?> Answer { get; set; } = _ => null;

    /// <summary>Bytes of a payload that fit the buffer; the rest is streamed.</summary>
    public int Window { get; set; } = int.MaxValue;

    /// <summary>When set, this comes again and again.</summary>
    public byte[]? Endless { get; set; }

    /// <summary>Where messages come from; null for the topic that was subscribed to.</summary>
    public string? Topic { get; set; }

    public bool IsRetained { get; set; }

    public bool IsConnected { get; private set; }

    public bool IsDisposed { get; private set; }

    public TlsPeer? Peer { get; set; } = new(new string('a', 64), true);

    public ScriptedMqtt Says(string json) => Says(Encoding.UTF8.GetBytes(json));

    public ScriptedMqtt Says(byte[] payload)
    {
        _coming.Enqueue(payload);
        return this;
    }

    public ScriptedMqtt Breaks(ErrorCode code)
    {
        _coming.Enqueue(new HubException(code, "the connection broke"));
        return this;
    }

    public void Connect(CancellationToken cancel)
    {
        if (ConnectError != null)
        {
            throw ConnectError;
        }

        IsConnected = true;
    }

    public void Subscribe(string filter, int qos, CancellationToken cancel)
    {
        if (SubscribeError != null)
        {
            throw SubscribeError;
        }

        _subscribed = filter;
        Filters.Add(filter + " " + qos);
    }

    public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel)
    {
        JsonNode request = JsonNode.Parse(payload.AsSpan(offset, count))!;
        request["topic"] = topic;
        request["qos"] = qos;
        Requests.Add(request);
        string? answer = Answer(request);
        if (answer != null)
        {
            Says(answer);
        }

        return 0;
    }

    public bool IsAcknowledged(int packetId) => false;

    public MqttMessage? Receive(int waitMs, CancellationToken cancel)
    {
        if (Endless != null)
        {
            return Show(Endless);
        }

        if (_coming.Count == 0)
        {
            Clock.Advance(waitMs);
            return null;
        }

        object next = _coming.Dequeue();
        if (next is HubException error)
        {
            throw error;
        }

        return Show((byte[])next);
    }

    public bool TrySignal(AutoResetEvent arrived) => false;

    public void Disconnect() => IsConnected = false;

    public void Dispose() => IsDisposed = true;

    private Message Show(byte[] payload)
    {
        _message.From(Topic ?? _subscribed, IsRetained);
        _message.Set(payload, Window);
        return _message;
    }

    private sealed class Message : MqttMessage
    {
        private byte[] _payload = [];
        private byte[] _buffer = [];
        private int _count;
        private int _read;
        private string _topic = "";
        private bool _isRetained;

        public override string Topic => _topic;

        public override int Length => _payload.Length;

        public override int Qos => 0;

        public override bool IsRetained => _isRetained;

        public override byte[] Buffer => _buffer;

        public override int Offset => 0;

        public override int Count => _count;

        public void From(string topic, bool isRetained)
        {
            _topic = topic;
            _isRetained = isRetained;
        }

        public void Set(byte[] payload, int window)
        {
            _payload = payload;
            _count = Math.Min(payload.Length, window);
            _buffer = _count == payload.Length ? payload : payload[.._count];
            _read = 0;
        }

        public override int Read(byte[] target, int offset, int count)
        {
            if (ReferenceEquals(target, _buffer) && _read == 0)
            {
                _read = _count;
            }

            int length = Math.Min(Math.Min(count, 700), _payload.Length - _read);
            Array.Copy(_payload, _read, target, offset, length);
            _read += length;
            return length;
        }
    }
}
