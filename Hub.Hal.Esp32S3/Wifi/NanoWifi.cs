using System;
using System.Device.Wifi;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// nanoFramework's System.Device.Wifi behind the core's station. The device joins again by itself only while it runs (manual reconnection): with the
/// automatic kind the CLR would also store the password, in clear, outside the hub's storage. Thread: calls are serialised by the user.
/// </summary>
internal sealed class NanoWifi : IRawWifi
{
    private readonly NanoNetwork _network;
    private readonly AutoResetEvent _isScanned = new AutoResetEvent(false);
    private WifiAdapter? _adapter;

    /// <summary>Makes it; the radio is not touched yet.</summary>
    internal NanoWifi(NanoNetwork network)
    {
        _network = network;
    }

    /// <inheritdoc/>
    public bool HasAddress => _network.IsUp;

    /// <inheritdoc/>
    public WifiNetwork[]? Scan(int timeoutMs)
    {
        try
        {
            WifiAdapter adapter = Adapter();
            _isScanned.Reset();
            adapter.ScanAsync();
            if (!_isScanned.WaitOne(timeoutMs, false))
            {
                return null;
            }

            WifiAvailableNetwork[] found = adapter.NetworkReport.AvailableNetworks;
            WifiNetwork[] networks = new WifiNetwork[found.Length];
            for (int i = 0; i < found.Length; i++)
            {
                networks[i] = new WifiNetwork(found[i].Ssid, (int)found[i].NetworkRssiInDecibelMilliwatts, WifiSecurity.Unknown);
            }

            return networks;
        }
        catch (InvalidOperationException)
        {
            // The radio is busy, with joining for instance.
            return null;
        }
    }

    /// <inheritdoc/>
    public RawWifiResult Connect(string ssid, string password)
    {
        switch (Adapter().Connect(ssid, WifiReconnectionKind.Manual, password).ConnectionStatus)
        {
            case WifiConnectionStatus.Success:
                return RawWifiResult.Joined;
            case WifiConnectionStatus.InvalidCredential:
            case WifiConnectionStatus.AccessRevoked:
                return RawWifiResult.Refused;
            case WifiConnectionStatus.NetworkNotAvailable:
                return RawWifiResult.NotFound;
            case WifiConnectionStatus.Timeout:
                return RawWifiResult.TimedOut;
            case WifiConnectionStatus.UnsupportedAuthenticationProtocol:
                return RawWifiResult.Unsupported;
            default:
                return RawWifiResult.Failed;
        }
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        if (_adapter != null)
        {
            _adapter.Disconnect();
        }
    }

    private WifiAdapter Adapter()
    {
        if (_adapter == null)
        {
            _adapter = WifiAdapter.FindAllAdapters()[0];
            _adapter.AvailableNetworksChanged += OnScanned;
        }

        return _adapter;
    }

    private void OnScanned(WifiAdapter sender, object e) => _isScanned.Set();
}
