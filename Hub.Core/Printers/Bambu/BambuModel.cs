
namespace Hub.Core.Printers.Bambu;

/// <summary>
/// A model and what depends on it. It comes from the configuration, else from get_version, else from the serial.
/// Immutable. Thread: any.
/// </summary>
internal sealed class BambuModel
{
    /// <summary>Not known: treated with the care that the weakest one needs.</summary>
    public static readonly BambuModel Unknown = new BambuModel("", Family.None);

    private static readonly BambuModel[] s_models =
    {
        new BambuModel("X1C", Family.X1),
        new BambuModel("X1", Family.X1),
        new BambuModel("X1E", Family.X1),
        new BambuModel("P1P", Family.P1),
        new BambuModel("P1S", Family.P1),
        new BambuModel("A1", Family.A1),
        new BambuModel("A1MINI", Family.A1),
        new BambuModel("A2L", Family.Newer),
        new BambuModel("P2S", Family.Newer),
        new BambuModel("H2D", Family.Newer),
        new BambuModel("H2DPRO", Family.Newer),
        new BambuModel("H2S", Family.Newer),
        new BambuModel("H2C", Family.Newer),
        new BambuModel("X2D", Family.Newer),
    };

    // Names in get_version and in announcements, besides those for people.
    private static readonly string[] s_codes =
    {
        "BLP001", "X1C", "BLP002", "X1", "C13", "X1E", "C11", "P1P", "C12", "P1S", "N1", "A1MINI", "N2S", "A1", "N7", "P2S",
        "N6", "X2D", "N9", "A2L", "O1D", "H2D", "O1E", "H2DPRO", "O2D", "H2DPRO", "O1C", "H2C", "O1C2", "H2C", "O1S", "H2S",
        "X1CARBON", "X1C", "A1M", "A1MINI",
    };

    // The first three characters of the serial, as far as they are known.
    private static readonly string[] s_serials =
    {
        "00M", "X1C", "00W", "X1", "03W", "X1E", "01S", "P1P", "01P", "P1S", "030", "A1MINI", "039", "A1", "22E", "P2S",
        "094", "H2D", "239", "H2DPRO", "093", "H2S", "31B", "H2C", "20P", "X2D", "26A", "A2L",
    };

    private readonly Family _family;

    private BambuModel(string name, Family family)
    {
        Name = name;
        _family = family;

        // Asked for with every report, and a literal that is loaded costs the board memory each time.
        HasDummyChamber = family == Family.P1 || family == Family.A1 || name == "A2L";
    }

    private enum Family
    {
        None,
        X1,
        P1,
        A1,
        Newer,
    }

    /// <summary>Name without blanks and in capitals, such as A1MINI; empty when not known.</summary>
    public string Name { get; }

    public bool IsKnown => _family != Family.None;

    /// <summary>True for printers that lag when they are asked for everything too often.</summary>
    public bool IsWeak => _family == Family.None || _family == Family.P1 || _family == Family.A1;

    /// <summary>True where chamber_temper is a dummy.</summary>
    public bool HasDummyChamber { get; }

    /// <summary>True where the card is mounted at /mnt/sdcard.</summary>
    public bool IsX1 => _family == Family.X1;

    /// <summary>True for two nozzles with an external spool each.</summary>
    public bool HasTwoNozzles => Name == "H2D" || Name == "H2DPRO" || Name == "H2C" || Name == "X2D";

    /// <summary>True where an AMS Lite is a unit beside others, with an id of its own.</summary>
    public bool HasMixedLite => Name == "A2L";

    /// <summary>
    /// True where project_file requires the card's own path (ha-bambulab's list); the others, and unknown ones, accept
    /// ftp:/// alone (ha-bambulab issue 1892).
    /// </summary>
    public bool WantsCardUrl => _family == Family.X1 || _family == Family.P1 || _family == Family.A1;

    /// <summary>True where plain G-code can be started.</summary>
    public bool PrintsPlainGcode => _family == Family.None || _family == Family.X1 || _family == Family.P1;

    /// <summary>Whether its file server demands that a data connection resumes the session of its login (docs/bambu.md, "Files").</summary>
    public BambuSessionReuse SessionReuse =>
        _family == Family.A1 ? BambuSessionReuse.NotDemanded
        : _family == Family.X1 || Name == "P2S" || Name == "H2D" ? BambuSessionReuse.Demanded
        : BambuSessionReuse.Unknown;

    /// <summary>True for the chamber's second light.</summary>
    public bool HasSecondLight => Name == "H2D" || Name == "H2DPRO" || Name == "H2S" || Name == "H2C";

    /// <summary>The model of a name as people, get_version or announcements write it; <see cref="Unknown"/> for any other.</summary>
    public static BambuModel OfName(string? name)
    {
        string plain = Plain(name ?? "");
        if (plain.StartsWith("BAMBULAB"))
        {
            plain = plain.Substring("BAMBULAB".Length);
        }

        plain = Lookup(s_codes, plain) ?? plain;
        for (int i = 0; i < s_models.Length; i++)
        {
            if (s_models[i].Name == plain)
            {
                return s_models[i];
            }
        }

        return Unknown;
    }

    /// <summary>What configuration or serial say; <see cref="Unknown"/> when neither does.</summary>
    public static BambuModel OfConfig(PrinterConfig config)
    {
        BambuModel configured = OfName(config.Model);
        return configured.IsKnown ? configured : OfSerial(config.Serial ?? "");
    }

    /// <summary>The model of a serial number.</summary>
    public static BambuModel OfSerial(string serial) =>
        serial.Length < 3 ? Unknown : OfName(Lookup(s_serials, serial.Substring(0, 3)));

    private static string? Lookup(string[] pairs, string key)
    {
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] == key)
            {
                return pairs[i + 1];
            }
        }

        return null;
    }

    /// <summary>Letters and digits alone, in capitals.</summary>
    private static string Plain(string name)
    {
        char[] characters = name.ToUpper().ToCharArray();
        int count = 0;
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            {
                characters[count] = c;
                count++;
            }
        }

        return new string(characters, 0, count);
    }
}
