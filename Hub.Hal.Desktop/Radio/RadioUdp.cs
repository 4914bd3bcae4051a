using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Datagrams over the simulated station: without its network none goes out and none comes in. Thread: as for <see cref="IUdpSocket"/>.</summary>
internal sealed class RadioUdp(IUdpSocket socket, SimulatedWifi wifi, IClock clock) : IUdpSocket
{
    /// <inheritdoc/>
    public int LocalPort => socket.LocalPort;

    /// <inheritdoc/>
    public string RemoteAddress => socket.RemoteAddress;

    /// <inheritdoc/>
    public void JoinMulticast(string group) => socket.JoinMulticast(group);

    /// <inheritdoc/>
    public void Send(byte[] buffer, int offset, int count, string address, int port)
    {
        if (!wifi.HasAddress)
        {
            throw new HubException(ErrorCode.ConnectFailed, $"no way to {address}: the Wi-Fi is not connected");
        }

        // A captive network swallows it.
        if (wifi.IsOnline)
        {
            socket.Send(buffer, offset, count, address, port);
        }
    }

    /// <inheritdoc/>
    public int Receive(byte[] buffer, int timeoutMs)
    {
        if (wifi.IsOnline)
        {
            int count = socket.Receive(buffer, timeoutMs);
            return wifi.IsOnline ? count : -1;
        }

        clock.Sleep(timeoutMs);
        return -1;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
