using System;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Storage of threads that stop as on the board, each call of which costs CPU time. Thread: any.</summary>
internal sealed class BoardNvs(INvs nvs, SingleCore core) : INvs
{
    public bool IsHealthy => nvs.IsHealthy;

    public byte[]? Read(string ns, string key)
    {
        core.Call();
        return nvs.Read(ns, key);
    }

    public byte[]? ReadDamaged(string ns, string key)
    {
        core.Call();
        return nvs.ReadDamaged(ns, key);
    }

    public void Write(string ns, string key, byte[] value)
    {
        core.Call();
        nvs.Write(ns, key, value);
    }

    public void Delete(string ns, string key)
    {
        core.Call();
        nvs.Delete(ns, key);
    }

    public string[] Keys(string ns)
    {
        core.Call();
        return nvs.Keys(ns);
    }

    public IDisposable? TryLock(string name)
    {
        core.Pass();
        return nvs.TryLock(name);
    }
}
