namespace Hub.Simulator.Cloud.Transfers;

/// <summary>The stages of a transfer.</summary>
internal static class FileStages
{
    /// <summary>The file is asked for, or comes to the hub, and the printer has nothing yet.</summary>
    public const string Downloading = "downloading";

    /// <summary>The printer is getting it.</summary>
    public const string Uploading = "uploading";

    /// <summary>The printer has it.</summary>
    public const string Complete = "complete";

    /// <summary>It was not sent whole, or not started.</summary>
    public const string Failed = "failed";

    /// <summary>Somebody ended it.</summary>
    public const string Cancelled = "cancelled";
}
