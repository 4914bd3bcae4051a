using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Mqtt;

/// <summary>What every MQTT client of a HAL must do against a real broker.</summary>
public abstract class MqttContract
{
    private const int PatienceMs = Patience.LimitMs;

    private static int s_ids;

    /// <summary>The factory under test.</summary>
    protected abstract IMqttFactory Factory { get; }

    /// <summary>The pool its clients rent from.</summary>
    protected abstract IBufferPool Buffers { get; }

    /// <summary>A broker that runs as long as the test class.</summary>
    protected abstract MqttOptions Options(string clientId);

    /// <summary>A broker for one test, and what kills it.</summary>
    protected abstract (MqttOptions Options, Action Kill, IDisposable Broker) OwnBroker(string clientId);

    [TestMethod]
    public void Connect_GoodCredentials_IsWelcome()
    {
        MqttOptions options = NewOptions();
        using IMqttClient client = Factory.Create(options);
        client.Connect(CancellationToken.None);
        Assert.IsTrue(client.IsConnected);
        Assert.AreEqual(options.Tls != null, client.Peer != null);
        Assert.IsTrue(client.Peer == null || client.Peer.IsVerified);
        client.Disconnect();
        Assert.IsFalse(client.IsConnected);
        client.Connect(CancellationToken.None);
        Assert.IsTrue(client.IsConnected, "the same client again");
    }

    [TestMethod]
    public void Connect_WrongCredentials_IsAuthRejected()
    {
        MqttOptions wrong = NewOptions();
        wrong.Password = new Secret("fake9999");
        MqttOptions none = NewOptions();
        none.User = null;
        none.Password = null;
        foreach (MqttOptions options in new[] { wrong, none })
        {
            using IMqttClient client = Factory.Create(options);
            HubException error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
            Assert.AreEqual(ErrorCode.AuthRejected, error.Code, error.Message);
            Assert.IsFalse(client.IsConnected);
            Assert.DoesNotContain("fake9999", error.Message);
        }
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(0, 1)]
    [DataRow(1, 0)]
    [DataRow(1, 1)]
    public void Publish_EveryQos_ArrivesInOrder(int publishQos, int subscribeQos)
    {
        string topic = NewTopic();
        using IMqttClient receiver = Connected(NewOptions());
        Subscribe(receiver, topic + "/+", subscribeQos);
        using IMqttClient sender = Connected(NewOptions());
        int last = 0;
        for (int i = 0; i < 30; i++)
        {
            byte[] payload = Encoding.UTF8.GetBytes("message " + i);
            last = sender.Publish(topic + "/" + (i % 3), payload, 0, payload.Length, publishQos, false, CancellationToken.None);
        }

        for (int i = 0; i < 30; i++)
        {
            MqttMessage message = Next(receiver);
            Assert.AreEqual(topic + "/" + (i % 3), message.Topic);
            Assert.AreEqual("message " + i, TextOf(message));
            Assert.AreEqual(Math.Min(publishQos, subscribeQos), message.Qos);
            Assert.IsFalse(message.IsRetained);
        }

        Assert.IsNull(receiver.Receive(200, CancellationToken.None));
        AwaitAcknowledgement(sender, last, publishQos);
    }

    [TestMethod]
    public void Publish_Retained_WaitsForTheSubscriber()
    {
        string topic = NewTopic();
        using IMqttClient sender = Connected(NewOptions());
        int id = sender.Publish(topic, "kept"u8.ToArray(), 0, 4, 1, true, CancellationToken.None);
        AwaitAcknowledgement(sender, id, 1);
        using IMqttClient receiver = Connected(NewOptions());
        receiver.Subscribe(topic, 0, CancellationToken.None);
        MqttMessage message = Next(receiver);
        Assert.AreEqual("kept", TextOf(message));
        Assert.IsTrue(message.IsRetained);
        id = sender.Publish(topic, [], 0, 0, 1, true, CancellationToken.None);
        AwaitAcknowledgement(sender, id, 1);
        Assert.AreEqual("", TextOf(Next(receiver)));
        using IMqttClient late = Connected(NewOptions());
        late.Subscribe(topic, 0, CancellationToken.None);
        Assert.IsNull(late.Receive(300, CancellationToken.None), "an empty retained message clears it");
    }

    [TestMethod]
    public void LastWill_OnACutOnly_IsPublished()
    {
        string topic = NewTopic();
        using IMqttClient watcher = Connected(NewOptions());
        Subscribe(watcher, topic, 1);
        foreach (bool isCut in new[] { false, true })
        {
            MqttOptions options = NewOptions();
            options.WillTopic = topic;
            options.WillPayload = "gone"u8.ToArray();
            options.WillQos = 1;
            using IMqttClient mortal = Connected(options);
            if (isCut)
            {
                mortal.Dispose();
                Assert.AreEqual("gone", TextOf(Next(watcher)));
            }
            else
            {
                mortal.Disconnect();
                Assert.IsNull(watcher.Receive(400, CancellationToken.None));
            }
        }
    }

    [TestMethod]
    public void Connect_ClientIdInUse_ThrowsTheOlderOut()
    {
        MqttOptions options = NewOptions();
        using IMqttClient older = Connected(options);
        using IMqttClient newer = Connected(options);
        HubException error = Assert.ThrowsExactly<HubException>(() => older.Receive(PatienceMs, CancellationToken.None));
        Assert.AreEqual(ErrorCode.ConnectionLost, error.Code, error.Message);
        Assert.IsFalse(older.IsConnected);
        Assert.IsNull(newer.Receive(100, CancellationToken.None));
        Assert.IsTrue(newer.IsConnected);
    }

    [TestMethod]
    public void Receive_100Kilobytes_ArriveAsBytesAndAsJson()
    {
        string topic = NewTopic();
        byte[] json = Encoding.UTF8.GetBytes("[" + string.Join(",", Enumerable.Range(0, 20_000)) + "]");
        Assert.IsGreaterThan(100_000, json.Length);
        int before = Buffers.Rented;
        using IMqttClient client = Connected(NewOptions());
        Subscribe(client, topic, 1);
        for (int round = 0; round < 3; round++)
        {
            client.Publish(topic, json, 0, json.Length, 1, false, CancellationToken.None);
        }

        byte[] received = new byte[json.Length];
        MqttMessage message = Next(client);
        Assert.AreEqual(json.Length, message.Length);
        int count = 0;
        for (int read; (read = message.Read(received, count, Math.Min(5000, received.Length - count))) > 0;)
        {
            count += read;
        }

        CollectionAssert.AreEqual(json, received);
        JsonReader reader = new JsonReader(4);
        Next(client).BeginJson(reader);
        long sum = 0;
        while (reader.Read() != JsonToken.End)
        {
            sum += reader.TryGetInt64(out long number) ? number : 0;
        }

        Assert.AreEqual(20_000L * 19_999 / 2, sum);
        Next(client); // not read at all
        client.Publish(topic, "small"u8.ToArray(), 0, 5, 0, false, CancellationToken.None);
        Assert.AreEqual("small", TextOf(Next(client)));
        client.Disconnect();
        Assert.AreEqual(before, Buffers.Rented, "a buffer leaks");
    }

    [TestMethod]
    public void Receive_LongerSilenceThanTheBrokerBears_StaysConnected()
    {
        // The broker gives up after 1.5 times the keep-alive time (MQTT 3.1.1, 3.1.2.10): 3 s.
        MqttOptions options = NewOptions();
        options.KeepAliveSeconds = 2;
        using IMqttClient client = Connected(options);
        Assert.IsNull(client.Receive(5000, CancellationToken.None));
        Assert.IsTrue(client.IsConnected);
        string topic = NewTopic();
        Subscribe(client, topic, 0);
        client.Publish(topic, "alive"u8.ToArray(), 0, 5, 0, false, CancellationToken.None);
        Assert.AreEqual("alive", TextOf(Next(client)));
    }

    [TestMethod]
    public void Connect_KeptSession_BringsWhatWasMissed()
    {
        string topic = NewTopic();
        MqttOptions options = NewOptions();
        options.CleanSession = false;
        using IMqttClient client = Connected(options);
        Subscribe(client, topic, 1);
        client.Disconnect();
        using IMqttClient sender = Connected(NewOptions());
        int id = sender.Publish(topic, "missed"u8.ToArray(), 0, 6, 1, false, CancellationToken.None);
        AwaitAcknowledgement(sender, id, 1);
        client.Connect(CancellationToken.None);
        Assert.AreEqual("missed", TextOf(Next(client)));
        client.Disconnect();
        client.Connect(CancellationToken.None);
        Assert.IsNull(client.Receive(300, CancellationToken.None), "it was acknowledged with the farewell");
    }

    [TestMethod]
    public void Receive_BrokerKilled_IsConnectionLost()
    {
        (MqttOptions options, Action kill, IDisposable broker) = OwnBroker(NewId());
        using (broker)
        {
            using IMqttClient client = Connected(options);
            kill();
            FairWatch watch = FairWatch.StartNew();
            HubException error = Assert.ThrowsExactly<HubException>(() => client.Receive(PatienceMs, CancellationToken.None));
            Assert.AreEqual(ErrorCode.ConnectionLost, error.Code, error.Message);
            Assert.IsLessThan(5000, watch.ElapsedMilliseconds);
            error = Assert.ThrowsExactly<HubException>(() => client.Connect(CancellationToken.None));
            Assert.AreEqual(ErrorCode.ConnectFailed, error.Code, error.Message);
        }
    }

    /// <summary>Options of a client with an id of its own.</summary>
    protected MqttOptions NewOptions() => Options(NewId());

    /// <summary>A connected client.</summary>
    protected IMqttClient Connected(MqttOptions options)
    {
        IMqttClient client = Factory.Create(options);
        client.Connect(CancellationToken.None);
        return client;
    }

    private static string NewId() => "hub-test-" + Interlocked.Increment(ref s_ids);

    private static string NewTopic() => "test/" + Interlocked.Increment(ref s_ids);

    /// <summary>Subscribes and waits until the broker has it: it answers in order, so the answer to a later message tells.</summary>
    private static void Subscribe(IMqttClient client, string filter, int qos)
    {
        client.Subscribe(filter, qos, CancellationToken.None);
        AwaitAcknowledgement(client, client.Publish(NewTopic(), [], 0, 0, 1, false, CancellationToken.None), 1);
    }

    private static MqttMessage Next(IMqttClient client)
    {
        MqttMessage? message = client.Receive(PatienceMs, CancellationToken.None);
        Assert.IsNotNull(message, "no message came");
        return message;
    }

    private static void AwaitAcknowledgement(IMqttClient client, int id, int qos)
    {
        if (qos > 0)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!client.IsAcknowledged(id) && watch.ElapsedMilliseconds < PatienceMs)
            {
                Assert.IsNull(client.Receive(20, CancellationToken.None), "a message came in between");
            }

            Assert.IsTrue(client.IsAcknowledged(id));
        }
    }

    private static string TextOf(MqttMessage message)
    {
        Assert.AreEqual(message.Length, message.Count);
        return Encoding.UTF8.GetString(message.Buffer, message.Offset, message.Count);
    }
}
