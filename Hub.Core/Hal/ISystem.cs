namespace Hub.Core.Hal;

/// <summary>The machine itself. Thread: any.</summary>
public interface ISystem
{
    /// <summary>Stable identity of this hub, 1 to 36 characters; survives restarts and reinstalls on the same data.</summary>
    string DeviceId { get; }

    /// <summary>MAC address of the network that the hub uses, such as <c>aa:bb:cc:dd:ee:ff</c>; null where it is not known.</summary>
    string? MacAddress { get; }

    /// <summary>What the hub runs on, such as <c>esp32-s3</c> or <c>linux-x64</c>; null where it is not known.</summary>
    string? HardwareVersion { get; }

    /// <summary>Why the machine last started: <c>power-on</c>, <c>reboot</c>, <c>watchdog</c>, <c>start</c> (a process) or <c>unknown</c>.</summary>
    string ResetReason { get; }

    /// <summary>
    /// How many times longer the hub's own code takes here than on the machine of docs/board.md's measurements, a desktop CPU; 0 where speed
    /// needs no consideration (the laptop).
    /// </summary>
    int CpuCostFactor { get; }

    /// <summary>Bytes of managed memory in use.</summary>
    long UsedMemoryBytes { get; }

    /// <summary>Bytes still available, or -1 where that has no meaning.</summary>
    long FreeMemoryBytes { get; }

    /// <summary>Fills the buffer from the machine's best source of randomness.</summary>
    void FillRandom(byte[] buffer);

    /// <summary>Restarts the machine; a laptop ends the process with a message instead.</summary>
    void Reboot(string reason);

    /// <summary>Arms the watchdog: a restart follows unless <see cref="FeedWatchdog"/> is called in time. 0 disarms it.</summary>
    void ArmWatchdog(int timeoutMs);

    /// <summary>Resets the watchdog's timer: the hub is alive.</summary>
    void FeedWatchdog();
}
