namespace Hub.Core.Printers;

/// <summary>A client that does not need its socket between two requests. Thread: the printer's worker.</summary>
public interface IPolledClient
{
    /// <summary>Time between two polls, in ms, as the worker has it; poll_ms until it says another. A client may close its connection for a long one.</summary>
    int PollIntervalMs { get; set; }

    /// <summary>
    /// Closes the idle connection and keeps the link: the next request dials again. Does nothing while the printer pushes its reports.
    /// </summary>
    void ReleaseIdleConnection();
}
