namespace Hub.Core.Manager;

/// <summary>When a command is done.</summary>
public enum CommandEnd
{
    /// <summary>As soon as the printer accepted it.</summary>
    Accepted = 0,

    /// <summary>When a later state shows its outcome (<see cref="CommandProof"/>).</summary>
    ProvenByState = 1,

    /// <summary>When the printer has shown the job (<see cref="Hub.Core.Printers.StartEvidence"/>).</summary>
    ProvenByEvidence = 2,
}
