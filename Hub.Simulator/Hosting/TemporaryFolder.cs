using System;
using System.IO;

namespace Hub.Simulator.Hosting;

/// <summary>A folder that only this user can read; disposing it deletes the folder.</summary>
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
            // A virus scanner may have a file open; the system cleans its temporary folder anyway.
        }
    }
}
