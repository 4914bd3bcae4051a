using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>One STOR over an open control connection. Thread: one owner.</summary>
internal sealed class FtpStore
{
    /// <summary>
    /// How long the answer to STOR is awaited before the TLS handshake begins without it. vsftpd, ProFTPD and printers send it before
    /// their side of the handshake, which also reveals a refusal at once; a printer with a slow card or stick may need seconds, and
    /// hangs in a handshake that began before its answer (open-bamboo-networking <c>research/06.03-ftps.md</c>, "Delayed data-channel
    /// TLS"). A server that answers only after the handshake costs this wait.
    /// </summary>
    private const int EarlyReplyMs = 10000;

    /// <summary>How long the server's reason is awaited after the data connection broke.</summary>
    private const int ReasonMs = 2000;

    private const int EnteringPassiveMode = 227;
    private const int EnteringExtendedPassiveMode = 229;
    private const int NotLoggedIn = 530;

    private readonly FtpsOptions _options;
    private readonly FtpControl _control;
    private readonly FtpData _data;
    private readonly string _path;
    private readonly bool _isClear;
    private readonly CancellationToken _cancel;
    private bool _isAsked;
    private bool _isAllSent;

    /// <summary>Prepares it.</summary>
    internal FtpStore(IHal hal, FtpsOptions options, FtpControl control, string path, bool isClear, CancellationToken cancel)
    {
        _options = options;
        _control = control;
        _data = new FtpData(hal, options, control);
        _path = path;
        _isClear = isClear;
        _cancel = cancel;
    }

    /// <summary>True once the server said that the upload begins: an earlier file of the name is gone then.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>True when the server was asked to store the file and never said whether it began: what the name holds now is not known.</summary>
    internal bool IsInDoubt => _isAsked && !HasBegun && FinalCode == 0;

    /// <summary>Code of the server's final reply to the upload; 0 while there is none.</summary>
    internal int FinalCode { get; private set; }

    /// <summary>Length of the file; known once <see cref="Run"/> has begun.</summary>
    internal long Length { get; private set; }

    /// <summary>
    /// True when every byte was sent and the server then said nothing, or that something of its own failed (4xx, but not for
    /// lack of room): the file may still be complete, and its size shows it.
    /// </summary>
    internal bool MayBeWhole => _isAllSent && HasBegun && (FinalCode == 0 || (FinalCode / 100 == 4 && FinalCode != FtpErrors.NoRoom));

    /// <summary>True once the server confirmed the upload (226).</summary>
    internal bool IsConfirmed => FinalCode / 100 == 2;

    /// <summary>True when what is stored must not be removed after a failure.</summary>
    internal bool IsKept { get; set; }

    /// <summary>True once it is known that no further reply to STOR will arrive on the control connection: another command was answered, or it is a new connection.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>True when the encryption failed and nothing of the file was read: it can be tried unencrypted.</summary>
    internal bool IsEncryptionRefused { get; private set; }

    /// <summary>Stores the file. Errors: see <see cref="FtpsClient.Upload"/>.</summary>
    internal void Run(IUploadSource source, IUploadProgress? progress)
    {
        Protect();
        Expect(_control.Command("TYPE", "I", _cancel));
        OpenData();
        Length = source.Length;
        SendFile(source, progress);
        _isAllSent = true;
        _data.Finish();
        TakeFinalReply(_options.FinalReplyTimeoutMs);
        if (FinalCode / 100 != 2)
        {
            throw Refusal();
        }
    }

    /// <summary>The server's final reply arrived late, after another command.</summary>
    internal void NoteLateReply(int code) => NoteReply(code);

    /// <summary>
    /// After a failure: breaks the data connection off and reads the replies that are due on the control connection, so that commands may
    /// follow. Throws nothing but leaves the control connection closed when that fails.
    /// </summary>
    internal void BreakOff()
    {
        _data.Abort();
        try
        {
            while (_isAsked && FinalCode == 0 && !IsSettled && _control.IsOpen)
            {
                NoteReply(_control.ReadReply(_options.CleanUpTimeoutMs, CancellationToken.None));
            }
        }
        catch (HubException)
        {
            _control.Close();
        }
    }

    private void Protect()
    {
        if (_control.Command("PBSZ", "0", _cancel) / 100 == 2 && _control.Command("PROT", _isClear ? "C" : "P", _cancel) / 100 == 2)
        {
            return;
        }

        if (_control.Code / 100 != 5 || _control.Code == 530)
        {
            throw FtpErrors.Common(_control.Place, _control.Code, _control.Text);
        }

        IsEncryptionRefused = !_isClear;
        throw new HubException(ErrorCode.Refused, _control.Place + (_isClear
            ? " accepts no unencrypted files (" : " accepts no encrypted files (") + _control.Code.ToString() + " " + _control.Text + ")");
    }

    private void OpenData()
    {
        _data.Open(AskPort());
        _isAsked = true;
        _control.Send("STOR", _path, _cancel);
        if (!_isClear)
        {
            if (_control.TryReadReply(EarlyReplyMs, _cancel))
            {
                TakeBegin();
            }

            Encrypt();
        }

        if (!HasBegun)
        {
            _control.ReadReply(_options.ReplyTimeoutMs, _cancel);
            TakeBegin();
        }
    }

    private int AskPort()
    {
        int code = _control.Command("PASV", "", _cancel);
        if (code / 100 == 5 && code != NotLoggedIn)
        {
            // A server that has only the newer command (RFC 2428).
            code = _control.Command("EPSV", "", _cancel);
        }

        if (code != EnteringPassiveMode && code != EnteringExtendedPassiveMode)
        {
            throw FtpErrors.Common(_control.Place, code, _control.Text);
        }

        int port = code == EnteringPassiveMode ? FtpPassive.Port(_control.Text) : FtpPassive.ExtendedPort(_control.Text);
        return port != 0
            ? port
            : throw new HubException(ErrorCode.BadResponse, _control.Place + " gave no usable data port (" + code.ToString() + " " + _control.Text + ")");
    }

    private void Encrypt()
    {
        try
        {
            _data.Encrypt(_cancel);
        }
        catch (HubException error)
        {
            if (error.Code != ErrorCode.Timeout && error.Code != ErrorCode.TlsFailed && error.Code != ErrorCode.ConnectionLost)
            {
                throw;
            }

            IsEncryptionRefused = true;
            throw ReasonOr(error);
        }
    }

    private void SendFile(IUploadSource source, IUploadProgress? progress)
    {
        if (!TrySendFile(source, progress))
        {
            FinalCode = _control.Code;
            throw _data.Explain(FinalCode / 100 == 2
                ? new HubException(ErrorCode.ConnectionLost, _control.Place + " ended the upload before the file was whole")
                : Refusal());
        }
    }

    private bool TrySendFile(IUploadSource source, IUploadProgress? progress)
    {
        try
        {
            return _data.Send(source, progress, _cancel);
        }
        catch (HubException error)
        {
            if (error.Code != ErrorCode.ConnectionLost)
            {
                throw;
            }

            throw _data.Explain(ReasonOr(error));
        }
    }

    /// <summary>The server's own reason for a data connection that broke, or else the error.</summary>
    private HubException ReasonOr(HubException error)
    {
        try
        {
            while (FinalCode == 0 && _control.TryReadReply(ReasonMs, _cancel))
            {
                NoteReply(_control.Code);
            }
        }
        catch (HubException second)
        {
            if (second.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // The control connection broke too: the first error says more.
        }

        return FinalCode != 0 && FinalCode / 100 != 2 ? Refusal() : error;
    }

    private void TakeBegin()
    {
        NoteReply(_control.Code);
        if (!HasBegun)
        {
            throw Refusal();
        }
    }

    private void TakeFinalReply(int timeoutMs)
    {
        while (FinalCode == 0)
        {
            if (!_control.TryReadReply(timeoutMs, _cancel))
            {
                // The connection stays open: the stored size can be asked for over it.
                throw new HubException(ErrorCode.Timeout, _control.Place + " did not confirm the upload within " + Ascii.Duration(timeoutMs));
            }

            NoteReply(_control.Code);
        }
    }

    private void NoteReply(int code)
    {
        if (code / 100 == 1)
        {
            HasBegun = true;
        }
        else
        {
            FinalCode = code;
        }
    }

    private void Expect(int code)
    {
        if (code / 100 != 2)
        {
            throw FtpErrors.Common(_control.Place, code, _control.Text);
        }
    }

    private HubException Refusal() => FtpErrors.Store(_control.Place, _control.Code, _control.Text, _path, _isClear);
}
