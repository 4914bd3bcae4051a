using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>The slot files of <see cref="FileNvs"/> below one folder, readable by their owner alone.</summary>
/// <remarks>
/// Order of a write: entry, content, length, flush of the file, flush of the folder. The folder is flushed
/// even when the file existed before: the process that made it may have been killed before its flush.
/// A removal is not flushed; both slots hold tombstones by then.
/// </remarks>
internal sealed class NvsFolder : INvsFiles
{
    private readonly string _root;
    private readonly IDisk _disk;
    private readonly HashSet<string> _flushedPaths = [];

    public NvsFolder(string root, IDisk disk)
    {
        _root = root;
        _disk = disk;
    }

    public byte[]? Read(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        return Run("read", path, () => _disk.Read(path, NvsSlot.MaxValueBytes + NvsSlot.Overhead));
    }

    public void Write(string folder, string name, byte[] content)
    {
        string path = Path.Combine(_root, folder, name);
        Run("write", path, () =>
        {
            Prepare(Path.Combine(_root, folder));
            using (IDiskFile file = _disk.OpenFile(path))
            {
                file.Write(content);
                file.SetLength(content.Length);
                file.Flush();
            }

            _disk.FlushFolder(Path.Combine(_root, folder));
            return true;
        });
    }

    public void Flush(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        Run("write", path, () =>
        {
            Prepare(Path.Combine(_root, folder));
            using (IDiskFile file = _disk.OpenFile(path))
            {
                file.Flush();
            }

            _disk.FlushFolder(Path.Combine(_root, folder));
            return true;
        });
    }

    public void Remove(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        Run("delete", path, () =>
        {
            _disk.Delete(path);
            return true;
        });
    }

    public string[] List(string folder)
    {
        string path = Path.Combine(_root, folder);
        return Run("list", path, () => _disk.List(path) ?? []);
    }

    private static T Run<T>(string verb, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, verb, path);
        }
    }

    /// <summary>
    /// Makes the folder and its parents where needed and flushes the entry of each, once per process and
    /// existing ones too: the process that made them may have been killed before its flush.
    /// </summary>
    private void Prepare(string path)
    {
        if (_flushedPaths.Contains(path) && _disk.FolderExists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            Prepare(parent);
        }

        if (!_disk.FolderExists(path))
        {
            _disk.MakeFolder(path);
        }

        if (!string.IsNullOrEmpty(parent))
        {
            _disk.FlushFolder(parent);
        }

        _flushedPaths.Add(path);
    }
}
