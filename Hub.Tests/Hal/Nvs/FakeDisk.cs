using System;
using System.IO;
using System.Linq;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Tests.Hal;

/// <summary>
/// A file system in memory that promises what POSIX does and no more: fsync of a file holds for its content and
/// length, fsync of a folder for its entries, and everything else may be lost, torn or reordered by a cut.
/// </summary>
internal sealed class FakeDisk : CutMedium, IDisk
{
    private FakeInode _root = FakeInode.NewFolder();

    /// <summary>A disk that lies, to see that the tests notice.</summary>
    public bool IgnoresFileFlush { get; init; }

    /// <summary>A disk that lies, to see that the tests notice.</summary>
    public bool IgnoresFolderFlush { get; init; }

    public override bool CanKill => true;

    public override INvsFiles Open() => new NvsFolder("/data/nvs", this);

    public override CutMedium Copy() => new FakeDisk
    {
        _root = _root.Copy([]),
        IgnoresFileFlush = IgnoresFileFlush,
        IgnoresFolderFlush = IgnoresFolderFlush,
    };

    public override void LosePower(Random random) => _root.LosePower(random);

    public bool FolderExists(string path) => Find(path)?.Entries != null;

    public void MakeFolder(string path)
    {
        Step();
        Parent(path).SetEntry(Path.GetFileName(path), FakeInode.NewFolder());
    }

    public void FlushFolder(string path)
    {
        Step();
        if (!IgnoresFolderFlush)
        {
            Find(path)!.Flush();
        }
    }

    public byte[]? Read(string path, int maxBytes) =>
        Find(path)?.Content is { } content ? content[..Math.Min(content.Length, maxBytes)] : null;

    public IDiskFile OpenFile(string path)
    {
        FakeInode? inode = Find(path);
        if (inode == null)
        {
            Step();
            inode = new FakeInode();
            Parent(path).SetEntry(Path.GetFileName(path), inode);
        }

        return new FakeFile(this, inode);
    }

    public void Delete(string path)
    {
        if (Find(path) != null)
        {
            Step();
            Parent(path).SetEntry(Path.GetFileName(path), null);
        }
    }

    public string[]? List(string path) =>
        Find(path)?.Entries!.Where(entry => entry.Value.Entries == null).Select(entry => entry.Key).ToArray();

    private FakeInode? Find(string path)
    {
        FakeInode? inode = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (inode?.Entries == null || !inode.Entries.TryGetValue(name, out inode))
            {
                return null;
            }
        }

        return inode;
    }

    private FakeInode Parent(string path) => Find(Path.GetDirectoryName(path)!) ?? throw new DirectoryNotFoundException(path);

    private sealed class FakeFile(FakeDisk disk, FakeInode inode) : IDiskFile
    {
        public void Write(byte[] content)
        {
            int taken = disk.Take(content.Length, isWrite: true);
            inode.Write(content.AsSpan(0, taken));
            CutIfOver(taken, content.Length);
        }

        public void SetLength(int size)
        {
            disk.Step();
            inode.SetLength(size);
        }

        public void Flush()
        {
            disk.Step();
            if (!disk.IgnoresFileFlush)
            {
                inode.Flush();
            }
        }

        public void Dispose()
        {
            // Closing puts nothing on the medium.
        }
    }
}
