using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;

namespace Hub.Core.Discovery;

/// <summary>
/// Finds out whether a Bambu printer answers at an address: the certificate of its MQTT port belongs to its serial number.
/// For networks that announcements do not cross. Nothing is sent but the handshake, and nothing that is found is
/// proven: that a certificate is genuine is checked when the printer is linked.
/// </summary>
internal static class BambuProbe
{
    /// <summary>MQTT over TLS.</summary>
    internal const int Port = 8883;

    /// <summary>All known serial numbers have this length; other MQTT servers mostly have names of another length.</summary>
    private const int SerialLength = 15;

    /// <summary>The printer, or null when there is none, or when the platform does not show a certificate's name (the board).</summary>
    /// <param name="hal">One socket.</param>
    /// <param name="address">IPv4 address.</param>
    /// <param name="port"><see cref="Port"/>, except in tests.</param>
    /// <param name="timeoutMs">For all of it.</param>
    /// <exception cref="HubException">OutOfSockets, OutOfMemory.</exception>
    internal static DiscoveredPrinter? Identify(IHal hal, string address, int port, int timeoutMs)
    {
        string? serial = CommonName(hal, address, port, timeoutMs);
        if (serial == null || serial.Length != SerialLength || !BambuAnnouncement.IsSerial(serial))
        {
            return null;
        }

        BambuModel model = BambuModel.OfSerial(serial);
        return new DiscoveredPrinter
        {
            Type = PrinterTypes.Bambu,
            Address = address,
            Serial = serial,
            Identity = serial,
            Model = model.IsKnown ? model.Name : null,
            MqttPort = port == Port ? 0 : port,
        };
    }

    private static string? CommonName(IHal hal, string address, int port, int timeoutMs)
    {
        if (!hal.Sockets.ShowsCertificates)
        {
            // A handshake would show nothing, and on the board stop every thread.
            return null;
        }

        try
        {
            using IByteStream stream = hal.Sockets.ConnectTls(address, port, new TlsOptions { Insecure = true, Tls12Only = true }, timeoutMs);
            return stream.Peer == null ? null : stream.Peer.CommonName;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.OutOfSockets || e.Code == ErrorCode.OutOfMemory)
            {
                throw;
            }

            return null;
        }
    }
}
