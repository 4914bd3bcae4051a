namespace Hub.Core.Hal;

/// <summary>A broker, how to reach it and how to log in (MQTT 3.1.1 section 3.1). Not changed after it was handed over.</summary>
public sealed class MqttOptions
{
    /// <summary>Name or address of the broker.</summary>
    public string Host { get; set; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; set; } = 8883;

    /// <summary>Whom to trust; null for a connection without TLS.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>Unique at the broker and the same for every connect: two clients with the same id disconnect each other.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>User name, or null.</summary>
    public string? User { get; set; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; set; }

    /// <summary>Longest silence of the client in seconds, 0 to 65535; 0 switches the keep-alive off.</summary>
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>False asks the broker to keep subscriptions and undelivered messages across reconnects.</summary>
    public bool CleanSession { get; set; } = true;

    /// <summary>Topic of the last will, or null for none.</summary>
    public string? WillTopic { get; set; }

    /// <summary>Payload of the last will.</summary>
    public byte[]? WillPayload { get; set; }

    /// <summary>Quality of service of the last will: 0 or 1.</summary>
    public int WillQos { get; set; }

    /// <summary>True when the broker retains the last will.</summary>
    public bool WillRetain { get; set; }

    /// <summary>For connect, TLS and the broker's answer together, in ms.</summary>
    public int ConnectTimeoutMs { get; set; } = 10000;

    /// <summary>Largest message that is read, header included; the payload of a larger one is skipped.</summary>
    public int MaxPacketBytes { get; set; } = 256 * 1024;
}
