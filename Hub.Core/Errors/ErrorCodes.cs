namespace Hub.Core.Errors;

/// <summary>Facts about each <see cref="ErrorCode"/>. Thread: any. (The board prints enums as numbers, hence the table.)</summary>
public static class ErrorCodes
{
    /// <summary>Above all codes: six classes of a hundred each.</summary>
    private const int EndOfCodes = 600;

    /// <summary>The class of a code.</summary>
    public static ErrorClass ClassOf(ErrorCode code) => (ErrorClass)((int)code / 100);

    /// <summary>Stable name of a code, such as <c>auth_rejected</c>; <c>none</c> for no error.</summary>
    public static string Name(ErrorCode code) => code switch
    {
        ErrorCode.None => "none",
        ErrorCode.DnsFailed => "dns_failed",
        ErrorCode.ConnectFailed => "connect_failed",
        ErrorCode.Timeout => "timeout",
        ErrorCode.ConnectionLost => "connection_lost",
        ErrorCode.BadResponse => "bad_response",
        ErrorCode.BadJson => "bad_json",
        ErrorCode.ServerError => "server_error",
        ErrorCode.PrinterOffline => "printer_offline",
        ErrorCode.TlsFailed => "tls_failed",
        ErrorCode.OutOfSockets => "out_of_sockets",
        ErrorCode.Throttled => "throttled",
        ErrorCode.QueueFull => "queue_full",
        ErrorCode.AuthRejected => "auth_rejected",
        ErrorCode.AuthMissing => "auth_missing",
        ErrorCode.TlsUntrusted => "tls_untrusted",
        ErrorCode.NotSupported => "not_supported",
        ErrorCode.WrongState => "wrong_state",
        ErrorCode.NotFound => "not_found",
        ErrorCode.FileInUse => "file_in_use",
        ErrorCode.StorageFull => "storage_full",
        ErrorCode.TooLarge => "too_large",
        ErrorCode.BadFileName => "bad_file_name",
        ErrorCode.BadFileType => "bad_file_type",
        ErrorCode.Refused => "refused",
        ErrorCode.UnknownPrinter => "unknown_printer",
        ErrorCode.Redirected => "redirected",
        ErrorCode.TransferBusy => "transfer_busy",
        ErrorCode.TlsSessionRequired => "tls_session_required",
        ErrorCode.BedNotClear => "bed_not_clear",
        ErrorCode.ConfigInvalid => "config_invalid",
        ErrorCode.SourceFailed => "source_failed",
        ErrorCode.SourceChanged => "source_changed",
        ErrorCode.StorageFailed => "storage_failed",
        ErrorCode.Cancelled => "cancelled",
        ErrorCode.Expired => "expired",
        ErrorCode.BadRequest => "bad_request",
        ErrorCode.Duplicate => "duplicate",
        ErrorCode.HubStopped => "hub_stopped",
        ErrorCode.StartNotShown => "start_not_shown",
        ErrorCode.OutOfMemory => "out_of_memory",
        _ => "internal",
    };

    /// <summary>The code of a name; None when the name is not one of the hub's.</summary>
    public static ErrorCode Find(string? name)
    {
        for (int code = 0; code < EndOfCodes; code++)
        {
            if (Name((ErrorCode)code) == name && (code == (int)ErrorCode.Internal || name != "internal"))
            {
                return (ErrorCode)code;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>
    /// True when connecting again is pointless until the configuration changes: a refused login, an untrusted certificate,
    /// a wrong configuration. Everything else may pass: during an update, a reboot or a restart, the printer, its server or a proxy
    /// in front of it may answer anything for a while.
    /// </summary>
    public static bool EndsLink(ErrorCode code) =>
        ClassOf(code) == ErrorClass.AuthRejected || code == ErrorCode.ConfigInvalid;
}
