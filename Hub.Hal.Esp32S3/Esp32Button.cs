using System;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>The BOOT button, which pulls its pin down. Thread: any.</summary>
internal sealed class Esp32Button : IButton
{
    private readonly IGpio _gpio;
    private readonly int _pin;

    internal Esp32Button(IGpio gpio, int pin)
    {
        _gpio = gpio;
        _pin = pin;
    }

    /// <inheritdoc/>
    public bool IsPressed
    {
        get
        {
            try
            {
                return !_gpio.IsHigh(_pin);
            }
            catch (Exception)
            {
                // A pin that cannot be read is a button that nobody presses.
                return false;
            }
        }
    }
}
