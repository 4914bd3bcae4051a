namespace Hub.Core.Tunnel;

/// <summary>A command of the cloud in the <see cref="CommandBook"/>. Changed by the book alone.</summary>
internal sealed class CommandEntry
{
    /// <summary>Its place in the order of receipt, from 1.</summary>
    public long Number { get; set; }

    /// <summary>The cloud's command_id.</summary>
    public string Id { get; set; } = "";

    /// <summary>The cloud's job whose file it brought; null for any other command.</summary>
    public string? JobId { get; set; }

    /// <summary>The cloud's name for the printer of that job, or null.</summary>
    public string? PrinterId { get; set; }

    /// <summary>True when that file is printed, false for an upload alone.</summary>
    public bool IsPrint { get; set; }

    /// <summary>True once the cloud was sent the last word on that file.</summary>
    public bool IsTold { get; internal set; }

    /// <summary>True for one of an earlier run of the hub.</summary>
    public bool IsFormer { get; internal set; }

    /// <summary>True for one without a file that was running when the hub stopped, and was not answered since.</summary>
    public bool IsCut { get; internal set; }

    /// <summary>True once its outcome is known.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>Why it failed; null for one that is done.</summary>
    public string? Error { get; internal set; }
}
