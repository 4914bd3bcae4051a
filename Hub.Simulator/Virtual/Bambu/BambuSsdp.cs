using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Discovery;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Announces the virtual Bambu printers of a fleet on one interface, as NOTIFY every few seconds, and answers M-SEARCH.
/// Real printers have fixed ports and do not announce them; these announce theirs in headers of the simulator's own. Thread: any.
/// </summary>
public sealed class BambuSsdp : IAsyncDisposable
{
    private const string DeviceType = SsdpMessage.BambuTarget;
    private static readonly IPAddress s_group = IPAddress.Parse("239.255.255.250");
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<VirtualBambu> _printers;
    private readonly IPAddress _interface;
    private readonly TimeProvider _time;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _sender;
    private readonly Socket? _receiver;
    private readonly Task _work;

    public BambuSsdp(IReadOnlyList<VirtualBambu> printers, IPAddress onInterface, int port, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(onInterface);
        _printers = printers;
        _interface = onInterface;
        _port = port;
        _time = time;
        _sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, onInterface.GetAddressBytes());

        // Not across routers.
        _sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 1);
        _sender.Bind(new IPEndPoint(onInterface, 0));
        _receiver = TryListen();
        _work = Task.WhenAll(AnnounceAsync(), AnswerAsync());
    }

    /// <summary>False when another program uses the port: M-SEARCH is then not answered.</summary>
    public bool IsAnswering => _receiver != null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sender.Dispose();
        _receiver?.Dispose();
        _stop.Dispose();
    }

    private static string Message(VirtualBambu printer, string head, string typeHeader) =>
        head
        + "Server: UPnP/1.0\r\n"
        + $"Location: {printer.ListenAddress}\r\n"
        + $"{typeHeader}: {DeviceType}\r\n"
        + (typeHeader == "NT" ? "NTS: ssdp:alive\r\n" : "EXT:\r\n")
        + $"USN: {printer.Serial}\r\n"
        + "Cache-Control: max-age=1800\r\n"
        + $"DevModel.bambu.com: {printer.Model.Code}\r\n"
        + $"DevName.bambu.com: {printer.Name}\r\n"
        + "DevSignal.bambu.com: -48\r\n"
        + "DevConnect.bambu.com: lan\r\n"
        + "DevBind.bambu.com: free\r\n"
        + "Devseclink.bambu.com: secure\r\n"
        + "DevInf.bambu.com: wlan0\r\n"
        + $"DevVersion.bambu.com: {printer.Model.Firmware}\r\n"
        + "DevCap.bambu.com: 1\r\n"
        + $"{SsdpMessage.MqttPortHeader}: {printer.MqttPort}\r\n"
        + $"{SsdpMessage.FtpsPortHeader}: {printer.FtpsPort}\r\n\r\n";

    private Socket? TryListen()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Other programs on this machine may listen for the same announcements.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, _port));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(s_group, _interface));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task AnnounceAsync()
    {
        using PeriodicTimer timer = new(s_interval, _time);
        IPEndPoint group = new(s_group, _port);
        do
        {
            foreach (VirtualBambu printer in _printers)
            {
                await SendAsync(Message(printer, "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1990\r\n", "NT"), group).ConfigureAwait(false);
            }
        }
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
    }

    private async Task AnswerAsync()
    {
        if (_receiver == null)
        {
            return;
        }

        byte[] buffer = new byte[2048];
        while (true)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _receiver.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // An earlier datagram could not be delivered.
                continue;
            }

            string request = Encoding.UTF8.GetString(buffer, 0, received.ReceivedBytes);
            if (!request.StartsWith("M-SEARCH ", StringComparison.Ordinal) || !request.Contains(DeviceType, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (VirtualBambu printer in _printers)
            {
                await SendAsync(Message(printer, "HTTP/1.1 200 OK\r\n", "ST"), received.RemoteEndPoint).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(string message, EndPoint to)
    {
        try
        {
            await _sender.SendToAsync(Encoding.UTF8.GetBytes(message), SocketFlags.None, to, _stop.Token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No route at the moment; the next announcement may succeed.
        }
    }
}
