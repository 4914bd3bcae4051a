using Hub.Core.Drivers;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;

namespace Hub.Hal.Esp32S3;

/// <summary>A central's read. Thread: the library's.</summary>
internal sealed class NanoRead : IRawBleAccess
{
    private readonly GattReadRequestedEventArgs _args;

    /// <summary>Wraps it; nothing is called yet.</summary>
    internal NanoRead(GattReadRequestedEventArgs args)
    {
        _args = args;
    }

    /// <inheritdoc/>
    public byte[] Take() => new byte[0];

    /// <inheritdoc/>
    public void Accept(byte[] value) => _args.GetRequest().RespondWithValue(new nanoFramework.Device.Bluetooth.Buffer(value));

    /// <inheritdoc/>
    public void Refuse() => _args.GetRequest().RespondWithProtocolError(GattProtocolError.ReadNotPermitted);
}
