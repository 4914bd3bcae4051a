using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Ftp;

/// <summary>
/// A client for one FTP server with implicit TLS (RFC 959, 4217): what printers need, which is storing, asking for the size
/// of and deleting a file. Thread: one owner for all members.
/// </summary>
/// <remarks>
/// Every member that talks to the server blocks, sees its cancellation within 100 ms (a dial on the board excepted) and throws
/// <see cref="HubException"/>. The connection is opened when it is needed; a refusal leaves it open, any other error closes it.
/// </remarks>
public sealed class FtpsClient : IDisposable
{
    private readonly IHal _hal;
    private readonly FtpsOptions _options;

    /// <summary>Makes a client; nothing is opened yet.</summary>
    public FtpsClient(IHal hal, FtpsOptions options)
    {
        _hal = hal;
        _options = options;
    }

    /// <summary>What the TLS handshake of the last control connection showed; null before the first.</summary>
    public TlsPeer? Peer { get; private set; }

    /// <summary>
    /// Opens the control connection and logs in; an open one is closed first. Errors: those of <see cref="ISocketFactory"/>,
    /// <see cref="ErrorCode.AuthRejected"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.BadResponse"/>, <see cref="ErrorCode.ServerError"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    public void Connect(CancellationToken cancel) => throw NotYet();

    /// <summary>
    /// Stores a file, replacing one of the same name, and returns once the server confirmed it. The connection is closed
    /// afterwards in every case. After a failure or a cancellation the part that was stored is removed; a file that was
    /// there before stays when the server refused the upload before it began.
    /// </summary>
    public void Upload(string path, IUploadSource source, IUploadProgress? progress, CancellationToken cancel) =>
        throw NotYet();

    /// <summary>Deletes a file. Errors: <see cref="ErrorCode.NotFound"/> and those of <see cref="Connect"/>.</summary>
    public void Delete(string path, CancellationToken cancel) => throw NotYet();

    /// <summary>The size of a file in bytes. Errors: <see cref="ErrorCode.NotFound"/> and those of <see cref="Connect"/>.</summary>
    public long Size(string path, CancellationToken cancel) => throw NotYet();

    /// <summary>Says QUIT, waits shortly for the farewell and closes. Throws nothing.</summary>
    public void Close() => Dispose();

    /// <summary>Closes at once.</summary>
    public void Dispose() => Peer = null;

    private HubException NotYet() => new HubException(ErrorCode.NotSupported, _options.Host + " at " + _hal.Clock.NowMs.ToString() + ": not yet");
}
