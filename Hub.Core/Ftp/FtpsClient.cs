using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Ftp;

/// <summary>
/// A client for one FTP server with implicit TLS (RFC 959, 4217): limited to what printers need: storing, asking for the size
/// of and deleting a file. Thread: one owner for all members.
/// </summary>
/// <remarks>
/// Every member that talks to the server blocks, sees its cancellation within 100 ms (a TCP dial excepted) and throws
/// <see cref="HubException"/>. The connection is opened when it is needed; a refusal leaves it open, any other error closes
/// it. Errors of every member: those of <see cref="ISocketFactory"/>, <see cref="ErrorCode.AuthRejected"/>,
/// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.BadResponse"/>,
/// <see cref="ErrorCode.ServerError"/>, <see cref="ErrorCode.Refused"/>, <see cref="ErrorCode.Cancelled"/>.
/// </remarks>
public sealed class FtpsClient : IDisposable
{
    /// <summary>How long a server's reply to QUIT is awaited.</summary>
    private const int FarewellMs = 500;

    private readonly IHal _hal;
    private readonly FtpsOptions _options;
    private readonly FtpControl _control;

    /// <summary>Makes a client; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets and buffers.</param>
    /// <param name="options">The server, the login and what the user allows.</param>
    public FtpsClient(IHal hal, FtpsOptions options)
    {
        if (HasLineBreak(options.User) || HasLineBreak(options.Password.Reveal()))
        {
            throw new HubException(ErrorCode.ConfigInvalid, "user name and access code must not hold line breaks");
        }

        _hal = hal;
        _options = options;
        _control = new FtpControl(hal, options);
    }

    /// <summary>True while the control connection is open, as far as is known.</summary>
    public bool IsOpen => _control.IsOpen;

    /// <summary>True when the last upload failed and may have left a file on the printer that is not known to be whole.</summary>
    public bool MayLeavePart { get; private set; }

    /// <summary>What the TLS handshake of the present or last control connection showed; null before the first.</summary>
    public TlsPeer? Peer => _control.Peer;

    /// <summary>Opens the control connection and logs in; an open one is closed first.</summary>
    public void Connect(CancellationToken cancel)
    {
        HubException failure;
        try
        {
            _control.Open(cancel);
            if (_control.ReadReply(_options.ReplyTimeoutMs, cancel) / 100 != 2)
            {
                throw FtpErrors.Common(_control.Place, _control.Code, _control.Text);
            }

            Login(cancel);
            return;
        }
        catch (HubException e)
        {
            failure = e;
        }

        _control.Close();
        throw failure;
    }

    /// <summary>
    /// Stores a file, replacing one of the same name, and returns once the server confirmed it. The connection is closed
    /// afterwards in every case. Once all bytes were sent, the stored size decides (<see cref="FtpProof"/>): the right size is success, whatever
    /// the server replied; another one is an error in spite of a confirmation; where the size is not available, the confirmation counts.
    /// After a failure or a cancellation the part that was stored is removed, which may take
    /// <see cref="FtpsOptions.CleanUpTimeoutMs"/>; where that fails the message says so, and a file that may be complete is not removed.
    /// A file that was there before stays when the server refused the upload before it began.
    /// </summary>
    /// <param name="path">Where to store it, as the server understands it: on printers a name in the root folder.</param>
    /// <param name="source">The bytes; the caller opens and closes it.</param>
    /// <param name="progress">Notified after every window, or null; of the full length only after the server's confirmation.</param>
    /// <param name="cancel">Ends the transfer.</param>
    /// <remarks>
    /// Errors besides those of every member: <see cref="ErrorCode.TlsSessionRequired"/> (before anything is sent when this
    /// machine cannot reuse a session and the server may demand it; see <see cref="FtpsOptions.ServerDemandsSessionReuse"/>),
    /// <see cref="ErrorCode.BadFileName"/>, <see cref="ErrorCode.StorageFull"/>, <see cref="ErrorCode.NotFound"/> (no such folder),
    /// <see cref="ErrorCode.TransferBusy"/>, <see cref="ErrorCode.SourceChanged"/> and those of the source.
    /// </remarks>
    public void Upload(string path, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        FtpPath.Check(path);
        MayLeavePart = false;
        bool isClear = MustBeClear();
        Exception? failure = null;
        try
        {
            if (!TryUpload(path, source, progress, isClear, cancel))
            {
                TryUpload(path, source, progress, true, cancel);
            }
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR forgets which exception it was once closing has caught another.
            failure = error;
        }

        Close();
        if (failure != null)
        {
            throw failure;
        }
    }

    /// <summary>Deletes a file. Errors besides those of every member: <see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.BadFileName"/>.</summary>
    public void Delete(string path, CancellationToken cancel)
    {
        FtpPath.Check(path);
        Run("DELE", path, cancel);
    }

    /// <summary>The size of a file in bytes. Errors besides those of every member: <see cref="ErrorCode.NotFound"/>, <see cref="ErrorCode.BadFileName"/>.</summary>
    public long Size(string path, CancellationToken cancel)
    {
        FtpPath.Check(path);

        // In the other type a server may count line ends differently.
        Run("TYPE", "I", cancel);
        Run("SIZE", path, cancel);
        long size = FtpSize.Of(_control.Text);
        return size >= 0 && _control.Code == FtpSize.Code
            ? size
            : throw FtpErrors.Common(_control.Place, _control.Code, _control.Text);
    }

    /// <summary>Sends QUIT, waits briefly for the reply and closes. Throws nothing.</summary>
    public void Close()
    {
        try
        {
            if (_control.IsOpen)
            {
                _control.Send("QUIT", "", CancellationToken.None);
                _control.TryReadReply(FarewellMs, CancellationToken.None);
            }
        }
        catch (HubException)
        {
            // The connection ends anyway.
        }

        _control.Close();
    }

    /// <summary>Closes at once, without QUIT.</summary>
    public void Dispose() => _control.Close();

    private static bool HasLineBreak(string text) => text.IndexOf('\r') >= 0 || text.IndexOf('\n') >= 0 || text.IndexOf('\0') >= 0;

    private bool MustBeClear()
    {
        if (_hal.Sockets.CanReuseTlsSession || !_options.ServerDemandsSessionReuse)
        {
            return false;
        }

        return _options.AllowClearData ? true : throw FtpErrors.CannotReuse(_control.Place);
    }

    /// <returns>False when encryption failed and the user allows the upload without it.</returns>
    private bool TryUpload(string path, IUploadSource source, IUploadProgress? progress, bool isClear, CancellationToken cancel)
    {
        EnsureOpen(cancel);
        FtpStore store = new FtpStore(_hal, _options, _control, path, isClear, cancel);
        Exception? failure = null;
        try
        {
            store.Run(source, progress);
        }
        catch (Exception error)
        {
            // Dealt with below: nanoCLR forgets which exception it was once another was caught in between.
            failure = error;
        }

        HubException? told = failure as HubException;
        if (failure == null || (told != null && told.Code != ErrorCode.Cancelled && store.MayBeWhole))
        {
            told = Prove(store, path, told, cancel);
            if (told == null)
            {
                progress?.Report(store.Length, store.Length);
                return true;
            }

            failure = told;
            if (store.IsKept)
            {
                MayLeavePart = true;
                throw told;
            }
        }

        bool isRemoved = CleanUp(store, path);
        MayLeavePart = !isRemoved;
        if (told != null && store.IsEncryptionRefused && _options.AllowClearData && !cancel.IsCancellationRequested)
        {
            // After a handshake that hung, the next try uses a new connection.
            _control.Close();
            return false;
        }

        throw isRemoved || told == null ? failure! : new HubException(told.Code, told.Message + "; a part of the file may be left on the printer", told);
    }

    /// <summary>Asks for the stored size of a file that was sent whole.</summary>
    /// <param name="store">The upload.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="failure">Why the server's confirmation is missing; null when it came.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <returns>Null when the file is complete, otherwise the error; <see cref="FtpStore.IsKept"/> says whether the file must stay.</returns>
    private HubException? Prove(FtpStore store, string path, HubException? failure, CancellationToken cancel)
    {
        FtpProof proof = new FtpProof(_hal, this, _control, _options, store, path, cancel);
        try
        {
            if (proof.IsWhole())
            {
                return null;
            }
        }
        catch (HubException cancelled)
        {
            return cancelled;
        }

        // Only a file that is known to be incomplete is removed.
        store.IsKept = !proof.IsOther;
        if (failure == null)
        {
            failure = FtpErrors.OtherSize(_control.Place, proof.OtherSize, store.Length);
        }

        return proof.IsUnknown
            ? new HubException(failure.Code, failure.Message + "; all bytes were sent, but the printer does not report the file's size: the file may be complete on the printer", failure)
            : failure;
    }

    /// <summary>Removes what an upload left on the printer, unless it never began or that is not known: the name may hold an earlier file. Ignores a cancellation, but has a time limit.</summary>
    /// <returns>True when nothing is left on the printer.</returns>
    private bool CleanUp(FtpStore store, string path)
    {
        _control.LimitMs = _hal.Clock.NowMs + _options.CleanUpTimeoutMs;
        try
        {
            store.BreakOff();
            return store.HasBegun ? Remove(path) : !store.IsInDoubt;
        }
        finally
        {
            _control.LimitMs = long.MaxValue;
        }
    }

    private bool Remove(string path)
    {
        // A server that refuses the data connection may end the control connection with it (vsftpd's 522).
        bool wasOpen = _control.IsOpen;
        return TryRemove(path) || (wasOpen && !_control.IsOpen && TryRemove(path));
    }

    private bool TryRemove(string path)
    {
        try
        {
            EnsureOpen(CancellationToken.None);
            int code = _control.Command("DELE", path, CancellationToken.None);
            return code / 100 == 2 || code == 550;
        }
        catch (HubException)
        {
            _control.Close();
            return false;
        }
    }

    private void EnsureOpen(CancellationToken cancel)
    {
        if (!_control.IsOpen)
        {
            Connect(cancel);
        }
    }

    private void Login(CancellationToken cancel)
    {
        int code = _control.Command("USER", _options.User, cancel);
        if (code == 331)
        {
            code = _control.Command("PASS", _options.Password.Reveal(), cancel);
        }

        if (code / 100 != 2)
        {
            throw FtpErrors.Login(_control.Place, code, _control.Text);
        }
    }

    private void Run(string verb, string argument, CancellationToken cancel)
    {
        EnsureOpen(cancel);
        int code = _control.Command(verb, argument, cancel);
        if (code / 100 != 2)
        {
            throw FtpErrors.File(_control.Place, code, _control.Text);
        }
    }
}
