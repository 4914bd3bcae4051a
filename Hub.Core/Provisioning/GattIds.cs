using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>The hosted services (docs/provisioning.md) and their characteristics. Immutable. Thread: any.</summary>
internal sealed class GattIds
{
    /// <summary>The hub's service.</summary>
    public const string HubService = "4fafc201-1fb5-459e-8fcc-c5c9c331914b";

    /// <summary>Improv's service.</summary>
    public const string ImprovService = "00467768-6228-2272-4663-277478268000";

    private const string HubTail = "-36e1-4688-b7f5-ea07361b26a8";
    private const string ImprovHead = "00467768-6228-2272-4663-27747826800";

    /// <summary>Network name.</summary>
    public BleCharacteristic Ssid { get; } = new BleCharacteristic("beb5483e" + HubTail, true, true, false);

    /// <summary>Password.</summary>
    public BleCharacteristic Password { get; } = new BleCharacteristic("beb5483f" + HubTail, false, true, false);

    /// <summary>Command.</summary>
    public BleCharacteristic Command { get; } = new BleCharacteristic("beb54840" + HubTail, false, true, false);

    /// <summary>State of the network.</summary>
    public BleCharacteristic Status { get; } = new BleCharacteristic("beb54841" + HubTail, true, false, true);

    /// <summary>Hub id.</summary>
    public BleCharacteristic HubId { get; } = new BleCharacteristic("beb54842" + HubTail, true, true, false);

    /// <summary>Tenant id.</summary>
    public BleCharacteristic TenantId { get; } = new BleCharacteristic("beb54843" + HubTail, true, true, false);

    /// <summary>Requests.</summary>
    public BleCharacteristic Requests { get; } = new BleCharacteristic("beb54844" + HubTail, false, true, true);

    /// <summary>Improv's current state.</summary>
    public BleCharacteristic ImprovState { get; } = new BleCharacteristic(ImprovHead + "1", true, false, true);

    /// <summary>Improv's error state.</summary>
    public BleCharacteristic ImprovError { get; } = new BleCharacteristic(ImprovHead + "2", true, false, true);

    /// <summary>Improv's RPC command.</summary>
    public BleCharacteristic ImprovCommand { get; } = new BleCharacteristic(ImprovHead + "3", false, true, false);

    /// <summary>Improv's RPC result.</summary>
    public BleCharacteristic ImprovResult { get; } = new BleCharacteristic(ImprovHead + "4", true, false, true);

    /// <summary>Improv's capabilities.</summary>
    public BleCharacteristic ImprovCapabilities { get; } = new BleCharacteristic(ImprovHead + "5", true, false, false);

    /// <summary>Both services; the arrays are the caller's.</summary>
    public BleService[] Services() => new[]
    {
        new BleService(HubService, new[] { Ssid, Password, Command, Status, HubId, TenantId, Requests }),
        new BleService(ImprovService, new[] { ImprovState, ImprovError, ImprovCommand, ImprovResult, ImprovCapabilities }),
    };
}
