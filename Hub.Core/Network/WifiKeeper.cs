using System;
using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Network;

/// <summary>
/// Keeps the hub in the network of wifi.json: joins at the start, after every loss and after a change of the configuration; and joins another network for a person
/// (<see cref="Join"/>). On a machine whose system manages the Wi-Fi it is not used. Thread: has one of its own ("wifi"); <see cref="Join"/>, <see cref="Disconnect"/>
/// and <see cref="Forget"/> may be called by any, the other members are for the owner.
/// </summary>
public sealed class WifiKeeper : IConfigListener, IDisposable
{
    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "wifi";

    /// <summary>The longest join; the board may exceed it by 20 s.</summary>
    private const int JoinTimeoutMs = 30000;

    /// <summary>How often the link is checked, in ms.</summary>
    private const int CheckMs = 1000;

    private static readonly Secret s_noPassword = new Secret("");

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly ConfigManager _config;
    private readonly JoinSteps _steps = new JoinSteps();
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly object _gate = new object();

    /// <summary>Held by whoever uses the radio: the thread must not undo what a person has just joined.</summary>
    private readonly object _radio = new object();
    private bool _isChanged;
    private bool _isStopped;
    private bool _isHeld;
    private bool _mustLeave;
    private bool _isAnew;
    private string? _joining;
    private WifiConfig? _joined;
    private WifiState _shown = WifiState.Idle;

    /// <summary>Makes it; <see cref="Start"/> starts it.</summary>
    /// <param name="hal">The radio and the clock.</param>
    /// <param name="log">Where joins and losses are reported.</param>
    /// <param name="config">The configuration, loaded.</param>
    public WifiKeeper(IHal hal, Log log, ConfigManager config)
    {
        _hal = hal;
        _log = log;
        _config = config;
    }

    /// <summary>Begins to join. Returns at once.</summary>
    public void Start()
    {
        _config.Listen(this);
        new Thread(Guard.Loop(_log, LogArea, Run)).Start();
    }

    /// <summary>
    /// Joins a network for a person and stores it. When that fails nothing is stored and the stored network is joined again at once. Blocks for up to half a minute, on the
    /// board 20 s longer. Errors: those of <see cref="IWifi.Join"/>; <see cref="ErrorCode.ConfigInvalid"/> before anything is left; <see cref="ErrorCode.WrongState"/> while
    /// another one runs; <see cref="ErrorCode.StorageFailed"/> when the network was joined and stays so, but only until a restart.
    /// </summary>
    /// <param name="changes">Keys of wifi.json.</param>
    public void Join(Hashtable changes)
    {
        WifiConfig network = _config.CheckWifi(changes);
        _log.Mask(network.Password);
        Begin(network.Ssid);
        HubException? error = JoinAndStore(network, changes);
        End();
        if (error != null)
        {
            _log.Warning(LogArea, error.Message);
            throw error;
        }
    }

    /// <summary>Leaves the network and joins none until <see cref="Join"/>, a change of the configuration or a restart. Returns at once.</summary>
    public void Disconnect()
    {
        lock (_gate)
        {
            _isHeld = true;
            _mustLeave = true;
        }

        _wake.Set();
    }

    /// <summary>Forgets the network and leaves it. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public void Forget()
    {
        _config.ClearWifi();
        Disconnect();
        _log.Info(LogArea, "forgot the network, as a person asked");
    }

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        if (documentKey == ConfigManager.WifiKey)
        {
            lock (_gate)
            {
                _isChanged = true;
                _isHeld = false;
            }

            _wake.Set();
        }
    }

    /// <summary>Joins no more; the network stays joined. Does not wait for a join that is under way.</summary>
    public void Dispose()
    {
        _config.Unlisten(this);
        lock (_gate)
        {
            _isStopped = true;
        }

        _wake.Set();
    }

    private void Run()
    {
        Heartbeat beat = _log.Heartbeats.Begin(LogArea);
        while (!IsStopped())
        {
            beat.Beat("keeping the network");
            Turn();
            beat.Beat("waiting");
            _hal.Clock.Wait(_wake, CheckMs);
        }

        beat.End();
    }

    /// <summary>Does what is due.</summary>
    internal void Turn()
    {
        lock (_radio)
        {
            if (!IsJoining())
            {
                Turn(_hal.Radio.Wifi);
            }
        }
    }

    private void Turn(IWifi wifi)
    {
        bool mustLeave = TakeLeaving();
        if (TakeAnew())
        {
            _steps.Restart();
        }

        if (TakeChange() && !IsInForce(wifi.State))
        {
            _steps.Restart();
            mustLeave = true;
        }

        if (mustLeave)
        {
            wifi.Leave();
            _shown = WifiState.Idle;
        }

        WifiState state = wifi.State;
        if (state == WifiState.Disconnected && _shown != WifiState.Disconnected)
        {
            _log.Warning(LogArea, "the network is lost; joining again");
        }

        _shown = state;

        // After the change was taken: one that comes later is seen in the next turn.
        WifiConfig? network = _config.Wifi;
        if (network != null && !IsHeld() && _steps.IsDue(state, _hal.Clock.NowMs))
        {
            _steps.Ended(TryJoin(wifi, network), _hal.Clock.NowMs);
        }
    }

    /// <summary>From now on the thread leaves the radio alone.</summary>
    private void Begin(string ssid)
    {
        lock (_gate)
        {
            if (_joining != null)
            {
                throw new HubException(ErrorCode.WrongState, "the hub is joining '" + _joining + "'; try again when that has ended");
            }

            _joining = ssid;
            _joined = null;
            _isHeld = false;
            _mustLeave = false;
        }
    }

    /// <summary>The thread goes on: it joins the stored network at once when this one was not joined.</summary>
    private void End()
    {
        lock (_gate)
        {
            _joining = null;
            _isAnew = true;
        }

        _wake.Set();
    }

    /// <summary>Throws nothing but an abort: what <see cref="Begin"/> began must end.</summary>
    private HubException? JoinAndStore(WifiConfig network, Hashtable changes)
    {
        bool isJoined = false;
        try
        {
            lock (_radio)
            {
                _hal.Radio.Wifi.Join(network.Ssid, network.Password ?? s_noPassword, JoinTimeoutMs);
                lock (_gate)
                {
                    _joined = network;
                }
            }

            if (IsHeld())
            {
                return new HubException(ErrorCode.Cancelled, "joining '" + network.Ssid + "' was cancelled: somebody had the hub leave its network meanwhile");
            }

            isJoined = true;
            _log.Info(LogArea, "joined '" + network.Ssid + "', as a person asked");
            _config.SetWifi(changes);
            return null;
        }
        catch (HubException e)
        {
            return isJoined
                ? new HubException(ErrorCode.StorageFailed, "joined '" + network.Ssid + "', but could not store it: the hub stays in it until it restarts, and forgets it then: " + e.Message)
                : e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(LogArea, e);
            return new HubException(ErrorCode.Internal, "a fault of the hub itself ended the join of '" + network.Ssid + "'; try again");
        }
    }

    private bool TryJoin(IWifi wifi, WifiConfig network)
    {
        try
        {
            wifi.Join(network.Ssid, network.Password ?? s_noPassword, JoinTimeoutMs);
            lock (_gate)
            {
                _joined = network;
            }

            _shown = WifiState.Connected;
            _log.Info(LogArea, "joined '" + network.Ssid + "'");
            return true;
        }
        catch (HubException e)
        {
            _log.Warning(LogArea, e.Message);
            return false;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // It counts as a failed join: the next one comes after the pause, as with any other.
            _log.Fault(LogArea, e);
            return false;
        }
    }

    private bool IsStopped()
    {
        lock (_gate)
        {
            return _isStopped;
        }
    }

    private bool IsJoining()
    {
        lock (_gate)
        {
            return _joining != null;
        }
    }

    private bool IsHeld()
    {
        lock (_gate)
        {
            return _isHeld;
        }
    }

    /// <summary>True when the configured network is the joined one: what was just joined must not be left because it was stored.</summary>
    private bool IsInForce(WifiState state)
    {
        WifiConfig? network = _config.Wifi;
        lock (_gate)
        {
            return state == WifiState.Connected && network != null && _joined != null && network.Ssid == _joined.Ssid && Secret.AreSame(network.Password, _joined.Password);
        }
    }

    private bool TakeAnew()
    {
        lock (_gate)
        {
            bool isAnew = _isAnew;
            _isAnew = false;
            return isAnew;
        }
    }

    private bool TakeLeaving()
    {
        lock (_gate)
        {
            bool mustLeave = _mustLeave;
            _mustLeave = false;
            return mustLeave;
        }
    }

    private bool TakeChange()
    {
        lock (_gate)
        {
            bool isChanged = _isChanged;
            _isChanged = false;
            return isChanged;
        }
    }
}
