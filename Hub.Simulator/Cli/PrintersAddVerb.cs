using System.Collections;
using System.CommandLine;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.ConnectionTest;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers add</summary>
internal static class PrintersAddVerb
{
    private const int DefaultTimeoutSeconds = 120;

    public static Command Create(VerbConsole console)
    {
        PrinterFlags flags = new();
        Option<string?> id = new("--id") { Description = "Id of the printer (default: derived from the type, such as octo-1)", HelpName = "ID" };
        Option<bool> noKey = new("--no-key") { Description = "Add an OctoPrint without a key, and do not request one" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "How long to wait for the click on Allow in OctoPrint");
        return CliApp.Verb(
            "add",
            "Add a printer. Only an OctoPrint without --api-key is contacted, to request a key",
            [id, .. flags.All, noKey, timeout],
            console,
            context => Run(context, flags, context.Get(id), context.Get(noKey), context.Get(timeout)));
    }

    private static int Run(CliContext context, PrinterFlags flags, string? id, bool noKey, int timeoutSeconds)
    {
        Hashtable entry = flags.Read(context);
        RemoveEmpty(entry);
        PrinterSystem system = PrinterSystems.Find(entry["type"] as string) ?? throw VerbException.Usage("--type must be " + PrinterSystems.Types);

        using (HubSession session = context.OpenSession())
        {
            entry["id"] = string.IsNullOrEmpty(id) ? session.Config.NextId(system.Type) : id;
            Check(session, entry);
            if (system.Login == PrinterLogin.AppKey && !entry.Contains("api_key") && !noKey)
            {
                entry["api_key"] = AskForKey(context, session, entry, timeoutSeconds).Reveal();
            }
        }

        return PrintersVerbs.Change(context, () => (string)entry["id"]!, session =>
        {
            if (string.IsNullOrEmpty(id))
            {
                // Another process may have used this id in the meantime.
                entry["id"] = session.Config.NextId(system.Type);
            }

            session.Config.Add(entry);
            return "added";
        });
    }

    private static Secret AskForKey(CliContext context, HubSession session, Hashtable entry, int timeoutSeconds)
    {
        string id = (string)entry["id"]!;
        TlsOptions? tls = entry["tls"] is Hashtable given
            ? new TlsOptions { CaPem = given["ca"] as string, PinSha256 = given["pin"] as string, Insecure = given["insecure"] is true }
            : null;
        try
        {
            Ask ask = new(context, id, timeoutSeconds);
            return AppKeysFlow.Run(session.Hub.Hal, session.Log, (string)entry["url"]!, tls, entry["user"] as string, timeoutSeconds * 1000, ask, context.Cancel);
        }
        catch (HubException e)
        {
            throw VerbException.Of(e, id);
        }
    }

    private static void Check(HubSession session, Hashtable entry)
    {
        string id = (string)entry["id"]!;
        if (session.Config.Find(id) != null)
        {
            throw VerbException.Of(ErrorCode.ConfigInvalid, $"a printer with this id exists already: 'printers edit {id}' changes it", id);
        }

        try
        {
            session.Config.Check(entry);
        }
        catch (HubException e) when (e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage(e.Message, id);
        }
    }

    private static void RemoveEmpty(Hashtable entry)
    {
        foreach (string key in entry.Keys.Cast<string>().ToArray())
        {
            if (entry[key] == null)
            {
                entry.Remove(key);
            }
        }
    }

    private sealed class Ask(CliContext context, string id, int timeoutSeconds) : IAppKeyListener
    {
        public void ClickAllow(string address, string appName)
        {
            context.Say($"{id}: open {address} and click Allow for \"{appName}\" (waiting up to {timeoutSeconds} s)");
            context.Console.Out.Flush();
        }
    }
}
