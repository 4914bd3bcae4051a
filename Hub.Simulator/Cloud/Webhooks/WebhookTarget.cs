using System;
using System.Collections.Generic;
using Hub.Core.Hal;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>Where webhooks go, and what they say there.</summary>
internal sealed record WebhookTarget
{
    /// <summary>Its name, unique among the targets: its place in the queue is stored under it.</summary>
    public required string Name { get; init; }

    /// <summary>The address. Its path may be as good as a password, so only <see cref="Shown"/> is shown.</summary>
    public required Uri Url { get; init; }

    /// <summary>The kinds that it gets.</summary>
    public IReadOnlySet<string> Kinds { get; init; } = WebhookKinds.Default;

    /// <summary>What the body looks like.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>The text.</summary>
    public WebhookTemplate Text { get; init; } = WebhookTemplate.Default;

    /// <summary>The whole body, for <see cref="WebhookFormat.Body"/>.</summary>
    public WebhookTemplate? Body { get; init; }

    /// <summary>What each request is signed with; null for no signature.</summary>
    public Secret? Secret { get; init; }

    /// <summary>The Authorization header, such as <c>Bearer …</c>, or null.</summary>
    public Secret? Authorization { get; init; }

    /// <summary>Its name and host, for people.</summary>
    public string Shown => "webhook '" + Name + "' (" + Url.Host + ")";

    /// <summary>A target of an address alone; its host says the format.</summary>
    /// <exception cref="FormatException">No http or https address.</exception>
    public static WebhookTarget Of(string url)
    {
        Uri address = Address(url);
        return new WebhookTarget { Name = address.Host, Url = address, Format = FormatOf(address) };
    }

    /// <summary>Checks an address.</summary>
    /// <exception cref="FormatException">No http or https address.</exception>
    public static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? address
            : throw new FormatException("a webhook's address begins with http:// or https:// and has no user and password (write those as 'authorization')");

    /// <summary>The format that a well-known host wants.</summary>
    public static WebhookFormat FormatOf(Uri url) => url.Host switch
    {
        "hooks.slack.com" => WebhookFormat.Slack,
        "discord.com" or "discordapp.com" => WebhookFormat.Discord,
        "ntfy.sh" => WebhookFormat.Ntfy,
        _ => WebhookFormat.Json,
    };
}
