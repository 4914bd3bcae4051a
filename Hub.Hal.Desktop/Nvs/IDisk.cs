using System;

namespace Hub.Hal.Desktop;

/// <summary>
/// The file operations of <see cref="NvsFolder"/>, one for each operation of the system, so that a test can
/// cut the power between any two of them. Errors: those of System.IO.
/// </summary>
internal interface IDisk
{
    bool FolderExists(string path);

    /// <summary>Makes one folder; its parent exists.</summary>
    void MakeFolder(string path);

    /// <summary>Makes the folder's entries durable, where the system can.</summary>
    void FlushFolder(string path);

    /// <summary>The content up to a size; null when there is no such file.</summary>
    byte[]? Read(string path, int maxBytes);

    /// <summary>Opens for writing at the start; makes the file where needed.</summary>
    IDiskFile OpenFile(string path);

    /// <summary>Removes the entry; no error when it does not exist.</summary>
    void Delete(string path);

    /// <summary>Names of the files; null when there is no such folder.</summary>
    string[]? List(string path);
}

/// <summary>A file open for writing.</summary>
internal interface IDiskFile : IDisposable
{
    void Write(byte[] content);

    void SetLength(int size);

    /// <summary>Makes content and length durable, not the entry in the folder.</summary>
    void Flush();
}
