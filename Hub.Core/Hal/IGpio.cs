using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// General-purpose outputs. Only the pins that the composition root named may be set: a cloud message
/// must never reach the flash, the radio or a strapping pin. Thread: any.
/// </summary>
public interface IGpio
{
    /// <summary>True when this pin was named as a free output.</summary>
    bool IsAllowed(int pin);

    /// <summary>Sets an output. Errors: <see cref="ErrorCode.NotSupported"/> when the pin is not allowed.</summary>
    void Write(int pin, bool high);
}
