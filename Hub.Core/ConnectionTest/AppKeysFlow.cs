using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers.OctoPrint;

namespace Hub.Core.ConnectionTest;

/// <summary>Gets an API key by a click on Allow in OctoPrint (OctoPrint docs/bundledplugins/appkeys.rst). Thread: any; blocks.</summary>
public static class AppKeysFlow
{
    /// <summary>Who asks, as OctoPrint shows it.</summary>
    public const string AppName = "Print-farm hub";

    private const int PollMs = 1000;
    private const int SliceMs = 50;

    /// <summary>
    /// Asks for a key and waits for the click. Errors: <see cref="ErrorCode.NotSupported"/> when this OctoPrint grants none,
    /// <see cref="ErrorCode.AuthRejected"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>, and those of HTTP.
    /// </summary>
    /// <param name="hal">The platform.</param>
    /// <param name="log">Masks what a peer echoes.</param>
    /// <param name="url">OctoPrint's url.</param>
    /// <param name="tls">Whom to trust, or null.</param>
    /// <param name="user">OctoPrint user to ask, or null for whoever is logged in.</param>
    /// <param name="timeoutMs">For the click, in ms.</param>
    /// <param name="listener">Asks the person.</param>
    /// <param name="cancel">Gives up.</param>
    public static Secret Run(
        IHal hal, Log log, string url, TlsOptions? tls, string? user, int timeoutMs, IAppKeyListener listener, CancellationToken cancel)
    {
        HttpOrigin origin = HttpOrigin.Parse(url);
        OctoPrintAppKeys keys = new OctoPrintAppKeys(hal, origin, tls);
        try
        {
            return Ask(hal.Clock, log, keys, origin.ToString(), user, timeoutMs, listener, cancel);
        }
        finally
        {
            keys.Close();
        }
    }

    private static Secret Ask(
        IClock clock, Log log, OctoPrintAppKeys keys, string address, string? user, int timeoutMs, IAppKeyListener listener, CancellationToken cancel)
    {
        try
        {
            if (!keys.Probe(cancel))
            {
                throw new HubException(
                    ErrorCode.NotSupported, "this OctoPrint gives out no keys by itself: make one in its settings and use --api-key, or use --no-key");
            }

            keys.Request(AppName, user, cancel);
            listener.ClickAllow(address, AppName);
            return Wait(clock, keys, timeoutMs, cancel);
        }
        catch (HubException e)
        {
            throw e.Code == ErrorCode.AuthRejected
                ? new HubException(e.Code, "OctoPrint's user denied the key, or nobody clicked in time: nothing was added", e)
                : log.Masked(e);
        }
    }

    private static Secret Wait(IClock clock, OctoPrintAppKeys keys, int timeoutMs, CancellationToken cancel)
    {
        long deadlineMs = clock.NowMs + timeoutMs;
        while (clock.NowMs < deadlineMs)
        {
            Secret? key = keys.Poll(cancel);
            if (key != null)
            {
                return key;
            }

            long untilMs = clock.NowMs + PollMs;
            while (clock.NowMs < untilMs)
            {
                if (cancel.IsCancellationRequested)
                {
                    throw new HubException(ErrorCode.Cancelled, "stopped: nothing was added");
                }

                clock.Sleep(SliceMs);
            }
        }

        throw new HubException(ErrorCode.Timeout, "nobody clicked Allow within " + (timeoutMs / 1000).ToString() + " s: nothing was added");
    }
}
