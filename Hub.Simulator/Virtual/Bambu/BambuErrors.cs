namespace Hub.Simulator.Virtual.Bambu;

/// <summary>print_error and err_code values, shown by the printer as MMMM_EEEE.</summary>
internal static class BambuErrors
{
    /// <summary>The user cancelled the print.</summary>
    public const int Cancelled = 0x0300400C;

    /// <summary>Nozzle temperature malfunction; shown for any fault of the machine without a code.</summary>
    public const int Malfunction = 0x03008008;

    /// <summary>The print file cannot be read or parsed.</summary>
    public const int Unreadable = 0x05004003;

    /// <summary>A task is running: no new one can start.</summary>
    public const int Busy = 0x05004004;

    /// <summary>"Failed to get AMS mapping table": a list of slots that does not match.</summary>
    public const int NoMapping = 0x07008012;

    /// <summary>The same for the external spool, or without a list.</summary>
    public const int NoMappingOfSpool = 0x07FF8012;

    /// <summary>The command is not signed (authorization control).</summary>
    public const int NotSigned = 84033543;

    /// <summary>HMS 0500-0500-0001-0007, raised with <see cref="NotSigned"/>.</summary>
    public const int NotSignedHmsAttr = 0x05000500;

    public const int NotSignedHmsCode = 0x00010007;
}
