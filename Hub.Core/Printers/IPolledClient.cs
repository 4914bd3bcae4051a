namespace Hub.Core.Printers;

/// <summary>A client that does not need its socket between two requests. Thread: the printer's worker.</summary>
public interface IPolledClient
{
    /// <summary>
    /// Closes the idle connection and keeps the link: the next request dials again. Does nothing while the printer pushes its reports.
    /// </summary>
    void ReleaseIdleConnection();
}
