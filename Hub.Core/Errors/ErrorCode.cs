namespace Hub.Core.Errors;

/// <summary>
/// What went wrong. The hundreds digit is the <see cref="ErrorClass"/>; the names in
/// <see cref="ErrorCodes.Name"/> reach the cloud as <c>error_code</c>; docs/errors.md lists them all.
/// </summary>
public enum ErrorCode
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The host name could not be resolved.</summary>
    DnsFailed = 100,

    /// <summary>No answer at the address: refused, unreachable or no route.</summary>
    ConnectFailed = 101,

    /// <summary>No answer in time.</summary>
    Timeout = 102,

    /// <summary>The connection broke; the peer may or may not have acted.</summary>
    ConnectionLost = 103,

    /// <summary>The peer's answer breaks its protocol.</summary>
    BadResponse = 104,

    /// <summary>The peer's answer is not the JSON it should be.</summary>
    BadJson = 105,

    /// <summary>The peer reports a fault of its own (HTTP 5xx).</summary>
    ServerError = 106,

    /// <summary>The printer's server runs, but the printer behind it is not connected or not ready.</summary>
    PrinterOffline = 107,

    /// <summary>The TLS handshake failed for a reason other than trust.</summary>
    TlsFailed = 108,

    /// <summary>The hub's socket budget is used up.</summary>
    OutOfSockets = 109,

    /// <summary>No buffer or memory is left for now.</summary>
    OutOfMemory = 110,

    /// <summary>The peer asks for fewer requests (HTTP 429).</summary>
    Throttled = 200,

    /// <summary>The hub's own queue for this printer is full.</summary>
    QueueFull = 201,

    /// <summary>Key, password or access code is wrong or lacks a right.</summary>
    AuthRejected = 300,

    /// <summary>No key is configured and the printer requires one.</summary>
    AuthMissing = 301,

    /// <summary>The certificate is not the one that was trusted.</summary>
    TlsUntrusted = 302,

    /// <summary>This printer system lacks the verb.</summary>
    NotSupported = 400,

    /// <summary>The printer's state does not allow it now.</summary>
    WrongState = 401,

    /// <summary>The printer does not know the file or object.</summary>
    NotFound = 402,

    /// <summary>A file of this name exists and may not be replaced, or is being printed.</summary>
    FileInUse = 403,

    /// <summary>The printer's storage is full.</summary>
    StorageFull = 404,

    /// <summary>The file is larger than the printer accepts.</summary>
    TooLarge = 405,

    /// <summary>The printer accepts no file with this name.</summary>
    BadFileName = 406,

    /// <summary>The printer accepts no file of this type.</summary>
    BadFileType = 407,

    /// <summary>The printer refused for another reason, given in the message.</summary>
    Refused = 408,

    /// <summary>No printer has this id.</summary>
    UnknownPrinter = 409,

    /// <summary>The peer answers with a redirect, which the hub does not follow.</summary>
    Redirected = 410,

    /// <summary>Another transfer to this printer is in progress.</summary>
    TransferBusy = 411,

    /// <summary>The printer accepts files only over a reused TLS session, and this machine did not offer one.</summary>
    TlsSessionRequired = 412,

    /// <summary>The start needs a clear bed, and it was not reported clear since the last job.</summary>
    BedNotClear = 413,

    /// <summary>A start's time limit passed before it could be sent: nothing was printed.</summary>
    Expired = 414,

    /// <summary>A request names no known method, or a parameter of it is wrong; the message names it.</summary>
    BadRequest = 415,

    /// <summary>A request came a second time, and its answer is not remembered any more.</summary>
    Duplicate = 416,

    /// <summary>A document or flag is wrong; the message names the key.</summary>
    ConfigInvalid = 500,

    /// <summary>The local file is missing, empty, not a file or unreadable, or no more of it came for a minute.</summary>
    SourceFailed = 501,

    /// <summary>The local file changed while it was read.</summary>
    SourceChanged = 502,

    /// <summary>The hub's own storage failed.</summary>
    StorageFailed = 503,

    /// <summary>It was cancelled.</summary>
    Cancelled = 504,

    /// <summary>A start was sent and may still happen: the printer has not shown it yet. The hub never sends it again by itself.</summary>
    StartNotShown = 505,

    /// <summary>A fault of the hub itself.</summary>
    Internal = 506,

    /// <summary>The hub stopped or was killed before it could do this: nothing was sent.</summary>
    HubStopped = 507,
}

/// <summary>What a caller may do about an error; see <see cref="ErrorCodes.ClassOf"/>.</summary>
public enum ErrorClass
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>May go away by itself: retried with backoff.</summary>
    Transient = 1,

    /// <summary>Too many requests: retried after the time the peer named, or with backoff.</summary>
    Throttled = 2,

    /// <summary>Credentials or trust: not retried before the configuration changes.</summary>
    AuthRejected = 3,

    /// <summary>The printer said no: not retried.</summary>
    Refused = 4,

    /// <summary>A fault on the hub's side: not retried.</summary>
    Fatal = 5,
}
