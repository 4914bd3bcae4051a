namespace Hub.Core.Printers;

/// <summary>A client whose upload needs more than one socket. Thread: any.</summary>
public interface IUploadSockets
{
    /// <summary>How many sockets an upload has open at once.</summary>
    int UploadSockets { get; }
}
