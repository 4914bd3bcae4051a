using System;

namespace Hub.Hal.Desktop;

/// <summary>An operation of a central failed, in the words of Web Bluetooth.</summary>
public sealed class GattException : Exception
{
    /// <summary>Not connected, or no longer.</summary>
    public const string NetworkError = "NetworkError";

    /// <summary>There is no such thing.</summary>
    public const string NotFoundError = "NotFoundError";

    /// <summary>The peripheral refuses it.</summary>
    public const string NotSupportedError = "NotSupportedError";

    /// <summary>A value that is too long.</summary>
    public const string InvalidModificationError = "InvalidModificationError";

    /// <summary>Makes the error.</summary>
    /// <param name="name">Name of the DOMException that a browser throws.</param>
    /// <param name="message">Its message.</param>
    public GattException(string name, string message)
        : base(message)
    {
        Name = name;
    }

    /// <summary>Name of the DOMException that a browser throws.</summary>
    public string Name { get; }

    internal static GattException Disconnected() =>
        new(NetworkError, "GATT Server is disconnected. Cannot perform GATT operations. (Re)connect first with `device.gatt.connect`.");

    internal static GattException Lost() => new(NetworkError, "GATT Server disconnected while performing a GATT operation.");

    internal static GattException Refused() => new(NotSupportedError, "GATT operation not permitted.");

    internal static GattException Failed() => new(NotSupportedError, "GATT operation failed for unknown reason.");
}
