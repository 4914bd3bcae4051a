using System;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// The board's radio and button, simulated: the hub sees <see cref="IRadio"/> and <see cref="IButton"/>, a program changes the world around them. Thread: any.
/// Ownership: the HAL's, which disposes of it.
/// </summary>
public sealed class SimulatedRadio : IRadio, IDisposable
{
    private readonly SimulatedBle _ble;

    /// <summary>Makes it; the hub joins and advertises when it wants to.</summary>
    /// <param name="clock">The hub's.</param>
    /// <param name="networks">In reach at first.</param>
    public SimulatedRadio(IClock clock, SimulatedNetwork[] networks)
    {
        Station = new SimulatedWifi(clock, networks);
        Wifi = new RawWifi(Station, clock);
        _ble = new SimulatedBle(clock);
        Button = new SimulatedButton(clock);
    }

    /// <inheritdoc/>
    public IWifi Wifi { get; }

    /// <inheritdoc/>
    public IBle Ble => _ble;

    /// <summary>What the air and the access points do.</summary>
    public SimulatedWifi Station { get; }

    /// <summary>The peripheral as centrals see it.</summary>
    public SimulatedBle Peripheral => _ble;

    /// <summary>BOOT.</summary>
    public SimulatedButton Button { get; }

    /// <summary>Ends the services and the thread that calls their handler.</summary>
    public void Dispose() => _ble.Dispose();
}
