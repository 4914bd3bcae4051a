using System;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Hosting;

/// <summary>
/// The <see cref="FarmHub"/> that a verb uses: its own on a data folder, or the running one, whose printers are connected
/// already and stay when the verb ends. Thread: the verb's.
/// </summary>
internal sealed class HubSession : IDisposable
{
    private readonly DesktopHal _hal;

    /// <summary>Composes a hub on a data folder and loads its configuration. Errors: those of <see cref="FarmHub.Load"/>.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="sink">Where log lines go.</param>
    /// <param name="minimum">Least level that is logged.</param>
    /// <param name="options">Limits and faults of the platform; null for none.</param>
    public HubSession(string folder, ILogSink sink, LogLevel minimum, DesktopHalOptions? options = null)
    {
        _hal = new DesktopHal(folder, options);
        try
        {
            Hub = new FarmHub(_hal, sink, minimum);
            Hub.Load();
        }
        catch
        {
            _hal.Dispose();
            throw;
        }
    }

    private HubSession(HubSession running)
    {
        IsHosted = true;
        _hal = running._hal;
        Hub = running.Hub;
    }

    public FarmHub Hub { get; }

    /// <summary>The world around the hub's radio, where it is simulated; null otherwise.</summary>
    public SimulatedRadio? Simulated => _hal.Simulated;

    /// <summary>What the hub's light shows.</summary>
    public IndicatorState Light => ((CallbackIndicator)_hal.Indicator).State;

    public Log Log => Hub.Log;

    public ConfigManager Config => Hub.Config;

    /// <summary>True for a verb that runs in the running hub.</summary>
    public bool IsHosted { get; }

    /// <summary>The session of a verb that runs in the running hub; disposing it ends nothing of that hub.</summary>
    public static HubSession Of(HubSession running) => new(running);

    /// <summary>Starts these printers; in a running hub they run already. Waits for no printer.</summary>
    public void Start(PrinterConfig[] printers)
    {
        if (!IsHosted)
        {
            Hub.Start(printers);
        }
    }

    public void Dispose()
    {
        if (!IsHosted)
        {
            Hub.Dispose();
            _hal.Dispose();
        }
    }
}
