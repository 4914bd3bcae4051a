using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// The few operations that <see cref="SlotNvs"/> needs from a file system. Thread: calls are serialised by the
/// user. Ownership: arrays are copies. Errors: <see cref="ErrorCode.StorageFailed"/>.
/// </summary>
/// <remarks>
/// A write that is cut by a power failure may leave anything in that file, but no other file may
/// change. Writes are on the medium, in order, when the calls return; removals may reach it later. Names may begin with a dot
/// and always end in '_', "_0" or "_1", so that no reserved or special name can occur.
/// </remarks>
public interface INvsFiles
{
    /// <summary>The content of a file; null when it does not exist.</summary>
    byte[]? Read(string folder, string name);

    /// <summary>Creates or replaces a file, and its folder where needed.</summary>
    void Write(string folder, string name, byte[] content);

    /// <summary>
    /// Makes a file that <see cref="Read"/> found durable on the medium; does nothing where only finished writes can be
    /// read. A process that was killed during a write leaves bytes that the next process reads, but that a power cut would remove.
    /// </summary>
    void Flush(string folder, string name);

    /// <summary>Removes a file; no error when it does not exist.</summary>
    void Remove(string folder, string name);

    /// <summary>The names in a folder; empty when it does not exist.</summary>
    string[] List(string folder);
}
