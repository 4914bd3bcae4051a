using System;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Network;

/// <summary>
/// Keeps the hub in the network of wifi.json: joins at the start, after every loss and after a change of the configuration. On a machine whose system manages
/// the Wi-Fi it is not used. Thread: has one of its own ("wifi"); members are for the owner.
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
    private bool _isChanged;
    private bool _isStopped;
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

    /// <inheritdoc/>
    public void ConfigChanged(string documentKey)
    {
        if (documentKey == ConfigManager.WifiKey)
        {
            lock (_gate)
            {
                _isChanged = true;
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
        IWifi wifi = _hal.Radio.Wifi;
        if (TakeChange())
        {
            _steps.Restart();
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
        if (network != null && _steps.IsDue(state, _hal.Clock.NowMs))
        {
            _steps.Ended(Join(wifi, network), _hal.Clock.NowMs);
        }
    }

    private bool Join(IWifi wifi, WifiConfig network)
    {
        try
        {
            wifi.Join(network.Ssid, network.Password ?? s_noPassword, JoinTimeoutMs);
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
