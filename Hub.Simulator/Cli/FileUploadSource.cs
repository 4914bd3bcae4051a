using System;
using System.IO;
using Hub.Core;
using Hub.Core.Printers;

namespace Hub.Simulator.Cli;

/// <summary>A local file to upload. A file that changes meanwhile (a slicer still writes it) is noticed, not half printed.</summary>
internal sealed class FileUploadSource : IUploadSource, IDisposable
{
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

    /// <summary>Opens a file. Errors: <see cref="ErrorCode.SourceFailed"/> when it is missing, empty, a folder or unreadable.</summary>
    public static FileUploadSource Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw Failed($"'{path}' is a folder, not a file");
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Failed($"there is no file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failed($"cannot read '{path}': {e.Message}");
        }

        if (file.Length == 0)
        {
            file.Dispose();
            throw Failed($"'{path}' is empty");
        }

        return new FileUploadSource(file);
    }

    public int Read(byte[] buffer, int offset, int count)
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
            isSame = _file.Length == Length && File.GetLastWriteTimeUtc(_file.SafeFileHandle) == _modifiedUtc;
        }
        catch (IOException e)
        {
            throw new HubException(ErrorCode.SourceFailed, $"cannot read '{_file.Name}': {e.Message}", e);
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

    private static HubException Failed(string message) => new(ErrorCode.SourceFailed, message);
}
