namespace Hub.Core.Hal;

/// <summary>
/// The namespaces of <see cref="INvs"/> that the hub uses. A new one is added here, with the decision whether a factory reset forgets it. Thread: any.
/// </summary>
public static class NvsNamespaces
{
    /// <summary>printers.json, cloud.json and wifi.json.</summary>
    public const string Config = "config";

    /// <summary>Certificates of printers that were trusted when they were first met.</summary>
    public const string Trust = "trust";

    /// <summary>What is known of each printer's job, bed and start.</summary>
    public const string Jobs = "jobs";

    /// <summary>The events of all jobs.</summary>
    public const string JobLog = "joblog";

    /// <summary>The cloud's last commands and their answers.</summary>
    public const string Commands = "commands";

    /// <summary>Uploads that are under way, for what they leave at a printer when the hub is killed.</summary>
    public const string Uploads = "uploads";

    /// <summary>The device's id.</summary>
    public const string System = "system";

    /// <summary>What a factory reset forgets: everything except the device's identity. The array is the caller's.</summary>
    public static string[] Forgotten() => new string[] { Config, Trust, Jobs, JobLog, Commands, Uploads };
}
