namespace Hub.Core.Discovery;

/// <summary>What an mDNS search knows of one instance of a service. Thread: one owner.</summary>
internal sealed class MdnsService
{
    internal MdnsService(string key, string type)
    {
        Key = key;
        Type = type;
        Name = key;
    }

    /// <summary>Full name for comparing, see <see cref="MdnsNames.Key"/>.</summary>
    internal string Key { get; }

    /// <summary>One of the printer types.</summary>
    internal string Type { get; }

    /// <summary>Full name as the responder writes it.</summary>
    internal string Name { get; set; }

    internal string? Host { get; set; }

    internal int Port { get; set; }

    internal bool HasText { get; set; }

    internal string? Path { get; set; }

    internal string? Uuid { get; set; }

    internal string? Version { get; set; }

    internal string? Model { get; set; }

    /// <summary>Who answered last: the address of a host that announces none.</summary>
    internal string Sender { get; set; } = "";

    /// <summary>True after a goodbye.</summary>
    internal bool IsGone { get; set; }

    /// <summary>Queries of its own so far, for what its answers left out.</summary>
    internal int Asked { get; set; }

    internal long NextAskMs { get; set; }

    /// <summary>What the table was given, or null.</summary>
    internal DiscoveredPrinter? Listed { get; set; }
}
