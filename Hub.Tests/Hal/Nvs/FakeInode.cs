using System;
using System.Collections.Generic;
using System.Linq;

namespace Hub.Tests.Hal;

/// <summary>A file or folder of <see cref="FakeDisk"/>: what programs see, and what the medium may hold of it.</summary>
internal sealed class FakeInode
{
    private const int SectorSize = 512;

    private readonly HashSet<int> _pendingSectors = [];
    private readonly List<int> _pendingLengths = [];
    private readonly Dictionary<string, List<FakeInode?>> _pendingEntries = [];
    private byte[] _durable = [];

    /// <summary>Entries of a folder; null for a file.</summary>
    public SortedDictionary<string, FakeInode>? Entries { get; init; }

    public byte[] Content { get; private set; } = [];

    public static FakeInode NewFolder() => new() { Entries = new(StringComparer.Ordinal) };

    /// <summary>Overwrites from the start.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] content = new byte[Math.Max(Content.Length, bytes.Length)];
        Content.CopyTo(content, 0);
        bytes.CopyTo(content);
        Content = content;
        _pendingLengths.Add(content.Length);
        for (int at = 0; at < bytes.Length; at += SectorSize)
        {
            _pendingSectors.Add(at / SectorSize);
        }
    }

    public void SetLength(int size)
    {
        byte[] content = new byte[size];
        Content.AsSpan(0, Math.Min(size, Content.Length)).CopyTo(content);
        Content = content;
        _pendingLengths.Add(size);
    }

    /// <summary>Links or, with null, unlinks a name.</summary>
    public void SetEntry(string name, FakeInode? inode)
    {
        if (!_pendingEntries.TryGetValue(name, out List<FakeInode?>? states))
        {
            _pendingEntries[name] = states = [Entries!.GetValueOrDefault(name)];
        }

        states.Add(inode);
        PutEntry(name, inode);
    }

    public void Flush()
    {
        _durable = Content;
        _pendingSectors.Clear();
        _pendingLengths.Clear();
        _pendingEntries.Clear();
    }

    /// <summary>Any of the changes since the last flush reached the medium, in any order; a file's sectors may hold anything then.</summary>
    public void LosePower(Random random)
    {
        foreach ((string name, List<FakeInode?> states) in _pendingEntries)
        {
            PutEntry(name, states[random.Next(states.Count)]);
        }

        if (_pendingLengths.Count > 0)
        {
            TearContent(random);
        }

        Flush();
        foreach (FakeInode inode in Entries?.Values.ToArray() ?? [])
        {
            inode.LosePower(random);
        }
    }

    public FakeInode Copy(Dictionary<FakeInode, FakeInode> known)
    {
        if (known.TryGetValue(this, out FakeInode? copy))
        {
            return copy;
        }

        // Contents are never changed in place, so both may hold the same arrays.
        copy = new FakeInode { Entries = Entries == null ? null : new(StringComparer.Ordinal), Content = Content, _durable = _durable };
        known[this] = copy;
        copy._pendingSectors.UnionWith(_pendingSectors);
        copy._pendingLengths.AddRange(_pendingLengths);
        foreach ((string name, FakeInode inode) in Entries ?? [])
        {
            copy.Entries![name] = inode.Copy(known);
        }

        foreach ((string name, List<FakeInode?> states) in _pendingEntries)
        {
            copy._pendingEntries[name] = states.ConvertAll(inode => inode?.Copy(known));
        }

        return copy;
    }

    private void PutEntry(string name, FakeInode? inode)
    {
        Entries!.Remove(name);
        if (inode != null)
        {
            Entries[name] = inode;
        }
    }

    private void TearContent(Random random)
    {
        int pick = random.Next(_pendingLengths.Count + 1);
        byte[] torn = new byte[pick == 0 ? _durable.Length : _pendingLengths[pick - 1]];
        Copy(_durable, torn, 0, torn.Length);
        foreach (int sector in _pendingSectors.Order())
        {
            int at = sector * SectorSize;
            int end = Math.Min(at + SectorSize, torn.Length);
            int kind = random.Next(5);
            if (at < end && kind == 0)
            {
                random.NextBytes(torn.AsSpan(at, end - at));
            }
            else if (at < end && kind < 4)
            {
                // Half of them only to a byte within: not every medium writes whole sectors.
                Copy(Content, torn, at, kind == 1 ? random.Next(at, end + 1) : end);
            }
        }

        Content = torn;
    }

    private static void Copy(byte[] from, byte[] to, int start, int end)
    {
        int size = Math.Min(Math.Min(from.Length, to.Length), end) - start;
        if (size > 0)
        {
            Array.Copy(from, start, to, start, size);
        }
    }
}
