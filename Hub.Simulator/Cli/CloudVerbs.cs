using System;
using System.Collections;
using System.CommandLine;
using Hub.Core.Errors;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>cloud: the connection to a cloud, and a cloud of one's own.</summary>
internal static class CloudVerbs
{
    public static Command Create(VerbConsole console)
    {
        Command cloud = new("cloud", "Manage the connection to a cloud, or run a local one");
        cloud.Subcommands.Add(CloudShowVerb.Create(console));
        cloud.Subcommands.Add(Set(console));
        cloud.Subcommands.Add(CliApp.Verb("clear", "Forget the cloud, its secret included", [], console, context => Change(context, session =>
        {
            session.Config.ClearCloud();
            return "the hub has no cloud any more";
        })));
        cloud.Subcommands.Add(CloudClaimVerb.Create(console));
        cloud.Subcommands.Add(CloudServeVerb.Create(console));
        return cloud;
    }

    private static Command Set(VerbConsole console)
    {
        (Option<string?> Option, string Key)[] texts =
        [
            (new("--url") { Description = "Address of the cloud: wss://…, or ws://… for an unencrypted connection", HelpName = "URL" }, "url"),
            (new("--hub-id") { Description = "Id under which the cloud knows the hub (default: the device's own)", HelpName = "ID" }, "hub_id"),
            (new("--hub-name") { Description = "Name of the hub for people", HelpName = "TEXT" }, "hub_name"),
            (new("--tenant-id") { Description = "Account that the hub belongs to", HelpName = "ID" }, "tenant_id"),
        ];
        Option<string?> secret = new("--secret") { Description = "Secret that signs the hub's hello; - reads it from stdin. 'cloud claim' gets one without typing", HelpName = "TEXT" };
        TlsFlags tls = new();
        return CliApp.Verb(
            "set",
            "Set some values of cloud.json; an empty value removes one",
            [.. Array.ConvertAll(texts, t => t.Option), secret, .. tls.All],
            console,
            context =>
            {
                Hashtable changes = [];
                foreach ((Option<string?> option, string key) in texts)
                {
                    if (context.IsGiven(option))
                    {
                        changes[key] = NullIfEmpty(context.Get(option));
                    }
                }

                if (context.IsGiven(secret))
                {
                    changes["secret"] = NullIfEmpty(SecretInput.Resolve(context.Get(secret)!, secret.Name, context.Console));
                }

                Hashtable trust = tls.Read(context);
                if (trust.Count > 0)
                {
                    changes["tls"] = trust;
                }

                if (changes.Count == 0)
                {
                    throw VerbException.Usage("nothing to change: give a flag such as --url");
                }

                return Change(context, session => Set(session, changes));
            });
    }

    private static string Set(HubSession session, Hashtable changes)
    {
        try
        {
            session.Config.SetCloud(changes);
            return "changed";
        }
        catch (HubException e) when (e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage(e.Message);
        }
    }

    private static int Change(CliContext context, Func<HubSession, string> change) => PrintersVerbs.Change(context, () => null, change);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
