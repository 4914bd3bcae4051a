namespace Hub.Core.Jobs;

/// <summary>What is known of a printer's bed. The numbers are stored: never change one.</summary>
public enum BedState
{
    /// <summary>No job was seen and nobody reported it clear.</summary>
    Unknown = 0,

    /// <summary>A person reported it clear, or started a job at the printer.</summary>
    Clear = 1,

    /// <summary>A job that had begun ended, and nobody reported the bed clear.</summary>
    Occupied = 2,
}
