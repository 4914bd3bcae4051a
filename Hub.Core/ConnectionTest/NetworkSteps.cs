using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.ConnectionTest;

/// <summary>The steps below any protocol: name, port, certificate. Nothing secret is sent. Thread: any.</summary>
internal static class NetworkSteps
{
    /// <summary>Finds the addresses of a host, where the platform can show them.</summary>
    /// <param name="hal">The platform.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="shown">What the user gave, such as a url.</param>
    /// <param name="key">The setting that holds it.</param>
    /// <param name="timeoutMs">When to give up, in ms.</param>
    /// <param name="cancel">Gives up.</param>
    public static string Resolve(IHal hal, string host, string shown, string key, int timeoutMs, CancellationToken cancel)
    {
        if (!(hal.Sockets is IHostInspector inspector))
        {
            return shown + ": found while connecting";
        }

        try
        {
            string[] addresses = inspector.Resolve(host, timeoutMs, cancel);
            string text = shown + " is ";
            for (int i = 0; i < addresses.Length; i++)
            {
                text += (i == 0 ? "" : ", ") + addresses[i];
            }

            return text;
        }
        catch (HubException e)
        {
            throw e.Code == ErrorCode.Timeout
                ? new HubException(ErrorCode.DnsFailed, "the name server does not answer for '" + host + "': check the network, or use the IP address", e)
                : e.Code == ErrorCode.DnsFailed
                ? new HubException(ErrorCode.DnsFailed, "the name '" + host + "' is not known: check the " + key + ", or use the IP address", e)
                : e;
        }
    }

    /// <summary>Opens the port, and closes it again.</summary>
    public static string Connect(IHal hal, string host, int port, int timeoutMs)
    {
        using IByteStream stream = hal.Sockets.ConnectTcp(host, port, timeoutMs);
        return "port " + port.ToString() + " is open";
    }

    /// <summary>What a server shows before it is verified, where the platform can show it; else its protocol alone.</summary>
    public static string Certificate(IHal hal, string host, int port, string serverName, int timeoutMs, CancellationToken cancel)
    {
        if (!(hal.Sockets is IHostInspector inspector))
        {
            return "TLS";
        }

        try
        {
            ShownCertificate shown = inspector.ShowCertificate(host, port, serverName, timeoutMs, cancel);
            return OneLine.Of(
                shown.Protocol + ", certificate of " + shown.Subject + ", issued by " + (shown.Issuer ?? "itself") + ", until " + shown.Until
                + (shown.IsExpired ? ", EXPIRED" : ""));
        }
        catch (HubException e)
        {
            throw e.Code == ErrorCode.Timeout
                ? new HubException(
                    ErrorCode.Timeout,
                    "the port is open, but TLS is not answered within " + TestLimit.Seconds(timeoutMs) + " s: check the port, or restart the printer",
                    e)
                : e.Code == ErrorCode.TlsFailed
                ? new HubException(ErrorCode.TlsFailed, "the port is open, but does not speak TLS: check the port (" + e.Message + ")", e)
                : e;
        }
    }
}
