namespace Hub.Core.Tunnel;

/// <summary>Carries out what the cloud asks for. Thread: the tunnel's; it waits for no printer and no network.</summary>
internal interface ICloudCommands
{
    /// <summary>A connection to the cloud is open.</summary>
    /// <param name="isPrivate">True when it leads to a private address.</param>
    void Connected(bool isPrivate);

    /// <summary>The cloud welcomed the hub.</summary>
    /// <param name="knowsExtensions">True when it says which extensions it has; the base cloud does not.</param>
    /// <param name="features">Those that the hub knows.</param>
    void Welcomed(bool knowsExtensions, CloudFeatures features);

    /// <summary>Time passed; called about once a second while the cloud is connected. Throws nothing.</summary>
    void Tick();

    /// <summary>The cloud sent a message that is no matter of the connection itself; its answers go to the <see cref="TunnelOutbox"/>, now or later. Throws nothing.</summary>
    void Handle(CloudMessage message);

    /// <summary>The cloud sent a request, whose request_id is there; its answer goes to the <see cref="TunnelOutbox"/>, now or later. Throws nothing.</summary>
    void Request(CloudMessage message);
}
