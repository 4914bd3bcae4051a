using System;
using System.Collections;

namespace Hub.Core.Hal;

/// <summary>The locks of a storage that only this process uses (<see cref="INvs.TryLock"/>). Thread: any.</summary>
internal sealed class NamedLocks
{
    private readonly Hashtable _held = new Hashtable();

    /// <summary>Takes the lock; null when it is held already. Errors: <see cref="ArgumentException"/> for a bad name.</summary>
    public IDisposable? TryTake(string name)
    {
        NvsNames.Check(name);
        lock (_held)
        {
            if (_held.Contains(name))
            {
                return null;
            }

            Held held = new Held(this, name);
            _held.Add(name, held);
            return held;
        }
    }

    /// <summary>A second Dispose must not end the lock of the next holder.</summary>
    private void Release(string name, Held held)
    {
        lock (_held)
        {
            if (_held[name] == held)
            {
                _held.Remove(name);
            }
        }
    }

    private sealed class Held : IDisposable
    {
        private readonly NamedLocks _locks;
        private readonly string _name;

        public Held(NamedLocks locks, string name)
        {
            _locks = locks;
            _name = name;
        }

        public void Dispose() => _locks.Release(_name, this);
    }
}
