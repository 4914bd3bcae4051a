using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>One verb that the hub runs for another process. Thread: one of its own. The client may be slow, silent or gone.</summary>
internal sealed class HostedVerb : IDisposable
{
    /// <summary>How long a client may take for its request, and again to confirm it.</summary>
    private const int RequestMs = 5000;

    /// <summary>How long a verb waits for other verbs to end.</summary>
    private const int SlotWaitMs = 10_000;

    private readonly ControlServer _server;
    private readonly Socket _socket;
    private readonly ControlChannel _channel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    public HostedVerb(ControlServer server, Socket socket)
    {
        _server = server;
        _socket = socket;
        _channel = new ControlChannel(socket) { ReadTimeoutMs = RequestMs };
        _thread = new Thread(Guard.Once(server.Log, ControlServer.LogArea, RunToEnd)) { IsBackground = true, Name = "hosted verb" };
    }

    public void Start() => _thread.Start();

    /// <summary>Stops the verb, as Ctrl+C does.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Waits for its end; after the time limit its connection is closed and it is abandoned.</summary>
    public void Join(int timeoutMs)
    {
        if (!_thread.Join(timeoutMs))
        {
            Dispose();
        }
    }

    /// <summary>Closes its connection. The token stays, because the hub's end may still cancel it.</summary>
    public void Dispose() => _channel.Dispose();

    private void RunToEnd()
    {
        try
        {
            Run();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or SocketException)
        {
            // The client is gone or not a client. What its verb did stays done.
            _server.Log.Debug(ControlServer.LogArea, "a client's connection ended: " + e.Message);
        }
        catch (Exception e)
        {
            _server.Log.Fault(ControlServer.LogArea, e);
        }
        finally
        {
            Dispose();
            _server.Ended(this);
        }
    }

    private void Run()
    {
        if (!PeerUser.IsThisUser(_socket))
        {
            return;
        }

        (FrameKind kind, string text) = _channel.Read();
        if (kind != FrameKind.Request)
        {
            return;
        }

        ControlRequest request;
        try
        {
            request = ControlRequest.Parse(text);
        }
        catch (InvalidDataException e)
        {
            _channel.Send(FrameKind.Refused, e.Message);
            return;
        }

        _channel.SendOne(FrameKind.Accepted, "");
        if (_channel.Read().Kind != FrameKind.Go)
        {
            return;
        }

        using RemoteInput input = new(_channel, _stop.Token);
        Task listening = ListenAsync(input);
        _channel.SendOne(FrameKind.Exit, RunVerb(request, input).ToString());
        _channel.Dispose();
        listening.GetAwaiter().GetResult();
    }

    private int RunVerb(ControlRequest request, RemoteInput input)
    {
        RemoteWriter output = new(_channel, FrameKind.Out);
        VerbConsole console = VerbConsole.Remote(output, new RemoteWriter(_channel, FrameKind.Error), input, request.Terminal, input.AskSecret);
        VerbHost host = new()
        {
            Session = _server.Session,
            Folder = _server.Folder,
            WorkingFolder = request.WorkingFolder,
            ProcessId = PeerUser.ProcessId(_socket),
            IsStopping = () => _server.IsStopping,
        };

        // An emergency stop must not wait for other verbs.
        using IDisposable? slot = _server.Runner.IsEmergency(request.Arguments) ? null : _server.WaitForSlot(SlotWaitMs, _stop.Token);
        return _server.Runner.RunAsync(request.Arguments, console, host, _stop.Token).GetAwaiter().GetResult();
    }

    /// <summary>Receives from the client until its connection ends.</summary>
    private async Task ListenAsync(RemoteInput input)
    {
        try
        {
            while (true)
            {
                (FrameKind kind, string text) = await _channel.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                if (kind == FrameKind.Stop)
                {
                    await _stop.CancelAsync().ConfigureAwait(false);
                }
                else if (kind != FrameKind.Input || !input.Answer(text))
                {
                    throw new InvalidDataException("a frame that was not asked for");
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            // The verb or the client has ended, so no one waits for the verb any more.
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }
}
