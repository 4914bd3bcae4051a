using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;

namespace Hub.Tests.Portable;

/// <summary>Storage in memory that stops before a write: what the medium holds after a power cut between two writes.</summary>
public class CutNvs : INvs
{
    private readonly MemoryNvs _nvs = new MemoryNvs();

    /// <summary>Writes and deletes until the cut.</summary>
    public int WritesLeft { get; set; } = int.MaxValue;

    /// <summary>Writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>"namespace/key" of a value that is damaged, or null.</summary>
    public string? Damaged { get; set; }

    public bool IsHealthy => true;

    public byte[]? Read(string ns, string key)
    {
        Reads++;
        if (ns + "/" + key == Damaged)
        {
            throw new HubException(ErrorCode.StorageFailed, "damaged");
        }

        return _nvs.Read(ns, key);
    }

    public byte[]? ReadDamaged(string ns, string key) => ns + "/" + key == Damaged ? _nvs.Read(ns, key) : null;

    public void Write(string ns, string key, byte[] value)
    {
        Spend();
        _nvs.Write(ns, key, value);
        if (ns + "/" + key == Damaged)
        {
            Damaged = null;
        }
    }

    public void Delete(string ns, string key)
    {
        Spend();
        _nvs.Delete(ns, key);
    }

    public string[] Keys(string ns) => _nvs.Keys(ns);

    public IDisposable? TryLock(string name) => _nvs.TryLock(name);

    private void Spend()
    {
        if (WritesLeft <= 0)
        {
            throw new HubException(ErrorCode.StorageFailed, "the power is cut");
        }

        WritesLeft--;
        Writes++;
    }
}

/// <summary>Events for tests.</summary>
internal static class SampleEvents
{
    public static JobEvent At(long id) => new JobEvent
    {
        Id = id,
        TimeMs = 1700000000000 + id,
        PrinterId = "printer-" + (id % 3).ToString(),
        Kind = JobEventKind.Started,
        JobId = id,
        Job = "part " + id.ToString() + ".gcode",
    };

    public static ArrayList From(long firstId, int count)
    {
        ArrayList list = new ArrayList();
        for (int i = 0; i < count; i++)
        {
            list.Add(At(firstId + i));
        }

        return list;
    }
}
