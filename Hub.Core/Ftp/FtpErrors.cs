using Hub.Core.Errors;

namespace Hub.Core.Ftp;

/// <summary>What a server's refusals mean, in words for users; the differences between servers stand here. Thread: any.</summary>
internal static class FtpErrors
{
    /// <summary>There is no room for the file (RFC 959 section 4.2): only a part was stored.</summary>
    internal const int NoRoom = 452;

    /// <summary>ProFTPD checks its number of clients only after the login, and refuses with the code of a wrong password.</summary>
    private const string TooManyClients = "maximum number";

    /// <summary>
    /// A refused login; the server's words are left out, as they could echo the password. 421 says nothing about the password.
    /// </summary>
    public static HubException Login(string place, int code, string text) => (code / 100 == 5 && text.IndexOf(TooManyClients) < 0) || code == 332 || code == 430
        ? new HubException(ErrorCode.AuthRejected, place + " does not accept the user name or the access code (" + code.ToString() + "): set the current one")
        : Common(place, code, text);

    /// <summary>A refused SIZE or DELE.</summary>
    public static HubException File(string place, int code, string text) => code == 550
        ? new HubException(ErrorCode.NotFound, place + " does not have the file, or does not give access to it" + Quote(code, text))
        : Common(place, code, text);

    /// <summary>A refused upload.</summary>
    /// <param name="place">The server's host and port.</param>
    /// <param name="code">Of the reply.</param>
    /// <param name="text">Of the reply.</param>
    /// <param name="path">Where it was to be stored.</param>
    /// <param name="isClear">True when the data connection was not encrypted.</param>
    public static HubException Store(string place, int code, string text, string path, bool isClear)
    {
        switch (code)
        {
            case 425:
                // ProFTPD's words for a data connection without the control connection's session.
                return !isClear && text.IndexOf("not permitted") >= 0
                    ? SessionRequired(place, code, text)
                    : new HubException(ErrorCode.TransferBusy, place + " could not open the data connection" + Quote(code, text) + ": is another upload to it in progress?");
            case 426:
                return new HubException(ErrorCode.ConnectionLost, place + " broke off the upload" + Quote(code, text));
            case 451:
                return new HubException(ErrorCode.StorageFull, place + " could not write the file" + Quote(code, text) + ": is its memory card full or faulty?");
            case NoRoom:
            case 552:
                return new HubException(ErrorCode.StorageFull, place + " has no room for the file" + Quote(code, text) + ": delete files on its memory card");
            case 522:
                return isClear
                    ? new HubException(ErrorCode.Refused, place + " accepts no unencrypted files" + Quote(code, text) + ": do not allow clear data for it")
                    : SessionRequired(place, code, text);
            case 550:
                return text.IndexOf("No such") >= 0
                    ? new HubException(ErrorCode.NotFound, place + " has no folder for the file" + Quote(code, text))
                    : new HubException(ErrorCode.Refused, place + " does not allow the file to be stored" + Quote(code, text));
            case 553:
                return FtpPath.IsFatLegal(path)
                    ? new HubException(ErrorCode.Refused, place + " could not create the file" + Quote(code, text) + ": is there a memory card in the printer, and does the folder exist?")
                    : new HubException(ErrorCode.BadFileName, place + " could not create the file" + Quote(code, text) + ": its name holds characters that memory cards do not allow, rename it");
            default:
                return Common(place, code, text);
        }
    }

    /// <summary>A confirmed upload whose stored size differs.</summary>
    public static HubException OtherSize(string place, long size, long length) => new HubException(
        ErrorCode.StorageFull,
        place + " confirmed the upload, but stored " + size.ToString() + " of " + length.ToString() + " bytes: is its memory card full or faulty?");

    /// <summary>A server that requires a reused session, which this machine cannot offer.</summary>
    public static HubException CannotReuse(string place) => new HubException(
        ErrorCode.TlsSessionRequired,
        place + " accepts files only over a reused TLS session, which this hub's machine cannot offer: upload from a hub on a laptop, or put the file on the printer's memory card");

    /// <summary>A reply that its command does not allow, or a refusal that means the same everywhere.</summary>
    public static HubException Common(string place, int code, string text)
    {
        switch (code)
        {
            case 421:
                return new HubException(ErrorCode.ServerError, place + " ends the connection" + Quote(code, text) + ": are too many programs connected to it?");
            case 530 when text.IndexOf(TooManyClients) >= 0:
                return new HubException(ErrorCode.ServerError, place + " has too many clients" + Quote(code, text));
            case 530:
            case 532:
                return new HubException(ErrorCode.AuthRejected, place + " requires a login" + Quote(code, text) + ": set the current access code");
            default:
                break;
        }

        switch (code / 100)
        {
            case 4:
                return new HubException(ErrorCode.ServerError, place + " reports a fault of its own" + Quote(code, text));
            case 5:
                return new HubException(ErrorCode.Refused, place + " refuses" + Quote(code, text));
            default:
                return new HubException(ErrorCode.BadResponse, place + " gave an unexpected answer" + Quote(code, text));
        }
    }

    private static HubException SessionRequired(string place, int code, string text) => new HubException(
        ErrorCode.TlsSessionRequired,
        place + " accepts files only over a reused TLS session" + Quote(code, text) + ": upload from a hub on a laptop, or put the file on the printer's memory card");

    private static string Quote(int code, string text) => text.Length == 0 ? " (" + code.ToString() + ")" : " (" + code.ToString() + " " + text + ")";
}
