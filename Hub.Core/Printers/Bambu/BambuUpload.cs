using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Printers.Bambu;

/// <summary>Stores a file in the root of the printer's card over FTPS. Thread: a transfer worker.</summary>
internal static class BambuUpload
{
    private const string User = "bblp";

    /// <summary>Uploads. Returns the name, which is the path in the card's root.</summary>
    /// <param name="hal">Clock, sockets, buffers and storage.</param>
    /// <param name="config">The printer.</param>
    /// <param name="tls">Whom to trust.</param>
    /// <param name="demandsReuse">True when it is not worth trying without a reused session: see <see cref="FtpsOptions.ServerDemandsSessionReuse"/>.</param>
    /// <param name="name">The file's name; it was checked.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="progress">Notified, or null.</param>
    /// <param name="leftover">Of former uploads to the printer.</param>
    /// <param name="job">Name of the present job, or null.</param>
    /// <param name="file">File of the present job, or null.</param>
    /// <param name="cancel">Ends it.</param>
    public static string Send(
        IHal hal, PrinterConfig config, TlsOptions tls, bool demandsReuse, string name, IUploadSource source, IUploadProgress? progress, BambuLeftover leftover, string? job, string? file, CancellationToken cancel)
    {
        FtpsOptions options = Options(config, tls);
        options.ServerDemandsSessionReuse = demandsReuse;
        using FtpsClient ftps = new FtpsClient(hal, options);
        using IDisposable? turn = leftover.TryLock();
        if (turn != null)
        {
            leftover.Remove(ftps, name, job, file, cancel);
            leftover.Note(name, source.Length);
        }

        Exception? failure = null;
        try
        {
            ftps.Upload("/" + name, source, progress, cancel);
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR forgets which exception it was once another was caught in between.
            failure = error;
        }

        if (turn != null && !ftps.MayLeavePart)
        {
            leftover.Forget();
        }

        return failure == null ? name : throw failure;
    }

    /// <summary>Removes what a former upload left on the card. Throws nothing. Thread: any, but only one for the printer.</summary>
    public static void CleanUp(IHal hal, PrinterConfig config, TlsOptions tls, BambuLeftover leftover, string? job, string? file, CancellationToken cancel)
    {
        using IDisposable? turn = leftover.TryLock();
        if (turn != null)
        {
            using FtpsClient ftps = new FtpsClient(hal, Options(config, tls));
            leftover.Remove(ftps, "", job, file, cancel);
            ftps.Close();
        }
    }

    /// <summary>Logs in and out again.</summary>
    public static void Check(IHal hal, PrinterConfig config, TlsOptions tls, CancellationToken cancel)
    {
        using FtpsClient ftps = new FtpsClient(hal, Options(config, tls));
        ftps.Connect(cancel);
        ftps.Close();
    }

    /// <summary>Errors: <see cref="ErrorCode.BadFileName"/> for what the card's FAT cannot store, <see cref="ErrorCode.BadFileType"/> for files no Bambu prints.</summary>
    public static void CheckName(string name)
    {
        UploadNames.Check(name);
        char[] characters = name.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            if (IsRefusedByFat(characters[i]))
            {
                throw new HubException(ErrorCode.BadFileName, "the printer's memory card does not allow '" + characters[i] + "' in a file name: rename the file");
            }
        }

        char last = characters[characters.Length - 1];
        if (last == '.' || last == ' ' || characters[0] == ' ')
        {
            throw new HubException(ErrorCode.BadFileName, "the printer's memory card does not allow a file name that begins or ends with a space, or ends with a dot: rename the file");
        }

        string lower = name.ToLower();
        if (!lower.EndsWith(".3mf") && !lower.EndsWith(".gcode"))
        {
            throw new HubException(ErrorCode.BadFileType, "Bambu printers accept only .gcode.3mf and .gcode files");
        }
    }

    /// <summary>Storing a file empties the one of the same name first: never that of the present job. Errors: <see cref="ErrorCode.WrongState"/>.</summary>
    /// <param name="name">The file to store.</param>
    /// <param name="job">Name of the present job, or null.</param>
    /// <param name="file">File of the present job, or null.</param>
    public static void CheckFree(string name, string? job, string? file)
    {
        // The card's FAT ignores case.
        string lower = name.ToLower();
        string jobLower = job == null ? "" : job.ToLower();
        string fileLower = file == null ? "" : file.Substring(file.LastIndexOf('/') + 1).ToLower();
        if (BambuStart.JobName(lower) == jobLower || lower == fileLower)
        {
            throw new HubException(ErrorCode.WrongState, "the printer is printing a file of this name: wait until it is done, or rename the new file");
        }
    }

    private static FtpsOptions Options(PrinterConfig config, TlsOptions tls) =>
        new FtpsOptions(config.Host ?? "", config.FtpsPort, User, config.AccessCode ?? new Secret(""), tls)
        {
            AllowClearData = config.FtpsClearData,
        };

    private static bool IsRefusedByFat(char c) =>
        c == '<' || c == '>' || c == ':' || c == '"' || c == '|' || c == '?' || c == '*';
}
