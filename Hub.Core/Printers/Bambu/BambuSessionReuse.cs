namespace Hub.Core.Printers.Bambu;

/// <summary>Whether a file server accepts a file over a data connection with a TLS session of its own, as the board's must be (docs/bambu.md, "Files").</summary>
internal enum BambuSessionReuse
{
    /// <summary>No report says, or reports contradict each other: the first upload shows it.</summary>
    Unknown,

    /// <summary>It accepts any session.</summary>
    NotDemanded,

    /// <summary>It accepts only the session of its control connection, and answers 522 to any other.</summary>
    Demanded,
}
