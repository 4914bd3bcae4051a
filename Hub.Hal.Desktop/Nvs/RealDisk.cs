using System;
using System.Collections.Generic;
using System.IO;

namespace Hub.Hal.Desktop;

/// <summary>The disk of this computer, below a data folder in which nothing may belong to another user.</summary>
internal sealed class RealDisk(string dataFolder) : IDisk
{
    public bool FolderExists(string path) => Directory.Exists(path);

    public void MakeFolder(string path) => PrivateFolder.Make(path);

    public void FlushFolder(string path) => PrivateFolder.Flush(path);

    public byte[]? Read(string path, int maxBytes)
    {
        PrivateFolder.CheckOwner(dataFolder, path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            byte[] content = new byte[Math.Min(file.Length, maxBytes)];
            int size = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            Array.Resize(ref content, size);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public IDiskFile OpenFile(string path)
    {
        PrivateFolder.CheckOwner(dataFolder, path);
        return new RealFile(PrivateFolder.OpenFile(path, FileShare.ReadWrite | FileShare.Delete));
    }

    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // No folder, no file: there is nothing to remove.
        }
    }

    public string[]? List(string path)
    {
        PrivateFolder.CheckOwner(dataFolder, path);
        try
        {
            var names = new List<string>();
            foreach (string file in Directory.EnumerateFiles(path))
            {
                names.Add(Path.GetFileName(file));
            }

            return names.ToArray();
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    private sealed class RealFile(FileStream file) : IDiskFile
    {
        public void Write(byte[] content) => file.Write(content);

        public void SetLength(int size) => file.SetLength(size);

        public void Flush() => file.Flush(flushToDisk: true);

        public void Dispose() => file.Dispose();
    }
}
