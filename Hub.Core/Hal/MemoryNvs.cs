using System;
using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>Storage that lasts as long as the object: for tests and for runs that store nothing. Thread: any.</summary>
public sealed class MemoryNvs : INvs
{
    private readonly Hashtable _namespaces = new Hashtable();
    private readonly NamedLocks _locks = new NamedLocks();

    /// <inheritdoc/>
    public bool IsHealthy => true;

    /// <inheritdoc/>
    public byte[]? Read(string ns, string key)
    {
        NvsNames.Check(key);
        Hashtable values = ValuesOf(ns);
        lock (values)
        {
            byte[]? value = (byte[]?)values[key];
            return value == null ? null : (byte[])value.Clone();
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadDamaged(string ns, string key) => null;

    /// <inheritdoc/>
    public void Write(string ns, string key, byte[] value)
    {
        NvsNames.Check(key);
        if (value == null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        if (value.Length > NvsSlot.MaxValueBytes)
        {
            throw new HubException(ErrorCode.TooLarge, "a stored value may have 1 MiB; '" + ns + "/" + key + "' has " + value.Length.ToString() + " bytes");
        }

        Hashtable values = ValuesOf(ns);
        lock (values)
        {
            values[key] = value.Clone();
        }
    }

    /// <inheritdoc/>
    public void Delete(string ns, string key)
    {
        NvsNames.Check(key);
        Hashtable values = ValuesOf(ns);
        lock (values)
        {
            values.Remove(key);
        }
    }

    /// <inheritdoc/>
    public string[] Keys(string ns)
    {
        Hashtable values = ValuesOf(ns);
        lock (values)
        {
            string[] keys = new string[values.Count];
            values.Keys.CopyTo(keys, 0);
            return keys;
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string name) => _locks.TryTake(name);

    private Hashtable ValuesOf(string ns)
    {
        NvsNames.Check(ns);
        lock (_namespaces)
        {
            Hashtable? values = (Hashtable?)_namespaces[ns];
            if (values == null)
            {
                values = new Hashtable();
                _namespaces.Add(ns, values);
            }

            return values;
        }
    }
}
