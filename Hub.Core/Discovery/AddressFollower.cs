using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Discovery;

/// <summary>
/// Listens to the announcements of Bambu printers, and changes the configured address of one that got another (DHCP), by
/// <see cref="FollowRules"/>. Sends nothing. Thread: has one of its own ("discovery"); members are for the owner.
/// </summary>
public sealed class AddressFollower : IDisposable
{
    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "discovery";

    private const int WaitMs = 100;

    /// <summary>A multicast membership can get lost with the network; silence for so long opens the port anew.</summary>
    private const int SilenceMs = 5 * 60 * 1000;

    /// <summary>Forty printers announce themselves at most eight times a second; what is above that waits in the system's queue.</summary>
    private const int MaxPerSecond = 50;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly ConfigManager _config;
    private readonly ITrustStore _trust;
    private readonly LinkLookup _linkOf;
    private readonly string? _interfaceAddress;
    private readonly int _port;
    private readonly FollowRules _rules = new FollowRules();
    private readonly object _gate = new object();
    private readonly Thread _thread;
    private Heartbeat? _beat;
    private bool _isStopped;
    private bool _hasWarned;

    /// <summary>Makes it; <see cref="Start"/> starts it.</summary>
    /// <param name="hal">Sockets, buffers and clock.</param>
    /// <param name="log">Where changes are reported.</param>
    /// <param name="config">What is changed.</param>
    /// <param name="trust">Knows the certificates that were met.</param>
    /// <param name="linkOf">Knows which printers are linked.</param>
    /// <param name="interfaceAddress">IPv4 address of the interface to listen on, or null for the system's choice.</param>
    /// <param name="port"><see cref="SsdpMessage.BambuPort"/>, except in tests.</param>
    public AddressFollower(
        IHal hal, Log log, ConfigManager config, ITrustStore trust, LinkLookup linkOf, string? interfaceAddress, int port)
    {
        _hal = hal;
        _log = log;
        _config = config;
        _trust = trust;
        _linkOf = linkOf;
        _interfaceAddress = interfaceAddress;
        _port = port;
        _thread = new Thread(Guard.Loop(log, LogArea, Run));
    }

    private bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _isStopped;
            }
        }
    }

    /// <summary>Gives the state of one printer's link; Disabled when there is none of this id. Thread: the follower's.</summary>
    public delegate LinkState LinkLookup(string id);

    /// <summary>Starts listening. A port that cannot be opened is one warning, and tried again from time to time.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>Looks at one announcement.</summary>
    /// <param name="message">It.</param>
    /// <param name="sender">IPv4 address that it came from.</param>
    internal void Take(SsdpMessage message, string sender)
    {
        if (!message.IsBambu || message.Kind != SsdpKind.Notify)
        {
            return;
        }

        PrinterConfig[] printers = _config.Printers;
        for (int i = 0; i < printers.Length; i++)
        {
            PrinterConfig printer = printers[i];
            if (FollowRules.IsAtHome(printer, message, sender))
            {
                if (_rules.IsUnproven(printer.Id) && _linkOf(printer.Id) == LinkState.Online)
                {
                    _rules.Proven(printer.Id);
                }
            }
            else if (_rules.IsMove(printer, message, sender, _hal.Clock.NowMs)
                && FollowRules.Follows(printer, _linkOf(printer.Id), _hal.Sockets.ShowsCertificates && _trust.Find(printer.Serial!) != null, _hal.Sockets.ShowsCertificates))
            {
                Follow(printer, sender);
            }
        }
    }

    private void Follow(PrinterConfig printer, string address)
    {
        _rules.Moved(printer.Id, _hal.Clock.NowMs);
        Hashtable changes = new Hashtable();
        changes[PrinterKeys.Host] = address;
        try
        {
            _config.Update(printer.Id, changes);
            _log.Info(LogArea, printer.Id + " announces itself from " + address + " instead of " + printer.Host + ": the configuration follows");
        }
        catch (HubException e)
        {
            _log.Warning(LogArea, printer.Id + " moved to " + address + ", but the configuration cannot follow: " + e.Message);
        }
    }

    private void Run()
    {
        Heartbeat beat = _log.Heartbeats.Begin(LogArea);
        _beat = beat;
        while (!IsStopped)
        {
            try
            {
                Listen();
                continue;
            }
            catch (HubException e)
            {
                Warn(e.Message);
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception e)
            {
                // Whatever it is, the printers are served without this thread's help.
                _log.Fault(LogArea, e);
            }

            beat.Beat("waiting");
            Rest(SilenceMs);
        }

        beat.End();
    }

    /// <summary>Opens the port and listens until it is silent for long. Errors: those of opening it.</summary>
    private void Listen()
    {
        using IUdpSocket socket = _hal.Sockets.OpenUdp(_port, _interfaceAddress);
        socket.JoinMulticast(SsdpMessage.Group);
        byte[] buffer = _hal.Buffers.Rent();
        try
        {
            Listen(socket, buffer);
        }
        finally
        {
            _hal.Buffers.Return(buffer);
        }
    }

    private void Listen(IUdpSocket socket, byte[] buffer)
    {
        long heardMs = _hal.Clock.NowMs;
        long secondMs = heardMs;
        int taken = 0;
        while (!IsStopped && _hal.Clock.NowMs - heardMs < SilenceMs)
        {
            _beat!.Beat("listening");
            int count = socket.Receive(buffer, WaitMs);
            long nowMs = _hal.Clock.NowMs;
            if (nowMs - secondMs >= 1000)
            {
                secondMs = nowMs;
                taken = 0;
            }

            if (count < 0)
            {
                continue;
            }

            heardMs = nowMs;
            TakeOne(buffer, count, socket);

            if (++taken >= MaxPerSecond)
            {
                Rest((int)(secondMs + 1000 - nowMs));
            }
        }
    }

    /// <summary>One datagram that cannot be served costs no other one.</summary>
    private void TakeOne(byte[] buffer, int count, IUdpSocket socket)
    {
        try
        {
            SsdpMessage? message = SsdpMessage.Parse(buffer, count);
            if (message != null)
            {
                Take(message, socket.RemoteAddress);
            }
        }
        catch (HubException e)
        {
            _log.Warning(LogArea, "an announcement from " + socket.RemoteAddress + " could not be served: " + e.Message);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(LogArea, e);
        }
    }

    private void Rest(int milliseconds)
    {
        long untilMs = _hal.Clock.NowMs + milliseconds;
        while (!IsStopped && _hal.Clock.NowMs < untilMs)
        {
            _hal.Clock.Sleep(WaitMs);
        }
    }

    private void Warn(string problem)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _log.Warning(LogArea, "printers that get another address are not followed: " + problem);
        }
    }
}
