using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Drivers;

/// <summary>
/// The Wi-Fi station over a small device's calls. It tells a weak signal from a wrong password as far as a search after the refusal shows it.
/// Thread: any; calls are serialised inside.
/// </summary>
public sealed class RawWifi : IWifi
{
    /// <summary>Below this, a refusal is blamed on the signal: the ESP32 loses beacons and handshake messages there.</summary>
    public const int WeakDbm = -80;

    /// <summary>Longest search after a refusal, in ms.</summary>
    private const int WhyScanMs = 8000;

    private const int AddressSliceMs = 100;

    private readonly IRawWifi _wifi;
    private readonly IClock _clock;
    private readonly object _calls = new object();
    private readonly object _known = new object();
    private WifiState _state = WifiState.Idle;
    private string _ssid = "";
    private int _signalDbm;

    /// <summary>Makes the station; nothing is joined yet.</summary>
    public RawWifi(IRawWifi wifi, IClock clock)
    {
        _wifi = wifi;
        _clock = clock;
    }

    /// <inheritdoc/>
    public WifiState State
    {
        get
        {
            bool hasAddress = _wifi.HasAddress;
            lock (_known)
            {
                if (_state == WifiState.Connected && !hasAddress)
                {
                    _state = WifiState.Disconnected;
                }
                else if (_state == WifiState.Disconnected && hasAddress)
                {
                    // The device found its network again by itself.
                    _state = WifiState.Connected;
                }

                return _state;
            }
        }
    }

    /// <summary>As the last search saw it; 0 before the first one: the ESP32's interface does not show it otherwise.</summary>
    public int SignalDbm
    {
        get
        {
            bool isConnected = State == WifiState.Connected;
            lock (_known)
            {
                return isConnected ? _signalDbm : 0;
            }
        }
    }

    /// <inheritdoc/>
    public WifiNetwork[] Scan(int timeoutMs)
    {
        lock (_calls)
        {
            WifiNetwork[]? found = _wifi.Scan(timeoutMs);
            if (found == null)
            {
                throw new HubException(ErrorCode.Timeout, "the search for Wi-Fi networks did not end within " + (timeoutMs / 1000).ToString() + " s; try again");
            }

            WifiNetwork[] networks = Best(found);
            Remember(networks);
            return networks;
        }
    }

    /// <inheritdoc/>
    public void Join(string ssid, Secret password, int timeoutMs)
    {
        lock (_calls)
        {
            long untilMs = _clock.NowMs + timeoutMs;
            Show(WifiState.Connecting, ssid);
            RawWifiResult result = Begin(ssid, password);
            if (result == RawWifiResult.Joined)
            {
                while (!_wifi.HasAddress && _clock.NowMs < untilMs)
                {
                    _clock.Sleep(AddressSliceMs);
                }

                if (_wifi.HasAddress)
                {
                    Show(WifiState.Connected, ssid);
                    return;
                }

                _wifi.Disconnect();
                Show(WifiState.Failed, ssid);
                throw new HubException(ErrorCode.Timeout, "joined '" + ssid + "', which gave no address within " + (timeoutMs / 1000).ToString() + " s; check the router's DHCP");
            }

            Show(WifiState.Failed, ssid);
            throw Explain(ssid, result);
        }
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (_calls)
        {
            _wifi.Disconnect();
            Show(WifiState.Idle, "");
        }
    }

    private static int StrengthOf(WifiNetwork[] networks, string ssid)
    {
        for (int i = 0; i < networks.Length; i++)
        {
            if (networks[i].Ssid == ssid)
            {
                return networks[i].SignalDbm;
            }
        }

        return 0;
    }

    /// <summary>One entry for each name, its strongest, the strongest name first; hidden networks are left out.</summary>
    private static WifiNetwork[] Best(WifiNetwork[] found)
    {
        ArrayList best = new ArrayList();
        for (int i = 0; i < found.Length; i++)
        {
            WifiNetwork network = found[i];
            int known = IndexOf(best, network.Ssid);
            if (known >= 0 && ((WifiNetwork)best[known]!).SignalDbm < network.SignalDbm)
            {
                best.RemoveAt(known);
                known = -1;
            }

            if (known < 0 && network.Ssid.Length > 0)
            {
                int at = 0;
                while (at < best.Count && ((WifiNetwork)best[at]!).SignalDbm >= network.SignalDbm)
                {
                    at++;
                }

                best.Insert(at, network);
            }
        }

        WifiNetwork[] networks = new WifiNetwork[best.Count];
        best.CopyTo(networks);
        return networks;
    }

    private static int IndexOf(ArrayList networks, string ssid)
    {
        for (int i = 0; i < networks.Count; i++)
        {
            if (((WifiNetwork)networks[i]!).Ssid == ssid)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A radio that fails in an unexpected way must not look as if it were joining for ever: nobody would try again.</summary>
    private RawWifiResult Begin(string ssid, Secret password)
    {
        Exception fault;
        try
        {
            _wifi.Disconnect();
            return _wifi.Connect(ssid, password.Reveal());
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception error)
        {
            fault = error;
        }

        Show(WifiState.Failed, ssid);
        throw new HubException(ErrorCode.Internal, "the radio could not begin to join '" + ssid + "': " + fault.Message, fault);
    }

    private void Show(WifiState state, string ssid)
    {
        lock (_known)
        {
            _state = state;
            if (_ssid != ssid)
            {
                _ssid = ssid;
                _signalDbm = 0;
            }
        }
    }

    private void Remember(WifiNetwork[] networks)
    {
        lock (_known)
        {
            int seen = StrengthOf(networks, _ssid);
            _signalDbm = seen != 0 ? seen : _signalDbm;
        }
    }

    private HubException Explain(string ssid, RawWifiResult result)
    {
        string network = "'" + ssid + "'";
        if (result == RawWifiResult.Unsupported)
        {
            return new HubException(ErrorCode.NotSupported, "the network " + network + " asks for a login that the hub does not have; use one with a password");
        }

        WifiNetwork[]? found = _wifi.Scan(WhyScanMs);
        int seen = found == null ? 0 : StrengthOf(Best(found), ssid);
        if (found != null && seen == 0)
        {
            return new HubException(ErrorCode.NotFound, "no network " + network + " is in reach; check its name, and that it uses 2.4 GHz");
        }

        if (result == RawWifiResult.Refused)
        {
            return seen < WeakDbm
                ? new HubException(ErrorCode.AuthRejected, "could not join " + network + ": its signal is weak (" + seen.ToString() + " dBm), or the password is wrong; move the hub closer first")
                : new HubException(ErrorCode.AuthRejected, "the network " + network + " refuses the password");
        }

        return result == RawWifiResult.NotFound
            ? new HubException(ErrorCode.NotFound, "the network " + network + " did not answer; try again")
            : new HubException(ErrorCode.Timeout, "could not join " + network + "; try again, closer to the access point");
    }
}
