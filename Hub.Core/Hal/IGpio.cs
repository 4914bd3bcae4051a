using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// General-purpose outputs. Only the pins that the composition root lists may be set: a message from the cloud
/// must never reach the flash, the radio or a strapping pin. Thread: any.
/// </summary>
public interface IGpio
{
    /// <summary>True when this pin is listed as a free output.</summary>
    bool IsAllowed(int pin);

    /// <summary>Sets an output. Errors: <see cref="ErrorCode.NotSupported"/> when the pin is not allowed.</summary>
    void Write(int pin, bool high);
}
