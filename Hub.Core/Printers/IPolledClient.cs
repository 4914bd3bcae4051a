namespace Hub.Core.Printers;

/// <summary>A client that can do without its socket between two requests. Thread: the printer's worker.</summary>
public interface IPolledClient
{
    /// <summary>
    /// Closes the idle connection and keeps the link: the next request dials again. Does nothing while reports come unasked.
    /// </summary>
    void Rest();
}

/// <summary>A client whose upload needs more than one socket. Thread: any.</summary>
public interface IUploadSockets
{
    /// <summary>How many sockets an upload has open at once.</summary>
    int UploadSockets { get; }
}
