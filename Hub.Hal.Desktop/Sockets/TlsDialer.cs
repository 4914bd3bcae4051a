using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Makes the TLS handshake on a connected socket.</summary>
internal static class TlsDialer
{
    /// <summary>Takes over the socket, even when it fails.</summary>
    public static async Task<HubSslStream> HandshakeAsync(Socket socket, TlsTrust trust, string place, Deadline deadline, CancellationToken cancel)
    {
        var stream = new HubSslStream(socket);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(deadline.RemainingMs);
            await stream.AuthenticateAsClientAsync(trust.Authentication, limit.Token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw cancel.IsCancellationRequested
                ? new HubException(ErrorCode.Cancelled, $"the TLS handshake with {place} was cancelled", e)
                : Explain(e, stream.Problem, place, trust.Authentication.EnabledSslProtocols);
        }
    }

    private static Exception Explain(Exception error, TlsProblem? problem, string place, SslProtocols protocols)
    {
        if (problem != null)
        {
            return new HubException(ErrorCode.TlsUntrusted, $"{place} is not trusted: {problem.Text}", error) { Remedy = problem.Remedy };
        }

        string versions = protocols == SslProtocols.Tls12 ? "TLS 1.2" : "TLS 1.2 or 1.3";
        return error switch
        {
            OperationCanceledException => new HubException(ErrorCode.Timeout, $"{place} did not finish the TLS handshake in time; does it speak TLS?", error),
            AuthenticationException => new HubException(ErrorCode.TlsFailed, Refusal(error, place, versions), error),
            IOException => new HubException(ErrorCode.TlsFailed, $"{place} broke off the TLS handshake; does it speak {versions}?", error),
            _ => error,
        };
    }

    // OpenSSL's words for the alerts (.NET has no code for them); other platforms get the general line.
    private static string Refusal(Exception error, string place, string versions)
    {
        string text = error.ToString();
        if (text.Contains("protocol version", StringComparison.OrdinalIgnoreCase))
        {
            return $"{place} offers no {versions}, which the hub requires";
        }

        return text.Contains("frame", StringComparison.OrdinalIgnoreCase) && error.InnerException == null
            ? $"{place} does not speak TLS; check the port, or use http instead of https"
            : $"the TLS handshake with {place} failed: {error.GetBaseException().Message}";
    }
}
