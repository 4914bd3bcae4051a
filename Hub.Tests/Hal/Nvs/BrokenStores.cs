using Hub.Core.Hal;

namespace Hub.Tests.Hal;

/// <summary>A store with one file per key, which a cut destroys.</summary>
internal sealed class SingleSlotNvs(INvsFiles files) : INvs
{
    public bool IsHealthy => true;

    public byte[]? Read(string ns, string key) => NvsSlot.Decode(files.Read(ns, key))?.Value;

    public byte[]? ReadDamaged(string ns, string key) => null;

    public void Write(string ns, string key, byte[] value) => files.Write(ns, key, NvsSlot.Encode(1, value));

    public void Delete(string ns, string key) => files.Remove(ns, key);

    public System.IDisposable? TryLock(string name) => throw new System.NotSupportedException();

    public string[] Keys(string ns) => System.Array.FindAll(files.List(ns), key => Read(ns, key) != null);
}

/// <summary>Files below a store that does one step of its work wrong.</summary>
internal abstract class WrongFiles(INvsFiles files) : INvsFiles
{
    protected INvsFiles Files => files;

    public byte[]? Read(string folder, string name) => files.Read(folder, name);

    public virtual void Write(string folder, string name, byte[] content) => files.Write(folder, name, content);

    public virtual void Flush(string folder, string name) => files.Flush(folder, name);

    public void Remove(string folder, string name) => files.Remove(folder, name);

    public string[] List(string folder) => files.List(folder);
}

/// <summary>Deletes without tombstones.</summary>
internal sealed class NoTombstones(INvsFiles files) : WrongFiles(files)
{
    public override void Write(string folder, string name, byte[] content)
    {
        if (NvsSlot.Decode(content)!.Value != null)
        {
            Files.Write(folder, name, content);
        }
    }
}

/// <summary>Writes over the newer slot.</summary>
internal sealed class NewerSlotFirst(INvsFiles files) : WrongFiles(files)
{
    public override void Write(string folder, string name, byte[] content)
    {
        string other = name[..^1] + (name[^1] == '0' ? '1' : '0');
        long own = NvsSlot.Decode(Read(folder, name))?.Sequence ?? -1;
        long others = NvsSlot.Decode(Read(folder, other))?.Sequence ?? -1;
        Files.Write(folder, others > own ? other : name, content);
    }
}

/// <summary>Writes over a slot before the other one, of a killed process, is known to be on the medium.</summary>
internal sealed class TrustsWhatItReads(INvsFiles files) : WrongFiles(files)
{
    public override void Flush(string folder, string name)
    {
    }
}
