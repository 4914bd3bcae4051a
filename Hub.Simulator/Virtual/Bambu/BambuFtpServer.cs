using System;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The FTPS server inside a printer: implicit TLS, like vsftpd 3.0.3. Thread: any.</summary>
internal sealed class BambuFtpServer : IDisposable
{
    private readonly VirtualBambu _printer;
    private readonly BambuListener _listener;

    public BambuFtpServer(VirtualBambu printer, IPAddress address)
    {
        _printer = printer;
        _listener = new BambuListener(address, ServeAsync);
    }

    public int Port => _listener.Port;

    public void Start(int port) => _listener.Start(port);

    public void Stop() => _listener.Stop();

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        IPEndPoint local = (IPEndPoint)socket.LocalEndPoint!;
        (SslStream stream, _) = await _printer.Tls.AcceptAsync(socket, stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using BambuFtpSession session = new(_printer, stream, local.Address);
            await session.RunAsync(stop).ConfigureAwait(false);
        }
    }
}
