using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Hal;

/// <summary>Non-volatile storage with two slots per key on top of plain files. Thread: any.</summary>
/// <remarks>
/// The first write of a key fills both slots, one after the other. So a single damaged file means a
/// first write that was cut (the key is absent), and two damaged files mean lost data, which is
/// reported. A delete writes a tombstone to both slots before it removes the files: whichever of them comes
/// back after a power cut, the old value does not.
/// </remarks>
public sealed class SlotNvs : INvs
{
    private const string SuffixA = "_0";
    private const string SuffixB = "_1";

    private readonly INvsFiles _files;
    private readonly object _gate = new object();
    private readonly Hashtable _damaged = new Hashtable();
    private readonly NamedLocks _locks = new NamedLocks();
    private bool _writeFailed;

    /// <summary>Makes the storage; nothing is read yet.</summary>
    public SlotNvs(INvsFiles files)
    {
        _files = files;
    }

    /// <inheritdoc/>
    public bool IsHealthy
    {
        get
        {
            lock (_gate)
            {
                return !_writeFailed && _damaged.Count == 0;
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? Read(string ns, string key)
    {
        CheckNames(ns, key);
        lock (_gate)
        {
            Pair pair = Load(ns, key);
            if (pair.IsDamaged)
            {
                throw new HubException(ErrorCode.StorageFailed, "the stored value '" + ns + "/" + key + "' is damaged; restore a backup, or start over with 'factory-reset'");
            }

            return pair.Value;
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadDamaged(string ns, string key)
    {
        CheckNames(ns, key);
        lock (_gate)
        {
            byte[]? a = _files.Read(ns + "_", key + SuffixA);
            byte[]? b = _files.Read(ns + "_", key + SuffixB);
            return a != null && b != null && new Pair(a, b).IsDamaged ? Joined(a, b) : null;
        }
    }

    /// <inheritdoc/>
    public void Write(string ns, string key, byte[] value)
    {
        CheckNames(ns, key);
        if (value == null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        if (value.Length > NvsSlot.MaxValueBytes)
        {
            throw new HubException(ErrorCode.TooLarge, "a stored value may have 1 MiB; '" + ns + "/" + key + "' has " + value.Length.ToString() + " bytes");
        }

        lock (_gate)
        {
            _writeFailed = true;
            Pair pair = LoadToChange(ns, key);
            Put(ns, key + pair.OlderSuffix, pair.Sequence + 1, value);
            if (pair.Value == null)
            {
                Put(ns, key + pair.NewerSuffix, pair.Sequence + 2, value);
            }

            _damaged.Remove(ns + "/" + key);
            _writeFailed = false;
        }
    }

    /// <inheritdoc/>
    public void Delete(string ns, string key)
    {
        CheckNames(ns, key);
        lock (_gate)
        {
            _writeFailed = true;
            Pair pair = LoadToChange(ns, key);
            if (pair.Exists)
            {
                Put(ns, key + pair.OlderSuffix, pair.Sequence + 1, null);
                Put(ns, key + pair.NewerSuffix, pair.Sequence + 2, null);
                _files.Remove(ns + "_", key + SuffixA);
                _files.Remove(ns + "_", key + SuffixB);
                _damaged.Remove(ns + "/" + key);
            }

            _writeFailed = false;
        }
    }

    /// <inheritdoc/>
    public string[] Keys(string ns)
    {
        NvsNames.Check(ns);
        lock (_gate)
        {
            string[] names = _files.List(ns + "_");
            Hashtable seen = new Hashtable();
            ArrayList keys = new ArrayList();
            for (int i = 0; i < names.Length; i++)
            {
                string name = names[i];
                if (!name.EndsWith(SuffixA) && !name.EndsWith(SuffixB))
                {
                    continue;
                }

                string key = name.Substring(0, name.Length - SuffixA.Length);
                if (!seen.Contains(key))
                {
                    seen.Add(key, key);
                    Pair pair = Load(ns, key);
                    if (pair.Value != null || pair.IsDamaged)
                    {
                        keys.Add(key);
                    }
                }
            }

            return TextList.ToArray(keys);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Among the threads that share this object: who lets several processes use its files needs locks that they share too.</remarks>
    public IDisposable? TryLock(string name) => _locks.TryTake(name);

    private static void CheckNames(string ns, string key)
    {
        NvsNames.Check(ns);
        NvsNames.Check(key);
    }

    private static byte[] Joined(byte[] a, byte[] b)
    {
        int lengthA = Least(a.Length, NvsSlot.MaxValueBytes);
        int lengthB = Least(b.Length, NvsSlot.MaxValueBytes - lengthA);
        byte[] joined = new byte[lengthA + lengthB];
        Array.Copy(a, joined, lengthA);
        Array.Copy(b, 0, joined, lengthA, lengthB);
        return joined;
    }

    private static int Least(int a, int b) => a < b ? a : b;

    private Pair Load(string ns, string key)
    {
        Pair pair = new Pair(_files.Read(ns + "_", key + SuffixA), _files.Read(ns + "_", key + SuffixB));
        if (pair.IsDamaged)
        {
            _damaged[ns + "/" + key] = key;
        }
        else
        {
            _damaged.Remove(ns + "/" + key);
        }

        return pair;
    }

    /// <summary>The slot that stays must be on the medium before the other one is overwritten.</summary>
    private Pair LoadToChange(string ns, string key)
    {
        Pair pair = Load(ns, key);
        if (pair.IsReadable)
        {
            _files.Flush(ns + "_", key + pair.NewerSuffix);
        }

        return pair;
    }

    private void Put(string ns, string name, long sequence, byte[]? value) =>
        _files.Write(ns + "_", name, NvsSlot.Encode(sequence, value));

    /// <summary>Both slots of a key, as read.</summary>
    private sealed class Pair
    {
        private readonly bool _isNewestInA;

        public Pair(byte[]? a, byte[]? b)
        {
            NvsSlot? slotA = NvsSlot.Decode(a);
            NvsSlot? newest = NvsSlot.Newest(slotA, NvsSlot.Decode(b));
            _isNewestInA = newest != null && newest == slotA;
            Sequence = newest == null ? 0 : newest.Sequence;
            Value = newest == null ? null : newest.Value;
            Exists = a != null || b != null;
            IsReadable = newest != null;
            IsDamaged = newest == null && a != null && b != null;
        }

        public long Sequence { get; }

        public byte[]? Value { get; }

        public bool Exists { get; }

        public bool IsReadable { get; }

        public bool IsDamaged { get; }

        public string OlderSuffix => _isNewestInA ? SuffixB : SuffixA;

        public string NewerSuffix => _isNewestInA ? SuffixA : SuffixB;
    }
}
