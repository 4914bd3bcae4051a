using System;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// The pins that the hub uses. Not free on an ESP32-S3-WROOM-1 N16R8: 0, 3, 45 and 46 (strapping), 19 and 20 (USB), 26 to 37 (flash and octal
/// PSRAM), 43 and 44 (serial console). Immutable after it was handed over.
/// </summary>
public sealed class Esp32Pins
{
    /// <summary>The BOOT button of the usual boards, which pulls it down.</summary>
    public int Button { get; set; }

    /// <summary>A plain LED with its resistor to ground; -1 for none. (The RGB LED of many boards needs another driver.)</summary>
    public int Light { get; set; } = -1;

    /// <summary>Further outputs that the cloud may set; the array is not changed afterwards.</summary>
    public int[] FreeOutputs { get; set; } = new int[0];

    /// <summary>All outputs; the array is the caller's.</summary>
    internal int[] Outputs()
    {
        int[] outputs = new int[FreeOutputs.Length + (Light < 0 ? 0 : 1)];
        Array.Copy(FreeOutputs, 0, outputs, 0, FreeOutputs.Length);
        if (Light >= 0)
        {
            outputs[outputs.Length - 1] = Light;
        }

        return outputs;
    }
}
