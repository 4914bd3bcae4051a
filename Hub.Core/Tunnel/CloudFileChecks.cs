using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Systems;

namespace Hub.Core.Tunnel;

/// <summary>What is checked before a file of the cloud is accepted: a transfer that may take an hour is not begun for nothing. Thread: any.</summary>
internal static class CloudFileChecks
{
    private const long MaxBytes = 1L << 40;

    /// <summary>The message and the printer fit. Errors: what does not.</summary>
    /// <param name="message">print_command or file_begin.</param>
    /// <param name="printer">The printer.</param>
    /// <param name="hash">What checks a SHA-256.</param>
    /// <param name="mustStart">True for a print, false for an upload alone.</param>
    public static void CheckOrder(CloudMessage message, PrinterConfig printer, IHash hash, bool mustStart)
    {
        if (message.JobId == null)
        {
            throw Missing("job_id");
        }

        string file = message.FileName ?? throw Missing("file_name");
        UploadNames.Check(file);
        if (message.Sha256 != null && !(hash is IRunningHashes))
        {
            throw new HubException(ErrorCode.NotSupported, "this hub cannot check the SHA-256 of a file that passes through it: send it without sha256");
        }

        CheckType(printer, file);
        if (printer.Type != PrinterTypes.Bambu)
        {
            if (message.Options != null)
            {
                throw new HubException(ErrorCode.NotSupported, "options are for Bambu printers only: other printers use the settings in the file");
            }
        }
        else if (mustStart)
        {
            StartOptions options = message.Options ?? StartOptions.Default;
            BambuStartCheck.CheckNumbers(options);
            BambuStartCheck.Check(printer, file, options);
        }
    }

    /// <summary>The stream can be. Errors: why not.</summary>
    public static void CheckStream(CloudMessage message)
    {
        if (message.StreamId < 0)
        {
            throw Missing("stream_id");
        }

        if (message.MustStart == TriState.Unknown)
        {
            throw Missing("start");
        }

        if (message.Size < 0)
        {
            throw Missing("size");
        }

        CheckSize(message.Size);
        if (message.Size == 0)
        {
            throw new HubException(ErrorCode.SourceFailed, "the file is empty: there is nothing to upload");
        }
    }

    /// <summary>No printer stores more, and sums of lengths stay within 64 bits. Errors: that it is more.</summary>
    public static void CheckSize(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new HubException(ErrorCode.SourceFailed, "the file is larger than 1 TiB: no printer stores it");
        }
    }

    /// <summary>The printer can be sent a file, and could start it. Errors: why not.</summary>
    public static void CheckState(PrinterManager manager, string printerId, bool mustStart)
    {
        PrinterSnapshot? printer = manager.Snapshot(printerId);
        if (mustStart && printer?.StartRefusal != null)
        {
            throw printer.StartRefusal;
        }

        if (printer == null || printer.Refusal != null || !printer.Config.Enabled || printer.Config.ReadOnly)
        {
            // The manager's own words, later.
            return;
        }

        PrinterStatus status = printer.Status;
        if (!printer.HasFirstAnswer || status.State == PrinterState.Offline || status.State == PrinterState.Unknown)
        {
            throw new HubException(ErrorCode.PrinterOffline, "the printer is offline: nothing was sent");
        }

        if (mustStart && !PrinterStates.CanStart(status.State, status.ErrorCode))
        {
            throw new HubException(
                ErrorCode.WrongState,
                "the printer cannot start a print, its state is " + PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : " (" + status.ErrorMessage + ")"));
        }
    }

    /// <summary>0 for none; a limit of 0 passed long ago.</summary>
    public static long ExpiryOf(CloudMessage message)
    {
        if (message.ExpiresAtMs < 0)
        {
            return 0;
        }

        return message.ExpiresAtMs == 0 ? 1 : message.ExpiresAtMs;
    }

    /// <summary>The error for a key that the cloud left out.</summary>
    public static HubException Missing(string key) => new HubException(ErrorCode.BadResponse, key + " is missing");

    private static void CheckType(PrinterConfig printer, string file)
    {
        string name = file.ToLower();
        string[] ends = PrinterSystems.Find(printer.Type)!.FileExtensions;
        bool isPrintable = false;
        string list = "";
        for (int i = 0; i < ends.Length; i++)
        {
            list += (i == 0 ? "" : ", ") + ends[i];
            isPrintable |= name.Length > ends[i].Length && name.Substring(name.Length - ends[i].Length) == ends[i];
        }

        if (!isPrintable)
        {
            throw new HubException(ErrorCode.BadFileType, "'" + file + "' is no file that " + printer.Type + " prints (" + list + "): slice the model for this printer");
        }
    }
}
