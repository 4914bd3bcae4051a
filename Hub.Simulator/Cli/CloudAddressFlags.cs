using System;
using System.Collections;
using System.Collections.Generic;
using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags that say which cloud a verb talks to; without them it is the one that runs on the data folder.</summary>
internal sealed class CloudAddressFlags
{
    private readonly Option<string?> _url = new("--url") { Description = "Address of the cloud (default: the one that runs on this data folder)", HelpName = "URL" };
    private readonly Option<string?> _token = new("--token") { Description = "Its access token; - reads it from stdin (default: " + CloudToken.Variable + ")", HelpName = "TEXT" };
    private readonly TlsFlags _tls = new();

    public IEnumerable<Option> All => [_url, _token, .. _tls.All];

    /// <summary>Opens the way to the cloud; nothing is sent yet.</summary>
    public CloudHttp Open(CliContext context)
    {
        Hashtable tls = _tls.Read(context);
        string? token = CloudToken.Given(context, _token);
        if (context.Get(_url) is string url)
        {
            return CloudHttp.Open(Address(url), token, tls["ca"] as string, tls["pin"] as string, tls["insecure"] is true);
        }

        CloudRunFile running = CloudRunFile.Read(context.Folder) ?? throw VerbException.Usage($"no cloud runs on '{context.Folder}': give its address with --url");
        return CloudHttp.Open(new Uri(running.Url), token ?? running.Token, running.Ca, null, false);
    }

    private static Uri Address(string url)
    {
        string http = url.StartsWith("ws", StringComparison.OrdinalIgnoreCase) ? "http" + url[2..] : url;
        return Uri.TryCreate(http, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.UserInfo.Length == 0
            ? address
            : throw VerbException.Usage("--url must begin with https:// or http:// and hold no user or password");
    }
}
