using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// The note that an upload to a printer is under way, in the hub's storage: a hub that was killed meanwhile finds it, and removes what the upload left on
/// the card. Thread: whoever holds <see cref="TryLock"/>. Storage that fails costs the note, not the upload.
/// </summary>
/// <remarks>
/// The name may hold somebody else's file by then. What is whole, or not there, is left alone, and so is what grows or is printed; only a file that is
/// shorter than ours was, and stays so, is removed.
/// </remarks>
internal sealed class BambuLeftover
{
    /// <summary>How long a part must not grow before it is removed, in ms: a file that somebody else uploads does.</summary>
    private const int StillMs = 3000;

    private const string LockPrefix = "upload.";
    private const int KeyDigits = 20;

    private readonly IHal _hal;
    private readonly string _serial;

    public BambuLeftover(IHal hal, PrinterConfig config)
    {
        _hal = hal;
        _serial = (config.Serial ?? config.Id).ToLower();
    }

    /// <summary>Errors: those of the machine's SHA-256; a board may lack it.</summary>
    private string Key
    {
        get
        {
            byte[] serial = Encoding.UTF8.GetBytes(_serial);
            return HexText.Of(_hal.Hash.Sha256(serial, 0, serial.Length), KeyDigits);
        }
    }

    /// <summary>True when there is a note. Never throws.</summary>
    public bool Exists => Read() != null;

    /// <summary>The right to upload, to clean up and to change the note; null while another process or thread has it.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            return _hal.Nvs.TryLock(LockPrefix + Key);
        }
        catch (HubException)
        {
            return null;
        }
    }

    /// <summary>An upload of this file begins.</summary>
    public void Note(string name, long length)
    {
        try
        {
            _hal.Nvs.Write(NvsNamespaces.Uploads, Key, Encoding.UTF8.GetBytes(length.ToString() + " " + name));
        }
        catch (HubException)
        {
            // The upload is worth more than the note.
        }
    }

    /// <summary>Nothing of it can be left.</summary>
    public void Forget()
    {
        try
        {
            _hal.Nvs.Delete(NvsNamespaces.Uploads, Key);
        }
        catch (HubException)
        {
            // A note of a whole file does no harm.
        }
    }

    /// <summary>Removes what a former upload left. Where that cannot be done now, the note stays.</summary>
    /// <param name="ftps">A connection, opened when it is needed.</param>
    /// <param name="next">A file that is uploaded now and replaces the part of its name anyway; empty for none.</param>
    /// <param name="job">Name of the present job, or null.</param>
    /// <param name="file">File of the present job, or null.</param>
    /// <param name="cancel">Ends it.</param>
    public void Remove(FtpsClient ftps, string next, string? job, string? file, CancellationToken cancel)
    {
        string? note = Read();
        int space = note == null ? -1 : note.IndexOf(' ');
        if (space < 0 || !long.TryParse(note!.Substring(0, space), out long length))
        {
            return;
        }

        string name = note.Substring(space + 1);
        if (name == next)
        {
            return;
        }

        try
        {
            BambuUpload.CheckFree(name, job, file);
            if (IsPart(ftps, name, length, cancel))
            {
                ftps.Delete("/" + name, cancel);
            }

            Forget();
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.NotFound)
            {
                Forget();
            }
        }
    }

    /// <summary>Errors: <see cref="ErrorCode.TransferBusy"/> for a file that grows.</summary>
    private bool IsPart(FtpsClient ftps, string name, long length, CancellationToken cancel)
    {
        long size = ftps.Size("/" + name, cancel);
        if (size >= length)
        {
            return false;
        }

        Waits.Sleep(_hal.Clock, StillMs, cancel);
        return ftps.Size("/" + name, cancel) == size ? true : throw new HubException(ErrorCode.TransferBusy, "the file grows: somebody else uploads it");
    }

    private string? Read()
    {
        try
        {
            byte[]? note = _hal.Nvs.Read(NvsNamespaces.Uploads, Key);
            return note == null ? null : Encoding.UTF8.GetString(note, 0, note.Length);
        }
        catch (HubException)
        {
            return null;
        }
    }
}
