namespace Hub.Core.Configuration;

/// <summary>
/// Hears of a changed configuration. Thread: that of whoever made the edit, or of one who edits at the same time; one
/// call at a time, no lock is held. It may edit the configuration itself: that change is reported after this one.
/// </summary>
public interface IConfigListener
{
    /// <summary>
    /// A document was stored, or was found changed, and is in force: it is read from the <see cref="ConfigManager"/>. Changes
    /// that follow each other quickly may be reported once. What it throws is logged.
    /// </summary>
    /// <param name="documentKey">Such as <see cref="ConfigManager.PrintersKey"/>.</param>
    void ConfigChanged(string documentKey);
}
