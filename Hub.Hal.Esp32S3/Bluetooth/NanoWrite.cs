using Hub.Core.Drivers;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;

namespace Hub.Hal.Esp32S3;

/// <summary>A central's write. Thread: the library's.</summary>
internal sealed class NanoWrite : IRawBleAccess
{
    private readonly GattWriteRequestedEventArgs _args;
    private GattWriteRequest? _request;

    /// <summary>Wraps it; nothing is called yet.</summary>
    internal NanoWrite(GattWriteRequestedEventArgs args)
    {
        _args = args;
    }

    /// <inheritdoc/>
    public byte[] Take()
    {
        nanoFramework.Device.Bluetooth.Buffer value = Request().Value;
        byte[] bytes = new byte[(int)value.Length];
        DataReader.FromBuffer(value).ReadBytes(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Accept(byte[] value) => Request().Respond();

    /// <inheritdoc/>
    public void Refuse() => Request().RespondWithProtocolError(GattProtocolError.WriteNotPermitted);

    private GattWriteRequest Request() => _request ??= _args.GetRequest();
}
