using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Hal;

namespace Hub.Tests.Kills;

/// <summary>What outlives the processes of a hub: the values in its storage, and who holds which lock.</summary>
internal sealed class SharedDisk
{
    public Dictionary<string, byte[]> Values { get; } = [];

    public Dictionary<string, DyingNvs> Locks { get; } = [];
}

/// <summary>One process's view of the storage. It dies at a chosen write, before or after that has reached the disk; its locks are free then.</summary>
internal sealed class DyingNvs(SharedDisk disk) : INvs
{
    private readonly List<string> _held = [];

    public bool IsDead { get; private set; }

    /// <summary>At which write from now on it dies; 0 for none.</summary>
    public int DiesAtWrite { get; set; }

    /// <summary>Whether that write still reaches the disk.</summary>
    public bool DiesAfterWrite { get; set; }

    public bool IsHealthy => true;

    public void Die()
    {
        IsDead = true;
        foreach (string name in _held.Where(name => disk.Locks.GetValueOrDefault(name) == this))
        {
            disk.Locks.Remove(name);
        }
    }

    public byte[]? Read(string ns, string key)
    {
        CheckAlive();
        return disk.Values.TryGetValue(ns + "/" + key, out byte[]? value) ? (byte[])value.Clone() : null;
    }

    public byte[]? ReadDamaged(string ns, string key) => null;

    public void Write(string ns, string key, byte[] value) => Change(() => disk.Values[ns + "/" + key] = (byte[])value.Clone());

    public void Delete(string ns, string key) => Change(() => disk.Values.Remove(ns + "/" + key));

    public string[] Keys(string ns)
    {
        CheckAlive();
        return [.. disk.Values.Keys.Where(key => key.StartsWith(ns + "/", StringComparison.Ordinal)).Select(key => key[(ns.Length + 1)..])];
    }

    public IDisposable? TryLock(string name)
    {
        CheckAlive();
        if (disk.Locks.ContainsKey(name))
        {
            return null;
        }

        disk.Locks[name] = this;
        _held.Add(name);
        return new Held(this, name);
    }

    public void CheckAlive()
    {
        if (IsDead)
        {
            throw new PowerCut();
        }
    }

    private void Change(Action change)
    {
        CheckAlive();
        bool isLast = DiesAtWrite == 1;
        DiesAtWrite -= DiesAtWrite > 0 ? 1 : 0;
        if (!isLast || DiesAfterWrite)
        {
            change();
        }

        if (isLast)
        {
            Die();
            throw new PowerCut();
        }
    }

    private void Release(string name)
    {
        if (!IsDead && _held.Remove(name))
        {
            disk.Locks.Remove(name);
        }
    }

    private sealed class Held(DyingNvs nvs, string name) : IDisposable
    {
        public void Dispose() => nvs.Release(name);
    }
}
