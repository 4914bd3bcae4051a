using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>A plain LED: lit for every state but <see cref="IndicatorState.Off"/>. Thread: any.</summary>
internal sealed class Esp32Indicator : IIndicator
{
    private readonly IGpio _gpio;
    private readonly int _pin;

    /// <summary>Makes it, dark.</summary>
    /// <param name="gpio">The pins.</param>
    /// <param name="pin">The LED's, one of the listed outputs.</param>
    internal Esp32Indicator(IGpio gpio, int pin)
    {
        _gpio = gpio;
        _pin = pin;
    }

    /// <inheritdoc/>
    public void Show(IndicatorState state) => _gpio.Write(_pin, state != IndicatorState.Off);
}
