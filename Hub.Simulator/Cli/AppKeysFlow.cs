using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers.OctoPrint;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Gets an API key by a click on Allow in OctoPrint.</summary>
internal static class AppKeysFlow
{
    private const string AppName = "Print-farm hub";
    private const int PollMs = 1000;

    public static Secret Run(CliContext context, HubSession session, Hashtable entry, int timeoutSeconds)
    {
        string id = (string)entry["id"]!;
        HttpOrigin origin = HttpOrigin.Parse((string)entry["url"]!);
        OctoPrintAppKeys? keys = null;
        try
        {
            keys = new OctoPrintAppKeys(session.Hal, origin, TlsOf(entry));
            if (!keys.Probe(context.Cancel))
            {
                throw VerbException.Of(
                    ErrorCode.NotSupported, "this OctoPrint gives out no keys by itself: make one in its settings and use --api-key, or use --no-key", id);
            }

            keys.Request(AppName, entry["user"] as string, context.Cancel);
            context.Say($"{id}: open {origin} and click Allow for \"{AppName}\" (waiting up to {timeoutSeconds} s)");
            context.Console.Out.Flush();
            return Wait(context, session, keys, id, timeoutSeconds);
        }
        catch (HubException e) when (e.Code == ErrorCode.AuthRejected)
        {
            throw VerbException.Of(e.Code, "OctoPrint's user denied the key, or nobody clicked in time: nothing was added", id);
        }
        catch (HubException e)
        {
            throw VerbException.Of(session.Log.Masked(e), id);
        }
        finally
        {
            keys?.Close();
        }
    }

    private static Secret Wait(CliContext context, HubSession session, OctoPrintAppKeys keys, string id, int timeoutSeconds)
    {
        long deadlineMs = session.Hal.Clock.NowMs + (timeoutSeconds * 1000L);
        while (session.Hal.Clock.NowMs < deadlineMs)
        {
            Secret? key = keys.Poll(context.Cancel);
            if (key != null)
            {
                return key;
            }

            if (context.Cancel.WaitHandle.WaitOne(PollMs))
            {
                throw VerbException.Of(ErrorCode.Cancelled, "stopped: nothing was added", id);
            }
        }

        throw VerbException.Of(ErrorCode.Timeout, $"nobody clicked Allow within {timeoutSeconds} s: nothing was added", id);
    }

    private static TlsOptions? TlsOf(Hashtable entry) => entry["tls"] is Hashtable tls
        ? new TlsOptions { CaPem = tls["ca"] as string, PinSha256 = tls["pin"] as string, Insecure = tls["insecure"] is true }
        : null;
}
