namespace Hub.Core.Printers;

/// <summary>Yes, no, or not known.</summary>
public enum TriState
{
    /// <summary>The printer does not say.</summary>
    Unknown,

    /// <summary>It says no.</summary>
    No,

    /// <summary>It says yes.</summary>
    Yes,
}
