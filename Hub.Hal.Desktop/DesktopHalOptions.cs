using System;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Settings that a host or a test may change.</summary>
public sealed class DesktopHalOptions
{
    private const int DefaultSockets = 1024;

    /// <summary>
    /// How many buffers may be rented at once: by default two for each socket, one to read and one to write. With fewer, a moment in
    /// which the machine is busy elsewhere makes the answers of many printers wait, and then most of their links fail for want of a buffer.
    /// </summary>
    public int MaxBuffers { get; set; } = 2 * DefaultSockets;

    /// <summary>Size of the buffer through which a file is sent, at least 16 KiB, the size of all others (docs/benchmarks.md, "Where an upload spends its time").</summary>
    public int SendBufferBytes { get; set; } = 256 * 1024;

    /// <summary>How many sockets may be open at once.</summary>
    public int MaxSockets { get; set; } = DefaultSockets;

    /// <summary>True to make one TLS handshake at a time, as the board does.</summary>
    public bool OneTlsDialAtATime { get; set; }

    /// <summary><see cref="ISystem.CpuCostFactor"/>: above 0, polled printers are asked as seldom as on a machine that much slower.</summary>
    public int CpuCostFactor { get; set; }

    /// <summary>What the board's threads, TLS and CPU do to the hub; null for a laptop's own behaviour.</summary>
    public BoardBehaviour? Board { get; set; }

    /// <summary>
    /// The networks in reach of a simulated radio, which the hub then uses with a simulated Bluetooth and button (<see cref="DesktopHal.Simulated"/>): without
    /// a network it has no connections. Null for the laptop's own network, and no Bluetooth.
    /// </summary>
    public SimulatedNetwork[]? Networks { get; set; }

    /// <summary>
    /// What a laptop can impose of the board: 16 sockets, 32 transfer buffers of 16 KiB, polls as seldom as the board's CPU allows, and
    /// <see cref="BoardBehaviour"/>. The size of the heap is not imposed, nor the speed of the CPU where the hub computes without calling the HAL.
    /// </summary>
    public static DesktopHalOptions OfBoard() => new()
    {
        MaxSockets = 16,
        MaxBuffers = 32,
        SendBufferBytes = 16 * 1024,
        OneTlsDialAtATime = true,
        CpuCostFactor = 100,
        Board = new BoardBehaviour(),
    };

    /// <summary>Storage to use instead of the data folder, such as <see cref="MemoryNvs"/>.</summary>
    public INvs? Nvs { get; set; }

    /// <summary>Ends the process; receives the reason. Without it the process ends with the reason on stderr and exit code 1.</summary>
    public Action<string>? Reboot { get; set; }

    /// <summary>Receives every new state of the status light; must return at once.</summary>
    public Action<IndicatorState>? IndicatorChanged { get; set; }
}
