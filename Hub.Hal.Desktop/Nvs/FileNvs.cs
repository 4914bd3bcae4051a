using System;
using System.IO;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// Non-volatile storage in a data folder: <c>nvs/NAMESPACE_/KEY_0</c> and <c>KEY_1</c>, in the board's
/// slot format (<see cref="NvsSlot"/>). Thread: any. Several processes may share a folder.
/// </summary>
/// <remarks>
/// The '_' keeps every legal name clear of reserved ones (<c>con</c>, <c>..</c>) and of the lock file.
/// Files are made with mode 0600 and folders with 0700, because values hold keys; Windows keeps the
/// permissions of the parent folder. A folder or file that belongs to another user or is a link is refused
/// (<see cref="FileOwner"/>). A write waits up to 5 s for other processes.
/// </remarks>
public sealed class FileNvs : INvs
{
    private const int DefaultLockTimeoutMs = 5000;

    private readonly SlotNvs _slots;
    private readonly FolderLock _lock;
    private readonly LockFiles _named;
    private volatile bool _lockFailed;

    /// <summary>Makes the storage; nothing is created before the first write.</summary>
    /// <param name="dataDirectory">The hub's data folder.</param>
    /// <param name="lockTimeoutMs">How long a write waits for other processes.</param>
    public FileNvs(string dataDirectory, int lockTimeoutMs = DefaultLockTimeoutMs)
    {
        string data = Path.GetFullPath(dataDirectory);
        string root = Path.Combine(data, "nvs");
        _slots = new SlotNvs(new NvsFolder(root, new RealDisk(data)));
        _lock = new FolderLock(data, root, lockTimeoutMs);
        _named = new LockFiles(data);
    }

    /// <inheritdoc/>
    public bool IsHealthy => !_lockFailed && _slots.IsHealthy;

    /// <inheritdoc/>
    public byte[]? Read(string ns, string key)
    {
        try
        {
            return _slots.Read(ns, key);
        }
        catch (HubException damaged)
        {
            return ReadLocked(ns, key, damaged);
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadDamaged(string ns, string key) => _slots.ReadDamaged(ns, key);

    /// <inheritdoc/>
    public void Write(string ns, string key, byte[] value) => Change(() => _slots.Write(ns, key, value));

    /// <inheritdoc/>
    public void Delete(string ns, string key) => Change(() => _slots.Delete(ns, key));

    /// <inheritdoc/>
    public string[] Keys(string ns) => _slots.Keys(ns);

    /// <inheritdoc/>
    public IDisposable? TryLock(string name) => _named.TryTake(name);

    /// <summary>Another process may have written both slots during the first read: reads again under the lock.</summary>
    private byte[]? ReadLocked(string ns, string key, HubException first)
    {
        byte[]? value = null;
        bool isLocked = false;
        try
        {
            _lock.Run(() =>
            {
                isLocked = true;
                value = _slots.Read(ns, key);
            });
            return value;
        }
        catch (HubException) when (!isLocked)
        {
            throw first;
        }
    }

    private void Change(Action action)
    {
        // Stays set when the lock was not obtained; later errors are the slots' own.
        _lockFailed = true;
        _lock.Run(() =>
        {
            _lockFailed = false;
            action();
        });
    }
}
