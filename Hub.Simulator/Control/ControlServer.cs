using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Logging;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>
/// The running hub's control socket: verbs of other processes of the same user run here, on the hub's own printers.
/// Thread: one that accepts, one for each verb. Ownership: the verb that runs the hub disposes it.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    public const string LogArea = "control";

    /// <summary>Most verbs that run at once; more wait.</summary>
    private const int MaxVerbs = 32;

    /// <summary>Most connections at once, including waiting verbs and emergency stops.</summary>
    private const int MaxConnections = 128;

    /// <summary>How long the hub's end waits for its verbs.</summary>
    private const int StopMs = 2000;
    private const int AcceptFaultMs = 100;

    private readonly Socket _socket;
    private readonly Thread _accepting;
    private readonly SemaphoreSlim _slots = new(MaxVerbs);
    private readonly HashSet<HostedVerb> _verbs = [];
    private volatile bool _isStopping;

    private ControlServer(string folder, HubSession session, IHostedVerbRunner runner, Socket socket)
    {
        Folder = folder;
        Session = session;
        Runner = runner;
        _socket = socket;
        _accepting = new Thread(Guard.Loop(session.Log, LogArea, Accept)) { IsBackground = true, Name = "control socket" };
    }

    public string Folder { get; }

    public HubSession Session { get; }

    public IHostedVerbRunner Runner { get; }

    public Log Log => Session.Log;

    public bool IsStopping => _isStopping;

    /// <summary>Listens; the caller holds the folder's run lock. Null, with a warning in the log, when that is not possible.</summary>
    public static ControlServer? Start(string folder, HubSession session, IHostedVerbRunner runner)
    {
        try
        {
            ControlServer server = new(folder, session, runner, ControlSocket.Listen(folder));
            server._accepting.Start();
            return server;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            session.Log.Warning(LogArea, "no other process can reach this hub, because its control socket cannot be created: " + e.Message);
            return null;
        }
    }

    /// <summary>Waits until a verb may run; disposing the result lets the next one run. Errors: <see cref="VerbException"/>.</summary>
    public IDisposable WaitForSlot(int timeoutMs, CancellationToken cancel) => _slots.Wait(timeoutMs, cancel)
        ? new Slot(_slots)
        : throw new VerbException(ExitCodes.Failed, "hub_busy", $"the running hub is busy with {MaxVerbs} other commands: try again when they are done");

    /// <summary>Ends all verbs, in bounded time, and stops listening.</summary>
    public void Dispose()
    {
        _isStopping = true;
        ControlSocket.Remove(Folder);
        _socket.Dispose();
        _accepting.Join(StopMs);
        HostedVerb[] verbs;
        lock (_verbs)
        {
            verbs = [.. _verbs];
        }

        foreach (HostedVerb verb in verbs)
        {
            Guard.Try(Log, LogArea, verb.Stop);
        }

        Stopwatch watch = Stopwatch.StartNew();
        foreach (HostedVerb verb in verbs)
        {
            verb.Join((int)Math.Max(0, StopMs - watch.ElapsedMilliseconds));
        }
    }

    /// <summary>A verb is done.</summary>
    public void Ended(HostedVerb verb)
    {
        lock (_verbs)
        {
            _verbs.Remove(verb);
        }
    }

    private void Accept()
    {
        while (!_isStopping)
        {
            try
            {
                Take(_socket.Accept());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (!_isStopping)
                {
                    // Out of descriptors; they will become free.
                    Log.Warning(LogArea, "cannot accept a command's connection: " + e.Message);
                    Thread.Sleep(AcceptFaultMs);
                }
            }
        }
    }

    private void Take(Socket socket)
    {
        lock (_verbs)
        {
            if (_isStopping || _verbs.Count >= MaxConnections)
            {
                socket.Dispose();
                return;
            }

            HostedVerb verb = new(this, socket);
            _verbs.Add(verb);
            try
            {
                verb.Start();
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                _verbs.Remove(verb);
                verb.Dispose();
                Log.Warning(LogArea, "no thread is left for a command: " + e.Message);
            }
        }
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
