namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>What the body of a webhook looks like.</summary>
internal enum WebhookFormat
{
    /// <summary>All fields as one JSON object, for programs.</summary>
    Json,

    /// <summary>The text alone.</summary>
    Text,

    /// <summary>The text for an ntfy topic, with its priority (https://docs.ntfy.sh/publish/).</summary>
    Ntfy,

    /// <summary>The text for a Slack incoming webhook.</summary>
    Slack,

    /// <summary>The text for a Discord webhook.</summary>
    Discord,

    /// <summary>JSON after a template of the configuration.</summary>
    Body,
}
