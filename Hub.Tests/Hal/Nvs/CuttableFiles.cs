using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Hal;

/// <summary>Files in memory whose power is cut after a number of bytes; every removal counts as one.</summary>
internal sealed class CuttableFiles : INvsFiles
{
    private readonly SortedDictionary<string, byte[]> _files;

    public CuttableFiles()
        : this(new SortedDictionary<string, byte[]>(StringComparer.Ordinal))
    {
    }

    private CuttableFiles(SortedDictionary<string, byte[]> files)
    {
        _files = files;
    }

    /// <summary>What was removed: a removal may not have reached the medium when the power goes.</summary>
    public Dictionary<string, byte[]> Removed { get; } = [];

    /// <summary>Bytes until the cut.</summary>
    public int BytesLeft { get; set; } = int.MaxValue;

    /// <summary>True: the file keeps its old bytes behind the cut. False: it ends there.</summary>
    public bool IsInPlace { get; set; }

    public IEnumerable<string> Names => _files.Keys;

    /// <summary>The medium after the power came back.</summary>
    public CuttableFiles Copy() => new(new SortedDictionary<string, byte[]>(_files, StringComparer.Ordinal));

    public void Damage(string path) => _files[path] = [0xFF, .. _files[path][1..]];

    public byte[]? Read(string folder, string name) => _files.GetValueOrDefault(folder + "/" + name);

    public void Write(string folder, string name, byte[] content)
    {
        string path = folder + "/" + name;
        int written = Math.Min(BytesLeft, content.Length);
        byte[] rest = IsInPlace ? _files.GetValueOrDefault(path, []).Skip(written).ToArray() : [];
        _files[path] = written == content.Length ? content : [.. content[..written], .. rest];
        Spend(content.Length);
    }

    public void Flush(string folder, string name)
    {
        // What was written is on this medium.
    }

    public void Remove(string folder, string name)
    {
        Spend(1);
        if (_files.Remove(folder + "/" + name, out byte[]? content))
        {
            Removed[folder + "/" + name] = content;
        }
    }

    /// <summary>Undoes a removal.</summary>
    public void Restore(string path) => _files[path] = Removed[path];

    public string[] List(string folder) =>
        _files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(path => path[(folder.Length + 1)..]).ToArray();

    private void Spend(int bytes)
    {
        BytesLeft -= bytes;
        if (BytesLeft < 0)
        {
            BytesLeft = 0;
            throw new HubException(ErrorCode.StorageFailed, "the power is cut");
        }
    }
}
