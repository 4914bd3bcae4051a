using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The steps of "printers test" below any protocol: name, port, certificate. Nothing secret is sent.</summary>
internal static class NetworkSteps
{
    public static string Resolve(string host, string shown, string key, int timeoutMs, CancellationToken cancel)
    {
        try
        {
            IPAddress[] found = Dns.GetHostAddressesAsync(host, cancel).WaitAsync(TimeSpan.FromMilliseconds(timeoutMs), cancel).GetAwaiter().GetResult();
            return $"{shown} is {string.Join(", ", found.Select(a => a.ToString()))}";
        }
        catch (TimeoutException e)
        {
            throw new HubException(ErrorCode.DnsFailed, $"the name server does not answer for '{host}': check the network, or use the IP address", e);
        }
        catch (SocketException e)
        {
            throw new HubException(ErrorCode.DnsFailed, $"the name '{host}' is not known: check the {key}, or use the IP address", e);
        }
    }

    public static string Connect(HubSession session, string host, int port, int timeoutMs)
    {
        using IByteStream stream = session.Hal.Sockets.ConnectTcp(host, port, timeoutMs);
        return $"port {port} is open";
    }

    /// <summary>What a server shows before anybody judges it: protocol, whose certificate, from whom, until when.</summary>
    public static string LookAtCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel)
    {
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        giveUp.CancelAfter(timeoutMs);
        try
        {
            using TcpClient client = new();
            client.ConnectAsync(host, port, giveUp.Token).AsTask().GetAwaiter().GetResult();
            using SslStream tls = new(client.GetStream());
            SslClientAuthenticationOptions options = new()
            {
                TargetHost = serverName,

                // Only shown: nothing is sent, and the hub's own connection judges it.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate != null,
            };
            tls.AuthenticateAsClientAsync(options, giveUp.Token).GetAwaiter().GetResult();
            using X509Certificate2 certificate = new(tls.RemoteCertificate!);
            return Describe(tls.SslProtocol, certificate);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new HubException(ErrorCode.Timeout, $"the port is open, but TLS is not answered within {Math.Max(1, timeoutMs / 1000)} s: check the port, or restart the printer");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            throw new HubException(ErrorCode.TlsFailed, $"the port is open, but does not speak TLS: check the port ({e.Message})", e);
        }
    }

    private static string Describe(SslProtocols protocol, X509Certificate2 certificate)
    {
        string version = protocol switch
        {
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols.Tls13 => "TLS 1.3",
            _ => "an old TLS",
        };
        string subject = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        string issuer = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            ? "itself"
            : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        string expired = certificate.NotAfter < DateTime.Now ? ", EXPIRED" : "";
        return OneLine.Of($"{version}, certificate of {subject}, issued by {issuer}, until {certificate.NotAfter:yyyy-MM-dd}{expired}");
    }
}
