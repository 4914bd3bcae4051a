using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual.Bambu;

namespace Hub.Tests.Virtual.Bambu;

/// <summary>The least FTPS client, on SslStream alone: independent of the hub's own.</summary>
internal sealed class FtpPeer : IDisposable
{
    private readonly VirtualBambu _printer;
    private readonly CancellationToken _stop;
    private readonly SslClientAuthenticationOptions _options;
    private SslStream _control = null!;
    private StreamReader _reader = null!;

    private FtpPeer(VirtualBambu printer, CancellationToken stop)
    {
        _printer = printer;
        _stop = stop;
        _options = Options(resumes: true);
    }

    /// <summary>Connects and logs in, with private data connections.</summary>
    public static async Task<FtpPeer> ConnectAsync(VirtualBambu printer, CancellationToken stop)
    {
        FtpPeer peer = await OpenAsync(printer, stop);
        await peer.AskAsync("USER bblp", 331);
        await peer.AskAsync("PASS " + printer.AccessCode, 230);
        await peer.AskAsync("PBSZ 0", 200);
        await peer.AskAsync("PROT P", 200);
        await peer.AskAsync("TYPE I", 200);
        return peer;
    }

    public static async Task<FtpPeer> OpenAsync(VirtualBambu printer, CancellationToken stop)
    {
        FtpPeer peer = new(printer, stop);
        peer._control = (SslStream)await peer.DialAsync(printer.FtpsPort, isPrivate: true, resumes: true);
        peer._reader = new StreamReader(peer._control, Encoding.UTF8);
        await peer.ExpectAsync(220);
        return peer;
    }

    public async Task<string> AskAsync(string line, int expected)
    {
        await SayAsync(line);
        return await ExpectAsync(expected);
    }

    public async Task SayAsync(string line) => await _control.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), _stop);

    public async Task<string> ExpectAsync(int expected)
    {
        string reply = await ReadAsync() ?? throw new IOException("The control connection ended.");
        return reply.StartsWith(expected + " ", StringComparison.Ordinal) ? reply : throw new InvalidDataException($"{expected} was due, not: {reply}");
    }

    /// <summary>A line; null at the end of the connection.</summary>
    public async Task<string?> ReadAsync() => await _reader.ReadLineAsync(_stop);

    /// <summary>Opens a data connection after PASV; the transfer's command comes between.</summary>
    public async Task<Stream> OpenDataAsync(string command, int expected = 150, bool isPrivate = true, bool resumes = true)
    {
        string reply = await AskAsync("PASV", 227);
        string[] numbers = reply[(reply.IndexOf('(', StringComparison.Ordinal) + 1)..reply.IndexOf(')', StringComparison.Ordinal)].Split(',');
        await AskAsync(command, expected);
        return expected != 150 ? Stream.Null : await DialAsync((int.Parse(numbers[4]) << 8) | int.Parse(numbers[5]), isPrivate, resumes);
    }

    /// <summary>Uploads and gives the last reply's code.</summary>
    public async Task<int> UploadAsync(string name, byte[] content, bool isPrivate = true, bool resumes = true)
    {
        using (Stream data = await OpenDataAsync("STOR " + name, isPrivate: isPrivate, resumes: resumes))
        {
            try
            {
                await data.WriteAsync(content, _stop);
            }
            catch (IOException)
            {
                // The reply says why.
            }
        }

        return int.Parse((await ReadAsync())![..3]);
    }

    public void Dispose() => _control?.Dispose();

    private async Task<Stream> DialAsync(int port, bool isPrivate, bool resumes)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), _stop);
        NetworkStream network = new(socket, ownsSocket: true);
        if (!isPrivate)
        {
            return network;
        }

        SslStream tls = new(network);
        await tls.AuthenticateAsClientAsync(resumes ? _options : Options(resumes: false), _stop);
        return tls;
    }

    private SslClientAuthenticationOptions Options(bool resumes) => new()
    {
        TargetHost = _printer.Serial,
        EnabledSslProtocols = SslProtocols.Tls12,
        AllowTlsResume = resumes,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == _printer.Certificate.GetCertHashString(),
    };
}
