using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Mqtt;
using Hub.Hal.Desktop;
using Hub.Tests.Hal;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Mqtt;

/// <summary>Sessions that are cut, split, mutated or random: clean messages or a clean error, and nothing leaks.</summary>
[TestClass]
public class MqttHostileTests
{
    private const int Seed = 31_100;
    private const int WindowBytes = 64;

    private static readonly byte[] s_session = MqttBytes.Join(
    [
        MqttBytes.Welcome,
        MqttBytes.Suback(1, 0),
        MqttBytes.Publish("a/b", "first"),
        MqttBytes.Publish(0x33, "c", 9, WebSocketBytes.Pattern(300)),
        MqttBytes.Pong,
        MqttBytes.Publish("a/b", WebSocketBytes.Pattern(64)),
        MqttBytes.Puback(3),
        MqttBytes.Publish(0x3A, "\u00fc/x", 500, []),
        MqttBytes.Publish("a/b", "last"),
    ]);

    private static readonly ErrorCode[] s_expected = [ErrorCode.BadResponse, ErrorCode.ConnectionLost, ErrorCode.Refused, ErrorCode.NotSupported, ErrorCode.ServerError, ErrorCode.AuthRejected];

    [TestMethod]
    public void Receive_EverySplitAndPiece_GivesTheSame()
    {
        string whole = Run([s_session]);
        Assert.Contains("q0False 4 6C617374", whole);
        for (int size = 1; size < s_session.Length; size++)
        {
            Assert.AreEqual(whole, Run([.. s_session.Chunk(size)]), $"pieces of {size}");
            Assert.AreEqual(whole, Run([s_session[..size], s_session[size..]]), $"split at {size}");
        }
    }

    [TestMethod]
    public void Receive_CutAtEveryByte_GivesWhatCameWhole()
    {
        string[] whole = Run([s_session]).Split('\n');
        for (int length = 0; length < s_session.Length; length++)
        {
            string[] cut = Run([s_session[..length]]).Split('\n');
            Assert.StartsWith("ConnectionLost", cut[^1], $"cut at {length}");
            CollectionAssert.AreEqual(whole[..(cut.Length - 1)], cut[..^1], $"cut at {length}");
        }
    }

    [TestMethod]
    public void Receive_MutatedSessions_GiveTheSameInAnyPieces()
    {
        Random random = new Random(Seed);
        int broken = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = Mutated(random);
            string whole = Run([bytes]);
            Assert.AreEqual(whole, Run(RandomPieces.Of(bytes, 39, random)), $"seed {Seed} round {round}: {Convert.ToHexString(bytes)}");
            broken += whole.Contains("BadResponse", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.IsInRange(400, 3600, broken);
    }

    [TestMethod]
    public void Receive_RandomBytes_AreRefusedCleanly()
    {
        Random random = new Random(Seed);
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            bytes[0] = random.Next(3) == 0 ? bytes[0] : (byte)(0x30 | random.Next(4));
            byte[] session = round % 2 == 0 ? bytes : [.. MqttBytes.Welcome, .. bytes];
            Assert.AreEqual(Run([session]), Run(RandomPieces.Of(session, 39, random)), $"seed {Seed} round {round}: {Convert.ToHexString(session)}");
        }
    }

    [TestMethod]
    public void Receive_RepeatedReports_AllocatesNothing()
    {
        ScriptedHal hal = new ScriptedHal();
        ScriptedStream peer = hal.AddPeer().Gives(MqttBytes.Welcome);
        CoreMqttClient client = Connect(hal);
        peer.GivesInPieces(MqttBytes.Publish("device/01P/report", new byte[12_000]), 1460);
        peer.Gives(MqttBytes.Publish(0x32, "device/01P/other", 7, new byte[40_000]));
        int messages = ReceiveAll(client, peer);
        Assert.AreEqual(2, messages);
        long allocated = Allocated.By(() =>
        {
            messages = 2;
            for (int i = 0; i < 50; i++)
            {
                messages += ReceiveAll(client, peer);
            }
        });
        Assert.AreEqual(0, allocated);
        Assert.AreEqual(102, messages);
    }

    [TestMethod]
    public void Publish_PeerThatDoesNotRead_ObeysTheCancellation()
    {
        using var end = new ManualResetEventSlim();
        using LoopbackServer server = new(async socket =>
        {
            await socket.SendAsync(MqttBytes.Welcome);
            await Task.Run(() => end.Wait(Patience.LimitMs));
        });
        using DesktopHal hal = new DesktopHal("", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using IMqttClient client = hal.Mqtt.Create(new MqttOptions { Host = "127.0.0.1", Port = server.Port, ClientId = "x" });
        client.Connect(CancellationToken.None);
        using CancellationTokenSource source = new CancellationTokenSource();
        FairWatch? cancelled = null;
        source.Token.Register(() => cancelled = FairWatch.StartNew());
        source.CancelAfter(400);
        byte[] much = new byte[100 * 1024 * 1024];
        HubException error = Assert.ThrowsExactly<HubException>(() => client.Publish("t", much, 0, much.Length, 0, false, source.Token));
        Assert.AreEqual(ErrorCode.Cancelled, error.Code, error.Message);

        // The token says so before it runs its callbacks.
        Patience.Until(() => cancelled != null, "the token's callback");
        Assert.IsLessThan(100 + 500, cancelled!.ElapsedMilliseconds, "after the cancellation; 500 ms are for a busy machine");
        Assert.IsFalse(client.IsConnected, "a cut packet ends the connection");
        Assert.AreEqual(0, hal.Buffers.Rented);
        end.Set();
    }

    private static CoreMqttClient Connect(ScriptedHal hal)
    {
        CoreMqttClient client = new CoreMqttClient(hal, new MqttOptions { Host = "h", ClientId = "x", KeepAliveSeconds = 0, MaxPacketBytes = 50_000 });
        client.Connect(CancellationToken.None);
        return client;
    }

    private static int ReceiveAll(CoreMqttClient client, ScriptedStream peer)
    {
        int messages = 0;
        peer.Rewind(1); // behind the welcome
        for (int i = 0; i < 100; i++)
        {
            messages += client.Receive(0, CancellationToken.None) != null ? 1 : 0;
        }

        peer.ForgetWritten();
        return messages;
    }

    /// <summary>One line for each message and one for the end; the payload of every other message is left unread.</summary>
    private static string Run(byte[][] pieces)
    {
        ScriptedHal hal = new ScriptedHal(WindowBytes);
        ScriptedStream peer = hal.AddPeer();
        foreach (byte[] piece in pieces)
        {
            peer.Gives(piece);
        }

        peer.Ends();
        StringBuilder trace = new StringBuilder();
        CoreMqttClient? client = null;
        try
        {
            client = Connect(hal);
            for (int i = 0; ; i++)
            {
                MqttMessage? message = Receive(client, trace);
                if (message != null)
                {
                    trace.Append(message.Topic).Append(" q").Append(message.Qos).Append(message.IsRetained).Append(' ').Append(message.Length).Append(' ').Append(i % 2 == 0 ? Payload(message) : "").Append('\n');
                }
            }
        }
        catch (HubException error)
        {
            Assert.Contains(error.Code, s_expected, error.ToString());
            Assert.IsTrue(error.Message.StartsWith("h:", StringComparison.Ordinal) && error.Message.All(c => c is >= ' ' and <= '~'), error.Message);
            Assert.IsFalse(client?.IsConnected ?? false);
            trace.Append(error.Code).Append(' ').Append(error.Message);
        }

        Assert.AreEqual(0, hal.Pool.Rented, "a buffer leaks");
        Assert.AreEqual(0, hal.Net.OpenSockets, "a socket leaks");
        Assert.IsLessThanOrEqualTo(1, hal.Pool.HighWaterMark);
        return trace.ToString();
    }

    private static MqttMessage? Receive(CoreMqttClient client, StringBuilder trace)
    {
        try
        {
            return client.Receive(1000, CancellationToken.None);
        }
        catch (HubException error) when (error.Code == ErrorCode.Refused)
        {
            trace.Append(error.Message).Append('\n');
            return null;
        }
    }

    private static string Payload(MqttMessage message)
    {
        byte[] payload = new byte[message.Length];
        int count = 0;
        for (int read; (read = message.Read(payload, count, Math.Min(50, payload.Length - count))) > 0;)
        {
            count += read;
        }

        return Convert.ToHexString(payload, 0, count);
    }

    private static byte[] Mutated(Random random)
    {
        List<byte> bytes = [.. s_session];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int position = random.Next(4) == 0 ? random.Next(30) : random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.Insert(position, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveAt(position);
                    break;
                default:
                    bytes[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }
}
