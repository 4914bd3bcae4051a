using System;
using System.IO;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Simulator.Hosting;

/// <summary>A local file to upload. A file that changes during the upload (a slicer still writes it) is an error, so that no half file is printed.</summary>
internal sealed class FileUploadSource : IUploadSource, IDisposable
{
    /// <summary>A check needs two system calls, which would slow an upload down if made for every 16 KiB.</summary>
    private const int CheckEveryBytes = 1024 * 1024;

    private readonly FileStream _file;
    private readonly DateTime _modifiedUtc;
    private long _position;

    private FileUploadSource(FileStream file)
    {
        _file = file;
        Length = file.Length;
        _modifiedUtc = File.GetLastWriteTimeUtc(file.SafeFileHandle);
    }

    public long Length { get; }

    /// <summary>Opens a file. Errors: <see cref="ErrorCode.SourceFailed"/> when it is missing, empty, unreadable or no regular file.</summary>
    public static FileUploadSource Open(string path, CancellationToken cancel) => new(UserFile.OpenRegular(path, cancel));

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (_position == Length)
        {
            return 0;
        }

        int read;
        bool isSame;
        try
        {
            read = _file.Read(buffer, offset, (int)Math.Min(count, Length - _position));
            isSame = !IsCheckDue(read) || IsUnchanged();
        }
        catch (IOException e)
        {
            throw new HubException(ErrorCode.SourceFailed, $"cannot read '{_file.Name}': {e.Message}", e);
        }

        catch (ObjectDisposedException e)
        {
            // The owner has given up while the transfer was still ending.
            throw new HubException(ErrorCode.Cancelled, "the upload was stopped", e);
        }

        if (read == 0 || !isSame)
        {
            throw new HubException(
                ErrorCode.SourceChanged, $"'{_file.Name}' changed while it was uploaded: try again when it is complete");
        }

        _position += read;
        return read;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Regularly, and always at the end, before the last bytes are passed on.</summary>
    private bool IsCheckDue(int read) => _position + read == Length || (_position + read) / CheckEveryBytes != _position / CheckEveryBytes;

    private bool IsUnchanged() => _file.Length == Length && File.GetLastWriteTimeUtc(_file.SafeFileHandle) == _modifiedUtc;
}
