using System;
using System.IO;

namespace Hub.Simulator.Hosting;

/// <summary>A folder that only this user can read, gone when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("print-farm-hub-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A virus scanner may hold a file; the system clears its temporary folder anyway.
        }
    }
}
