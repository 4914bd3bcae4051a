using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>What a Bambu printer's SSDP message says about it (docs/bambu.md). Nothing in it is proven. Thread: any.</summary>
public static class BambuAnnouncement
{
    private const int MinSerialLength = 5;
    private const int MaxSerialLength = 32;

    /// <summary>The printer of a message, or null when it speaks of none.</summary>
    /// <param name="message">A message.</param>
    /// <param name="sender">IPv4 address that it came from.</param>
    /// <remarks>
    /// The address is the sender's, whatever Location says. Printers write their own address there, so mostly both are the
    /// same. Where they differ, the sender is where packets of that machine come from now, while a Location may be left over
    /// from an earlier network, or be forged to point the hub at a third machine. What is lost are
    /// announcements that a relay carries from another network in its own name: such printers are added by hand.
    /// </remarks>
    public static DiscoveredPrinter? Read(SsdpMessage message, string sender)
    {
        if (message.Kind == SsdpKind.Search || !message.IsBambu || message.IsGoodbye || !IsSerial(message.Usn) || !Ipv4.IsUnicast(sender))
        {
            return null;
        }

        BambuModel model = BambuModel.OfName(message.Model);
        return new DiscoveredPrinter
        {
            Type = PrinterTypes.Bambu,
            Address = sender,
            Serial = message.Usn,
            Identity = message.Usn,
            Model = model.IsKnown ? model.Name : message.Model,
            Name = message.Name,
            Version = message.Version,
            MqttPort = message.MqttPort,
            FtpsPort = message.FtpsPort,
        };
    }

    /// <summary>True for 5 to 32 digits and capital letters.</summary>
    internal static bool IsSerial(string? usn)
    {
        if (usn == null || usn.Length < MinSerialLength || usn.Length > MaxSerialLength)
        {
            return false;
        }

        char[] characters = usn.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
            {
                return false;
            }
        }

        return true;
    }
}
