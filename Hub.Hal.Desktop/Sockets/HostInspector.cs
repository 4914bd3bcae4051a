using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Addresses and certificates by .NET's Dns and SslStream, outside the socket budget. Thread: any.</summary>
internal static class HostInspector
{
    public static string[] Resolve(string host, int timeoutMs, CancellationToken cancel)
    {
        try
        {
            IPAddress[] found = Dns.GetHostAddressesAsync(host, cancel).WaitAsync(TimeSpan.FromMilliseconds(timeoutMs), cancel).GetAwaiter().GetResult();
            return [.. found.Select(a => a.ToString())];
        }
        catch (TimeoutException e)
        {
            throw new HubException(ErrorCode.Timeout, "the name server does not answer", e);
        }
        catch (SocketException e)
        {
            throw new HubException(ErrorCode.DnsFailed, e.Message, e);
        }
        catch (OperationCanceledException e)
        {
            throw new HubException(ErrorCode.Cancelled, "stopped", e);
        }
    }

    public static ShownCertificate ShowCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel)
    {
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        giveUp.CancelAfter(timeoutMs);
        try
        {
            using TcpClient client = new();
            client.ConnectAsync(host, port, giveUp.Token).AsTask().GetAwaiter().GetResult();
            using SslStream tls = new(client.GetStream());
            string authorities = "";
            SslClientAuthenticationOptions options = new()
            {
                TargetHost = serverName,

                // Only for display: nothing is sent, and the hub's own connection verifies it.
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    authorities = chain == null ? "" : OthersAsPem(chain.ChainPolicy.ExtraStore, certificate);
                    return certificate != null;
                },
            };
            tls.AuthenticateAsClientAsync(options, giveUp.Token).GetAwaiter().GetResult();
            using X509Certificate2 certificate = new(tls.RemoteCertificate!);
            return Describe(tls.SslProtocol, certificate, authorities);
        }
        catch (OperationCanceledException e)
        {
            throw cancel.IsCancellationRequested
                ? new HubException(ErrorCode.Cancelled, "stopped", e)
                : new HubException(ErrorCode.Timeout, "no answer to the TLS handshake", e);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            throw new HubException(ErrorCode.TlsFailed, e.Message, e);
        }
    }

    /// <summary>What the server sent besides its own certificate.</summary>
    private static string OthersAsPem(X509Certificate2Collection sent, X509Certificate? own)
    {
        byte[] leaf = own?.GetRawCertData() ?? [];
        return string.Concat(sent.Where(c => !c.RawData.AsSpan().SequenceEqual(leaf)).Select(c => c.ExportCertificatePem() + "\n"));
    }

    private static ShownCertificate Describe(SslProtocols protocol, X509Certificate2 certificate, string authorities)
    {
        string version = protocol switch
        {
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols.Tls13 => "TLS 1.3",
            _ => "an old TLS",
        };
        string subject = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        bool isSelfIssued = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        string? issuer = isSelfIssued ? null : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        string until = certificate.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string sha256 = Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
        return new ShownCertificate(version, subject, issuer, until, certificate.NotAfter < DateTime.Now, sha256, authorities);
    }
}
