namespace Hub.Core.Printers.Bambu;

/// <summary>Codes of Bambu printers in readable form, with a sentence for the common ones. Thread: any.</summary>
internal static class BambuTexts
{
    /// <summary>HMS_0500_0500_0001_0007: a command without a signature was refused (ha-bambulab, 1250).</summary>
    public const uint SigningAttribute = 0x05000500;

    /// <summary>The code that goes with <see cref="SigningAttribute"/>.</summary>
    public const uint SigningCode = 0x00010007;

    private const string HexDigits = "0123456789ABCDEF";

    private static readonly char[] s_hex = HexDigits.ToCharArray();

    /// <summary>A print_error such as 0300_400C.</summary>
    public static string Code(uint printError)
    {
        char[] text = new char[9];
        Put(text, 0, printError);
        return new string(text);
    }

    /// <summary>A health message such as HMS_0300_0100_0001_0003.</summary>
    public static string HmsCode(uint attribute, uint code)
    {
        char[] text = "HMS_0000_0000_0000_0000".ToCharArray();
        Put(text, 4, attribute);
        Put(text, 14, code);
        return new string(text);
    }

    /// <summary>What a print_error means and what to do.</summary>
    public static string Sentence(uint printError)
    {
        switch (printError)
        {
            case 0x0300400C:
            case 0x0500400E:
                return "the print was cancelled";
            case 0x03004000:
            case 0x03004009:
                return "homing failed: look for something in the way of the toolhead or the bed";
            case 0x03004002:
                return "bed levelling failed: clean the nozzle and the plate";
            case 0x03004006:
            case 0x03008016:
                return "the nozzle is clogged: clean it";
            case 0x03004008:
                return "the filament changer (AMS) could not change the filament";
            case 0x0300400D:
                return "the print could not continue after a power cut";
            case 0x03008000:
                return "the print was paused for an unknown reason: check the printer, then resume";
            case 0x03008001:
                return "paused by the user";
            case 0x03008002:
                return "the first layer looks faulty: check it, then resume or cancel";
            case 0x03008003:
                return "the print looks like spaghetti: check it, then resume or cancel";
            case 0x03008004:
            case 0x03008015:
            case 0x07008011:
            case 0x07FF8011:
            case 0x12008011:
                return "the filament ran out: load new filament, then resume";
            case 0x03008005:
                return "the front cover of the toolhead fell off: put it back, then resume";
            case 0x03008006:
            case 0x03008011:
            case 0x03008019:
                return "the build plate is missing or not the one the file was sliced for: insert the right one, then resume";
            case 0x03008007:
                return "a power cut interrupted a print: resume it if the model still sticks to the plate";
            case 0x03008008:
                return "the nozzle's temperature is out of order";
            case 0x03008009:
                return "the bed's temperature is out of order";
            case 0x0300800A:
                return "filament piles up in the waste chute: clear it, then resume";
            case 0x0300800B:
                return "the filament cutter is stuck";
            case 0x0300800C:
                return "the toolhead lost steps: look for something in its way, then resume or cancel";
            case 0x0300800D:
                return "the extruder does not extrude as it should";
            case 0x0300800E:
                return "the file can no longer be read: is the card still in the printer?";
            case 0x0300800F:
            case 0x03008042:
                return "the door is open: close it, then resume";
            case 0x03008010:
            case 0x03004005:
                return "the hotend's fan is out of order";
            case 0x03008013:
                return "paused by the file";
            case 0x03008014:
                return "the nozzle is covered with filament or the plate lies askew";
            case 0x03008018:
                return "the chamber's temperature is out of order";
            case 0x05004002:
            case 0x0500400A:
                return "the printer does not accept the file's name: rename it and start again";
            case 0x05004003:
                return "the printer could not read the file: slice it again for this printer";
            case 0x05004004:
                return "the printer was busy and accepted no new print";
            case 0x0500400C:
                return "there is no card in the printer: put one in and start again";
            case 0x05004006:
            case 0x05004015:
                return "the printer's storage is full: delete files on it";
            case 0x0500C010:
                return "the card cannot be read or written: check or replace it";
            case 0x0500803C:
            case 0x05008053:
                return "the nozzle is not the one the file was sliced for: change it, or slice the file again";
            case 0x05008036:
                return "the file was sliced for another model";
            case 0x05008051:
            case 0x05008061:
                return "the build plate is missing or not the one the file was sliced for: insert the right one, then resume";
            case 0x05004005:
                return "the printer is updating its firmware and accepts no print";
            case 0x05004008:
                return "the print could not be started: switch the printer off and on, then start again";
            case 0x0500C07F:
                return "the printer is busy with its current job";
            case 0x0502C010:
                return "no print while the AMS dries filament: stop the drying first";
            case 0x0502C012:
                return "the print cannot be paused now";
            case 0x07008012:
            case 0x07FF8012:
                return "the printer does not know which slot holds the filament: check --ams, then resume or cancel";
            default:
                return Of(printError) + ": the printer's screen shows more";
        }
    }

    /// <summary>What a health message means, as far as it is common; else the part it comes from.</summary>
    public static string HmsSentence(uint attribute, uint code)
    {
        if (attribute == SigningAttribute && code == SigningCode)
        {
            return "the printer refused a command without a signature: switch on LAN-only mode and Developer Mode on its screen";
        }

        if ((attribute >> 24) == 0x07 && (code & 0xFFFF) == 1 && (attribute & 0xFFFF) == 0x2000)
        {
            return "the filament of a slot of the AMS ran out";
        }

        return Of(attribute) + ": the printer's screen shows more";
    }

    /// <summary>The first byte names the part (pybambu's table).</summary>
    private static string Of(uint code)
    {
        switch (code >> 24)
        {
            case 0x03:
                return "a fault of its motion or heating";
            case 0x05:
                return "a fault of its main board or its job";
            case 0x07:
            case 0x12:
            case 0x18:
                return "a fault of its filament changer (AMS)";
            case 0x08:
                return "a fault of its toolhead";
            case 0x0C:
                return "a fault that its camera or lidar saw";
            default:
                return "a fault of the printer";
        }
    }

    private static void Put(char[] text, int index, uint value)
    {
        for (int i = 0; i < 8; i++)
        {
            int digit = (int)((value >> (28 - (i * 4))) & 0xF);
            text[index + i + (i < 4 ? 0 : 1)] = s_hex[digit];
        }

        text[index + 4] = '_';
    }
}
