namespace Hub.Core.Jobs;

/// <summary>What is known of a printer's bed. The numbers are stored: never change one.</summary>
public enum BedState
{
    /// <summary>No end of a job was seen, and no person reported the bed clear.</summary>
    Unknown = 0,

    /// <summary>A person reported it clear.</summary>
    Clear = 1,

    /// <summary>A job ended, and no person has reported the bed clear since.</summary>
    Occupied = 2,
}
