using System.Collections;
using System.Device.Gpio;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>The pins that the composition root lists. Thread: any; calls are serialised inside.</summary>
internal sealed class Esp32Gpio : IGpio
{
    private readonly int[] _outputs;
    private readonly int[] _inputs;
    private readonly Hashtable _open = new Hashtable();
    private GpioController? _controller;

    /// <summary>Makes it; a pin is opened when it is first used.</summary>
    /// <param name="outputs">Pins that may be set.</param>
    /// <param name="inputs">Pins that may be read; they are pulled up.</param>
    internal Esp32Gpio(int[] outputs, int[] inputs)
    {
        _outputs = outputs;
        _inputs = inputs;
    }

    /// <inheritdoc/>
    public bool IsAllowed(int pin) => Has(_outputs, pin);

    /// <inheritdoc/>
    public void Write(int pin, bool high)
    {
        if (!IsAllowed(pin))
        {
            throw new HubException(ErrorCode.NotSupported, "pin " + pin.ToString() + " is not listed as a free output");
        }

        Pin(pin, PinMode.Output).Write(high ? PinValue.High : PinValue.Low);
    }

    /// <inheritdoc/>
    public bool IsHigh(int pin)
    {
        if (!Has(_inputs, pin))
        {
            throw new HubException(ErrorCode.NotSupported, "pin " + pin.ToString() + " is not listed as an input");
        }

        return Pin(pin, PinMode.InputPullUp).Read() == PinValue.High;
    }

    private static bool Has(int[] pins, int pin)
    {
        for (int i = 0; i < pins.Length; i++)
        {
            if (pins[i] == pin)
            {
                return true;
            }
        }

        return false;
    }

    private GpioPin Pin(int pin, PinMode mode)
    {
        lock (_open)
        {
            if (_controller == null)
            {
                _controller = new GpioController();
            }

            GpioPin? open = (GpioPin?)_open[pin];
            if (open == null)
            {
                open = _controller.OpenPin(pin, mode);
                _open.Add(pin, open);
            }

            return open;
        }
    }
}
