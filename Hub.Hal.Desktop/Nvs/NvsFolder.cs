using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>The slot files of <see cref="FileNvs"/> below one folder, readable by their owner alone.</summary>
internal sealed class NvsFolder : INvsFiles
{
    private readonly string _root;

    public NvsFolder(string root)
    {
        _root = root;
    }

    public byte[]? Read(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            byte[] content = new byte[Math.Min(file.Length, NvsSlot.MaxValueBytes + NvsSlot.Overhead)];
            int size = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            Array.Resize(ref content, size);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, "read", path);
        }
    }

    public void Write(string folder, string name, byte[] content)
    {
        string path = Path.Combine(_root, folder, name);
        try
        {
            PrivateFolder.Create(Path.Combine(_root, folder));
            bool isNew = !File.Exists(path);
            using (FileStream file = PrivateFolder.OpenFile(path, FileShare.ReadWrite | FileShare.Delete))
            {
                file.Write(content);
                file.SetLength(content.Length);
                file.Flush(flushToDisk: true);
            }

            if (isNew)
            {
                PrivateFolder.Flush(Path.Combine(_root, folder));
            }
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, "write", path);
        }
    }

    public void Remove(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // No folder, no file: there is nothing to remove.
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, "delete", path);
        }
    }

    public string[] List(string folder)
    {
        string path = Path.Combine(_root, folder);
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
            return [];
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, "list", path);
        }
    }
}
