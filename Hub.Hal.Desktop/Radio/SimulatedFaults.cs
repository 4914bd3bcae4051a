namespace Hub.Hal.Desktop;

/// <summary>What goes wrong between a central and the hub. Immutable.</summary>
public sealed class SimulatedFaults
{
    /// <summary>What a hub's radio agrees to unless a central wants less.</summary>
    public const int DefaultMtu = 256;

    /// <summary>The least MTU of Bluetooth Low Energy.</summary>
    public const int LeastMtu = 23;

    /// <summary>MTU that the next connection agrees on.</summary>
    public int Mtu { get; init; } = DefaultMtu;

    /// <summary>In each connection, this write reaches the hub, and then the connection drops before its answer; 0 for none.</summary>
    public int DropAfterWrites { get; init; }

    /// <summary>How much later than otherwise each access is answered.</summary>
    public int DelayMs { get; init; }
}
