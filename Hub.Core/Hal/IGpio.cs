using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// General-purpose pins. Only the pins that the composition root lists may be used: a message from the cloud
/// must never reach the flash, the radio or a strapping pin. Thread: any.
/// </summary>
public interface IGpio
{
    /// <summary>True when this pin is listed as a free output.</summary>
    bool IsAllowed(int pin);

    /// <summary>Sets an output. Errors: <see cref="ErrorCode.NotSupported"/> when the pin is not allowed.</summary>
    void Write(int pin, bool high);

    /// <summary>Reads an input, which is pulled up: a pressed button reads low. Errors: <see cref="ErrorCode.NotSupported"/> when the pin is not listed as one.</summary>
    bool IsHigh(int pin);
}
