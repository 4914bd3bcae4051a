namespace Hub.Core.Tunnel;

/// <summary>A command of the cloud in the <see cref="CommandBook"/>. Changed by the book alone.</summary>
internal sealed class CommandEntry
{
    /// <summary>Makes one that runs.</summary>
    /// <param name="number">Its place in the order of receipt, from 1.</param>
    /// <param name="id">The cloud's command_id.</param>
    public CommandEntry(long number, string id)
    {
        Number = number;
        Id = id;
    }

    /// <summary>Its place in the order of receipt, from 1.</summary>
    public long Number { get; }

    /// <summary>The cloud's command_id.</summary>
    public string Id { get; }

    /// <summary>True once its outcome is known.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>Why it failed; null for one that is done.</summary>
    public string? Error { get; internal set; }
}
