using System.Text;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Jobs;

/// <summary>
/// What one printer is, whatever its id: its type with its serial number or URL, and the keys under which it is stored. Immutable.
/// </summary>
public sealed class PrinterPlace
{
    /// <summary>80 bits of SHA-256: two printers of one hub never share a key.</summary>
    private const int KeyDigits = 20;

    private const string IdPrefix = "id.";

    /// <summary>Names a printer's place. Errors: those of <see cref="PrinterConfig.Address"/> and of the machine's SHA-256.</summary>
    public PrinterPlace(PrinterConfig printer, IHash hash)
    {
        PrinterId = printer.Id;
        HasSerial = printer.Serial != null;
        Text = printer.Type + " " + (printer.Serial ?? (printer.Url == null ? printer.Id : printer.Address));
        Key = Digest(Text, hash);
        string asWritten = printer.Type + " " + (printer.Serial ?? printer.Url ?? printer.Id);
        if (asWritten != Text)
        {
            FormerText = asWritten;
            FormerKey = Digest(asWritten, hash);
        }

        IdKey = IdPrefix + Digest(printer.Id, hash);
    }

    /// <summary>Names the place of a record. Errors: those of the machine's SHA-256.</summary>
    internal PrinterPlace(JobRecord record, IHash hash)
    {
        PrinterId = record.PrinterId;
        Text = record.Place;
        Key = Digest(Text, hash);
        IdKey = IdPrefix + Digest(PrinterId, hash);
    }

    /// <summary>The printer's id in the configuration.</summary>
    public string PrinterId { get; }

    /// <summary>True when a serial number names the machine; a URL only says where it stands.</summary>
    public bool HasSerial { get; }

    /// <summary>For people: type and serial number or URL, in its shortest form (<see cref="PrinterConfig.Address"/>).</summary>
    public string Text { get; }

    /// <summary>The same with the URL as it is configured, which earlier versions stored; null when there is no difference.</summary>
    internal string? FormerText { get; }

    /// <summary>The key of a record that an earlier version stored under <see cref="FormerText"/>, or null.</summary>
    internal string? FormerKey { get; }

    /// <summary>The key of the printer's record, 20 hexadecimal digits; also in the names of its locks.</summary>
    public string Key { get; }

    /// <summary>The key of the pointer from the id to the record.</summary>
    public string IdKey { get; }

    private static string Digest(string text, IHash hash)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return HexText.Of(hash.Sha256(bytes, 0, bytes.Length), KeyDigits);
    }
}
