using System;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>What a host or a test may set differently.</summary>
public sealed class DesktopHalOptions
{
    /// <summary>How many 16 KiB buffers may be rented at once.</summary>
    public int MaxBuffers { get; set; } = 128;

    /// <summary>How many sockets may be open at once.</summary>
    public int MaxSockets { get; set; } = 1024;

    /// <summary>Storage to use in place of the data folder, such as <see cref="MemoryNvs"/>.</summary>
    public INvs? Nvs { get; set; }

    /// <summary>Ends the process; gets the reason. Without it the process ends with the reason on stderr and exit code 1.</summary>
    public Action<string>? Reboot { get; set; }

    /// <summary>Gets every new state of the status light; must return at once.</summary>
    public Action<IndicatorState>? IndicatorChanged { get; set; }
}
