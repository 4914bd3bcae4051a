using System;
using System.Linq;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A simulated station, as an ESP32's behaves under nanoFramework: a join blocks, for 20 s when nothing answers; a weak signal comes as a refused password; a
/// search while the radio is busy fails; an address that does not come is waited for by the caller. Thread: as for <see cref="IRawWifi"/>; the rest any.
/// </summary>
public sealed class SimulatedWifi : IRawWifi
{
    /// <summary>The longest join, which is nanoFramework's.</summary>
    internal const int LongestJoinMs = 20000;

    private const int JoinMs = 700;
    private const int RefusalMs = 2500;
    private const int MissingMs = 3000;
    private const int AddressMs = 400;
    private const int ScanMs = 1500;

    private readonly IClock _clock;
    private readonly Lock _gate = new();
    private SimulatedNetwork[] _networks;
    private SimulatedNetwork? _joined;
    private long _addressAtMs;
    private bool _isBusy;

    /// <summary>Makes it; nothing is joined yet.</summary>
    /// <param name="clock">By which joins and searches take their time.</param>
    /// <param name="networks">In reach at first; becomes the radio's.</param>
    public SimulatedWifi(IClock clock, SimulatedNetwork[] networks)
    {
        _clock = clock;
        _networks = networks;
    }

    /// <summary>Called when connections over the network have ended: it was left, or has gone. Thread: the one that caused it; must return at once.</summary>
    public event Action? Lost;

    /// <summary>The networks in reach. One that is joined and is missing from a new list, or is another one there, is lost; the radio joins it again when it is back.</summary>
    public SimulatedNetwork[] Networks
    {
        get
        {
            lock (_gate)
            {
                return [.. _networks];
            }
        }

        set
        {
            bool wasInReach;
            lock (_gate)
            {
                wasInReach = IsInReach();
                _networks = [.. value];
                if (_joined != null && IsInReach() && !wasInReach)
                {
                    _addressAtMs = _clock.NowMs + JoinMs + AddressMs;
                }

                wasInReach = wasInReach && !IsInReach();
            }

            if (wasInReach)
            {
                Lost?.Invoke();
            }
        }
    }

    /// <summary>Name of the network that is joined, in reach or not; empty for none.</summary>
    public string Ssid
    {
        get
        {
            lock (_gate)
            {
                return _joined?.Ssid ?? "";
            }
        }
    }

    /// <inheritdoc/>
    public bool HasAddress
    {
        get
        {
            lock (_gate)
            {
                return _joined != null && _joined.Kind != SimulatedNetworkKind.NoDhcp && IsInReach() && _clock.NowMs >= _addressAtMs;
            }
        }
    }

    /// <summary>True when something answers over the network.</summary>
    public bool IsOnline
    {
        get
        {
            lock (_gate)
            {
                return HasAddress && _joined!.Kind != SimulatedNetworkKind.Captive;
            }
        }
    }

    /// <inheritdoc/>
    public WifiNetwork[]? Scan(int timeoutMs)
    {
        if (!TryBegin())
        {
            return null;
        }

        try
        {
            _clock.Sleep(Math.Min(timeoutMs, ScanMs));
            return timeoutMs < ScanMs ? null : [.. Networks.Select(Seen)];
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public RawWifiResult Connect(string ssid, string password)
    {
        if (!TryBegin())
        {
            return RawWifiResult.Failed;
        }

        try
        {
            SimulatedNetwork? network = Array.Find(Networks, n => n.Ssid == ssid);
            (RawWifiResult result, int milliseconds) = Judge(network, password);
            _clock.Sleep(milliseconds);
            if (result == RawWifiResult.Joined)
            {
                lock (_gate)
                {
                    _joined = network;
                    _addressAtMs = _clock.NowMs + AddressMs;
                }
            }

            return result;
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        bool wasJoined;
        lock (_gate)
        {
            wasJoined = _joined != null;
            _joined = null;
        }

        if (wasJoined)
        {
            Lost?.Invoke();
        }
    }

    private static WifiNetwork Seen(SimulatedNetwork network) =>
        new(network.Kind == SimulatedNetworkKind.Hidden ? "" : network.Ssid, network.SignalDbm, WifiSecurity.Unknown);

    /// <summary>What a join comes to, and how long it takes.</summary>
    private static (RawWifiResult Result, int Milliseconds) Judge(SimulatedNetwork? network, string password) => network?.Kind switch
    {
        null => (RawWifiResult.NotFound, MissingMs),
        SimulatedNetworkKind.Weak => (RawWifiResult.Refused, RefusalMs),
        SimulatedNetworkKind.Enterprise => (RawWifiResult.Unsupported, RefusalMs),
        SimulatedNetworkKind.Gone => (RawWifiResult.TimedOut, LongestJoinMs),
        _ => network.Accepts(password) ? (RawWifiResult.Joined, JoinMs) : (RawWifiResult.Refused, RefusalMs),
    };

    /// <summary>With the gate held.</summary>
    private bool IsInReach() => _joined != null && Array.Exists(_networks, n => n.Ssid == _joined.Ssid && n.Kind == _joined.Kind && n.Password == _joined.Password);

    private bool TryBegin()
    {
        lock (_gate)
        {
            bool isFree = !_isBusy;
            _isBusy = true;
            return isFree;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _isBusy = false;
        }
    }
}
