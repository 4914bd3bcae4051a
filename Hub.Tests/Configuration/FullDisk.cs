using System.IO;
using Hub.Hal.Desktop;

namespace Hub.Tests.Configuration;

/// <summary>A disk on which, once it is full, every file that is opened for writing is the system's file that is always full (Linux).</summary>
internal sealed class FullDisk(IDisk disk) : IDisk
{
    public bool IsFull { get; set; }

    public bool FolderExists(string path) => disk.FolderExists(path);

    public void MakeFolder(string path) => disk.MakeFolder(path);

    public void FlushFolder(string path) => disk.FlushFolder(path);

    public byte[]? Read(string path, int maxBytes) => disk.Read(path, maxBytes);

    public IDiskFile OpenFile(string path) => IsFull ? new FullFile() : disk.OpenFile(path);

    public void Delete(string path) => disk.Delete(path);

    public string[]? List(string path) => disk.List(path);

    private sealed class FullFile : IDiskFile
    {
        private readonly FileStream _file = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);

        public void Write(byte[] content) => _file.Write(content);

        public void SetLength(int size)
        {
            // A device has no length.
        }

        public void Flush() => _file.Flush();

        public void Dispose() => _file.Dispose();
    }
}
