using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Ftp;

/// <summary>One STOR over an open control connection. Thread: one owner.</summary>
internal sealed class FtpStore
{
    /// <summary>
    /// How long the answer to STOR is awaited before the TLS handshake begins without it. Servers send it before their
    /// side of the handshake (facts F), so a refusal is known at once; one that sends it afterwards costs this wait.
    /// </summary>
    private const int EarlyReplyMs = 1000;

    /// <summary>How long the server's reason is looked for after the data connection broke.</summary>
    private const int ReasonMs = 2000;

    private const int EnteringPassiveMode = 227;
    private const int TransferAborted = 426;

    private readonly FtpsOptions _options;
    private readonly FtpControl _control;
    private readonly FtpData _data;
    private readonly string _path;
    private readonly bool _isClear;
    private readonly CancellationToken _cancel;
    private bool _isSent;
    private bool _hasFinalReply;

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

    /// <summary>True once the server said that the upload begins: what had the name before is gone then.</summary>
    internal bool HasBegun { get; private set; }

    /// <summary>True when the server was asked to store the file and never said whether it began: nobody knows what the name holds now.</summary>
    internal bool IsInDoubt => _isSent && !HasBegun && !_hasFinalReply;

    /// <summary>True when encryption was what failed, and nothing was read of the file: it can be tried in clear.</summary>
    internal bool IsEncryptionRefused { get; private set; }

    /// <summary>Stores the file. Errors: see <see cref="FtpsClient.Upload"/>.</summary>
    internal void Run(IUploadSource source, IUploadProgress? progress)
    {
        Protect();
        Expect(_control.Command("TYPE", "I", _cancel));
        OpenData();
        long length = source.Length;
        SendFile(source, progress);
        _data.Finish();
        TakeFinalReply(_options.FinalReplyTimeoutMs);
        Judge(length);
        progress?.Report(length, length);
    }

    /// <summary>
    /// After a failure: breaks the data connection off and reads what is due on the control connection, so that commands may
    /// follow. Throws nothing but leaves the control connection closed when that fails.
    /// </summary>
    internal void BreakOff()
    {
        _data.Abort();
        try
        {
            while (_isSent && !_hasFinalReply && _control.IsOpen)
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
            ? " takes no unencrypted files (" : " takes no encrypted files (") + _control.Code.ToString() + " " + _control.Text + ")");
    }

    private void OpenData()
    {
        if (_control.Command("PASV", "", _cancel) != EnteringPassiveMode)
        {
            throw FtpErrors.Common(_control.Place, _control.Code, _control.Text);
        }

        int port = FtpPassive.Port(_control.Text);
        if (port == 0)
        {
            throw new HubException(ErrorCode.BadResponse, _control.Place + " gives no sound data port (227 " + _control.Text + ")");
        }

        _data.Open(port);
        _isSent = true;
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

    private void Encrypt()
    {
        try
        {
            _data.Encrypt(_cancel);
        }
        catch (HubException error) when (error.Code == ErrorCode.Timeout || error.Code == ErrorCode.TlsFailed || error.Code == ErrorCode.ConnectionLost)
        {
            IsEncryptionRefused = true;
            throw ReasonOr(error);
        }
    }

    private void SendFile(IUploadSource source, IUploadProgress? progress)
    {
        try
        {
            if (!_data.Send(source, progress, _cancel))
            {
                _hasFinalReply = true;
                throw _control.Code / 100 == 2
                    ? new HubException(ErrorCode.ConnectionLost, _control.Place + " ended the upload before the file was whole")
                    : Refusal();
            }
        }
        catch (HubException error) when (error.Code == ErrorCode.ConnectionLost)
        {
            throw ReasonOr(error);
        }
    }

    /// <summary>What the server itself says about a data connection that broke, or else the error.</summary>
    private HubException ReasonOr(HubException error)
    {
        try
        {
            while (!_hasFinalReply && _control.TryReadReply(ReasonMs, _cancel))
            {
                NoteReply(_control.Code);
            }
        }
        catch (HubException second) when (second.Code != ErrorCode.Cancelled)
        {
            // The control connection broke too: the first error tells more.
        }

        return _hasFinalReply && _control.Code / 100 != 2 ? Refusal() : error;
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
        while (!_hasFinalReply)
        {
            NoteReply(_control.ReadReply(timeoutMs, _cancel));
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
            _hasFinalReply = true;
        }
    }

    /// <summary>Judges the final reply. Some printers answer 426 to an upload that is whole: its size decides (X1C, facts A4).</summary>
    private void Judge(long length)
    {
        int code = _control.Code;
        if (code / 100 == 2)
        {
            return;
        }

        HubException refusal = Refusal();
        if (code != TransferAborted || AskSize() != length)
        {
            throw refusal;
        }
    }

    /// <returns>The stored size, or -1 when the server does not tell.</returns>
    private long AskSize()
    {
        try
        {
            return _control.Command("SIZE", _path, _cancel) == FtpSize.Code ? FtpSize.Of(_control.Text) : -1;
        }
        catch (HubException error) when (error.Code != ErrorCode.Cancelled)
        {
            return -1;
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
