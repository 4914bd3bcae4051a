using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The MQTT broker inside a printer: one user, one topic each way, few clients. MQTTnet implements the protocol,
/// this class the printer's rules. Thread: any.
/// </summary>
internal sealed class BambuBroker : IMqttServerAdapter
{
    private const string User = "bblp";

    // MQTTnet's own writer buffers.
    private const int BufferBytes = 4096;
    private const int MaxBufferBytes = 65535;

    private readonly VirtualBambu _printer;
    private readonly BambuListener _listener;
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly string _reportTopic;
    private readonly string _requestTopic;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private MqttServer? _server;
    private int _port;

    public BambuBroker(VirtualBambu printer, IPAddress address)
    {
        _printer = printer;
        _reportTopic = "device/" + printer.Serial + "/report";
        _requestTopic = "device/" + printer.Serial + "/request";
        _listener = new BambuListener(address, ServeAsync);
    }

    Func<IMqttChannelAdapter, Task>? IMqttServerAdapter.ClientHandler { get; set; }

    public int Port => _listener.Port;

    /// <summary>Clients that are connected now.</summary>
    public int ClientCount => _sessions.Count;

    /// <summary>Listens. Errors: SocketException when the port is taken.</summary>
    public async Task StartAsync(int port)
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            _port = port;
            MqttServer server = new MqttServerFactory().CreateMqttServer(new MqttServerOptions { EnablePersistentSessions = false }, [this], MqttNetNullLogger.Instance);
            server.ValidatingConnectionAsync += ValidateAsync;
            server.ClientConnectedAsync += e =>
            {
                _sessions[e.ClientId] = new Session();
                return Task.CompletedTask;
            };
            server.ClientDisconnectedAsync += e =>
            {
                // A client that another one of the same id replaced has left; the other one stays.
                if (e.DisconnectType != MqttClientDisconnectType.Takeover)
                {
                    _sessions.TryRemove(e.ClientId, out _);
                }

                return Task.CompletedTask;
            };
            server.InterceptingSubscriptionAsync += SubscribeAsync;
            server.InterceptingPublishAsync += PublishAsync;
            server.InterceptingClientEnqueueAsync += e =>
            {
                e.AcceptEnqueue = !_sessions.TryGetValue(e.ReceiverClientId, out Session? session) || !session.IsWedged;
                return Task.CompletedTask;
            };
            await server.StartAsync().ConfigureAwait(false);
            _server = server;
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Closes the port and every connection; it can be started again.</summary>
    public async Task StopAsync()
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_server is { } server)
            {
                _server = null;
                _listener.Stop();
                await server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
                server.Dispose();
                _sessions.Clear();
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Aborts every connection; the port stays open.</summary>
    public void BreakConnections() => _listener.BreakConnections();

    /// <summary>Sends a report to all subscribers; the array then belongs to the broker.</summary>
    public async Task ReportAsync(byte[] payload)
    {
        if (_server is not { } server || _sessions.IsEmpty)
        {
            return;
        }

        try
        {
            MqttApplicationMessage message = new() { Topic = _reportTopic, Payload = new ReadOnlySequence<byte>(payload) };
            await server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // The broker stopped in between.
        }
    }

    public void Dispose()
    {
        // MQTTnet disposes its adapters; the listener stays for the next start.
    }

    Task IMqttServerAdapter.StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _listener.Start(_port);
        return Task.CompletedTask;
    }

    Task IMqttServerAdapter.StopAsync()
    {
        _listener.Stop();
        return Task.CompletedTask;
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        if (_printer.Faults.Broker is { } kind)
        {
            await BambuStranger.ServeAsync(kind, _printer.Tls, socket, stop).ConfigureAwait(false);
            return;
        }

        (SslStream stream, _) = await _printer.Tls.AcceptAsync(socket, stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            MqttTcpChannel channel = new(stream, socket.LocalEndPoint, socket.RemoteEndPoint, null);
            using MqttChannelAdapter adapter = new(channel, new MqttPacketFormatterAdapter(new MqttBufferWriter(BufferBytes, MaxBufferBytes)), MqttNetNullLogger.Instance);
            if (((IMqttServerAdapter)this).ClientHandler is { } handle)
            {
                await handle(adapter).ConfigureAwait(false);
            }
        }
    }

    private Task ValidateAsync(ValidatingConnectionEventArgs e)
    {
        if (e.UserName != User || e.Password != _printer.AccessCode)
        {
            e.ReasonCode = _printer.Faults.ConnackCode == 4 ? MqttConnectReasonCode.BadUserNameOrPassword : MqttConnectReasonCode.NotAuthorized;
        }
        else if (_sessions.Count >= _printer.Model.MaxClients && !_sessions.ContainsKey(e.ClientId))
        {
            e.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
        }

        return Task.CompletedTask;
    }

    // A subscription with another printer's serial is met with silence or the end of the connection (user reports).
    private Task SubscribeAsync(InterceptingSubscriptionEventArgs e)
    {
        if (e.TopicFilter.Topic != _reportTopic)
        {
            e.ProcessSubscription = false;
            e.CloseConnection = _printer.Faults.DropAtWrongTopic;
        }

        return Task.CompletedTask;
    }

    private async Task PublishAsync(InterceptingPublishEventArgs e)
    {
        // The printer's own messages have no client.
        if (string.IsNullOrEmpty(e.ClientId))
        {
            return;
        }

        e.ProcessPublish = false;
        if (e.ApplicationMessage.Topic == _requestTopic && _sessions.TryGetValue(e.ClientId, out Session? session) && session.Takes(_printer.Faults.WedgeAfterCommands))
        {
            await _printer.RequestAsync(e.ApplicationMessage.Payload.ToArray()).ConfigureAwait(false);
        }
    }

    /// <summary>One client's connection.</summary>
    private sealed class Session
    {
        private int _commands;

        /// <summary>The connection stays open, but no message passes in either direction any more (bambuddy #1164).</summary>
        public bool IsWedged { get; private set; }

        public bool Takes(int limit)
        {
            if (limit > 0 && ++_commands > limit)
            {
                IsWedged = true;
            }

            return !IsWedged;
        }
    }
}
