using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;

namespace Hub.Core.Discovery;

/// <summary>
/// Finds out whether OctoPrint, PrusaLink or Moonraker answers at an address, without credentials: with one or two GETs, three
/// at most. Nothing that the other side sends can do harm: answers are bounded in size and time, redirects are not
/// followed. Thread: any number, each call has a connection of its own.
/// </summary>
/// <remarks>
/// All three have /api/version, and their answers to it (OctoPrint 1.10.3, PrusaLink 0.8.1 and Buddy, Moonraker 0.10) tell
/// them apart even when they want a login; see <see cref="HttpProbeAnswer"/>. A second request makes sure of an OctoPrint and of a Moonraker.
/// </remarks>
public sealed class HttpProbe
{
    private const string VersionTarget = "/api/version";
    private const string MoonrakerTarget = "/server/info";
    private const string AppKeysTarget = "/plugin/appkeys/probe";

    private readonly IHal _hal;

    /// <summary>Makes a probe.</summary>
    public HttpProbe(IHal hal)
    {
        _hal = hal;
    }

    /// <summary>Asks a server at the root of its port what it is.</summary>
    /// <param name="host">Name or IPv4 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="isTls">True for https. Any certificate will do: nothing secret is sent.</param>
    /// <param name="timeoutMs">For connecting, and again for the answers.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The printer, or null when nothing answers, or none of the three.</returns>
    /// <exception cref="HubException">Cancelled, OutOfSockets, OutOfMemory; ConfigInvalid for what is no host or port.</exception>
    public DiscoveredPrinter? Identify(string host, int port, bool isTls, int timeoutMs, CancellationToken cancel) =>
        Identify(host, port, isTls, null, timeoutMs, cancel);

    /// <summary>The same for a server below a path.</summary>
    /// <param name="host">Name or IPv4 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="isTls">True for https.</param>
    /// <param name="path">Path beginning with '/', or null for the root.</param>
    /// <param name="timeoutMs">For connecting, and again for the answers.</param>
    /// <param name="cancel">Ends it.</param>
    public DiscoveredPrinter? Identify(string host, int port, bool isTls, string? path, int timeoutMs, CancellationToken cancel)
    {
        HttpOrigin origin = HttpOrigin.Parse((isTls ? "https://" : "http://") + host + ":" + port.ToString() + (path ?? ""));
        DiscoveredPrinter found = new DiscoveredPrinter { Address = host, Port = port, IsTls = isTls, Path = origin.BasePath.Length > 0 ? origin.BasePath : null };
        byte[] buffer = _hal.Buffers.Rent();
        TlsOptions? tls = isTls ? new TlsOptions { Insecure = true } : null;
        using HttpClient http = new HttpClient(_hal, origin, tls) { ConnectTimeoutMs = timeoutMs };
        try
        {
            return Ask(http, buffer, found, _hal.Clock.NowMs + timeoutMs, cancel) ? found : null;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled || e.Code == ErrorCode.OutOfSockets || e.Code == ErrorCode.OutOfMemory)
            {
                throw;
            }

            // Nothing is there, or it speaks another protocol.
            return null;
        }
        finally
        {
            _hal.Buffers.Return(buffer);
        }
    }

    /// <summary>Fills in what is found; false for none of the three.</summary>
    private bool Ask(HttpClient http, byte[] buffer, DiscoveredPrinter found, long untilMs, CancellationToken cancel)
    {
        HttpProbeAnswer version = Get(http, VersionTarget, buffer, untilMs, cancel);
        if (version.IsPrusaLink)
        {
            found.Type = PrinterTypes.PrusaLink;
            found.Version = version.PrusaLinkVersion;
            found.Name = version.Hostname;
            return true;
        }

        if (version.IsOctoPrint)
        {
            found.Type = PrinterTypes.OctoPrint;
            found.Version = version.Server;
            AddDescription(http, buffer, found, untilMs, cancel);
            return true;
        }

        if (version.MayBeOctoPrint)
        {
            found.Type = PrinterTypes.OctoPrint;
            return AddDescription(http, buffer, found, untilMs, cancel)
                || version.HasOctoPrintHeader
                || Get(http, AppKeysTarget, buffer, untilMs, cancel).Status == 204;
        }

        if (!version.MayBeMoonraker)
        {
            return false;
        }

        HttpProbeAnswer info = Get(http, MoonrakerTarget, buffer, untilMs, cancel);
        found.Type = PrinterTypes.Moonraker;
        found.Version = info.MoonrakerVersion;
        return info.IsMoonraker;
    }

    /// <summary>OctoPrint's description of itself, which its discovery plugin gives to everyone; false when there is none.</summary>
    private bool AddDescription(HttpClient http, byte[] buffer, DiscoveredPrinter found, long untilMs, CancellationToken cancel)
    {
        try
        {
            HttpProbeAnswer answer = Get(http, UpnpAnnouncement.OctoPrintPath, buffer, untilMs, cancel);
            found.Name = answer.XmlText("friendlyName");
            found.Model = answer.XmlText("modelName");
            found.Identity = UpnpAnnouncement.Uuid(answer.XmlText("UDN"));
            return found.Identity != null;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled || e.Code == ErrorCode.OutOfSockets)
            {
                throw;
            }

            return false;
        }
    }

    /// <summary>The answer stays in the buffer until the next request.</summary>
    private HttpProbeAnswer Get(HttpClient http, string target, byte[] buffer, long untilMs, CancellationToken cancel)
    {
        int leftMs = (int)(untilMs - _hal.Clock.NowMs);
        if (leftMs <= 0)
        {
            throw new HubException(ErrorCode.Timeout, http.Origin.HostAndPort + " answers too slowly");
        }

        http.ReadTimeoutMs = leftMs;
        http.TotalTimeoutMs = leftMs;
        http.WriteTimeoutMs = leftMs;
        HttpRequest request = new HttpRequest("GET", target);
        request.AddHeader("Accept", "application/json");
        HttpResponse response = http.Send(request, cancel);
        return new HttpProbeAnswer(response, buffer);
    }
}
