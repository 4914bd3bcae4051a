using System;
using System.CommandLine;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>cloud serve: a cloud alone, for many hubs.</summary>
internal static class CloudServeVerb
{
    public static Command Create(VerbConsole console)
    {
        Option<string> listen = new("--listen") { Description = "Address of this machine to listen on; 0.0.0.0 is all of them. Beyond loopback it uses TLS and an access token", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
        listen.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError("--listen must be an address of this machine, such as 192.168.1.5, or 0.0.0.0 for all of them.");
            }
        });
        Option<int> port = CloudPort.Option();
        Option<string?> token = new("--token") { Description = "Access token for this run, at least 16 characters; - reads it from stdin (default: " + CloudToken.Variable + ", or one that is made at the first start beyond loopback)", HelpName = "TEXT" };
        Option<bool> newToken = new("--new-token") { Description = "Make and store a new access token; the former one, and all sessions, end" };
        Option<bool> allowUnsigned = new("--allow-unsigned") { Description = "Welcome hubs that were never claimed, from any address: for old hubs" };
        Option<string[]> names = new("--name") { Description = "A name or address under which others reach this cloud, such as one behind a router; may be given several times", HelpName = "HOST", Arity = ArgumentArity.ZeroOrMore };
        names.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token name in result.Tokens)
            {
                if (Uri.CheckHostName(name.Value) == UriHostNameType.Unknown)
                {
                    result.AddError("--name must be the name or address of a host, such as farm.example, without http:// and port.");
                }
            }
        });
        Option<string?> certificate = new("--cert") { Description = "Certificate of your own (PEM, with its chain) instead of one of the cloud's own authority", HelpName = "FILE" };
        Option<string?> key = new("--key") { Description = "Private key of --cert (PEM, no password; default: the same file)", HelpName = "FILE" };
        Option<string[]> webhooks = new("--webhook") { Description = "Address that job events and printers that need a person are reported to, besides those of webhooks.json; may be given several times", HelpName = "URL", Arity = ArgumentArity.ZeroOrMore };
        Option<double?> duration = GlobalOptions.For();
        return CliApp.Verb(
            "serve",
            "Run a cloud for the hubs of this network until Ctrl+C",
            [listen, port, token, newToken, allowUnsigned, names, certificate, key, webhooks, duration],
            console,
            context => RunAsync(
                context,
                new CloudOptions
                {
                    Listen = IPAddress.Parse(context.Get(listen)!),
                    Port = context.Get(port),
                    DataFolder = CloudRunFile.FolderOf(context.Folder),
                    Token = CloudToken.Given(context, token),
                    MakesNewToken = context.Get(newToken),
                    AllowUnsigned = context.Get(allowUnsigned),
                    Names = context.Get(names) ?? [],
                    CertificateFile = PathOf(context, certificate),
                    KeyFile = PathOf(context, key) ?? PathOf(context, certificate),
                    Webhooks = context.Get(webhooks) ?? [],
                    Log = context.NewLog(),
                },
                duration),
            isHosted: false);
    }

    private static async Task<int> RunAsync(CliContext context, CloudOptions options, Option<double?> duration)
    {
        using CancellationTokenSource stop = context.StopAfter(duration);
        await using LocalCloud cloud = await LocalCloud.StartAsync(context.Folder, options);
        Show(context, cloud, options);
        await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCodes.Done;
    }

    private static void Show(CliContext context, LocalCloud cloud, CloudOptions options)
    {
        if (context.Json)
        {
            WriteJson(context, cloud);
            return;
        }

        CloudGuard guard = cloud.Server.Guard;
        context.Say($"Cloud on {cloud.PublicUrl} - Ctrl+C stops");
        if (guard.FreshToken is string token)
        {
            context.Say("access token, shown only now: " + token);
        }
        else if (guard.LocalToken != null && options.Token == null)
        {
            context.Say("access token: as shown when it was made (--new-token makes another)");
        }

        context.Say("on a hub, run: " + cloud.HubLine);
        if (!guard.Access.IsOpen)
        {
            context.Say("then claim it: 'Hub.Simulator cloud claim' on the hub shows a code; enter it here with: Hub.Simulator cloud claim CODE" + (context.IsFolderGiven ? " --data " + LocalCloud.Quoted(context.Folder) : ""));
        }
    }

    private static void WriteJson(CliContext context, LocalCloud cloud) => JsonOutput.Write(context.Console.Out, json =>
    {
        json.WriteStartObject();
        json.WriteString("url", cloud.PublicUrl);
        if (cloud.Server.Guard.Own is OwnCertificate own)
        {
            json.WriteString("ca", own.CaPath);
        }

        if (cloud.Server.Guard.FreshToken is string token)
        {
            json.WriteString("token", token);
        }

        json.WriteString("hub_command", cloud.HubLine);
        json.WriteEndObject();
    });

    private static string? PathOf(CliContext context, Option<string?> option) => context.Get(option) is string path ? context.PathOf(path) : null;
}
