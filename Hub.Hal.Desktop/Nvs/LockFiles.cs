using System;
using System.IO;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// Named locks among threads and processes: each is a file below <c>locks/</c> of the data folder that is open for one holder alone. The
/// system ends the lock with the process, however that ends. The file stays: if it were removed, two holders could each have one of their own.
/// Thread: any.
/// </summary>
internal sealed class LockFiles
{
    private readonly string _data;
    private readonly string _folder;

    public LockFiles(string dataFolder)
    {
        _data = dataFolder;
        _folder = Path.Combine(dataFolder, "locks");
    }

    /// <summary>Takes the lock; null when it is held already. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public IDisposable? TryTake(string name)
    {
        NvsNames.Check(name);

        // As in FileNvs, the '_' keeps every legal name clear of reserved ones.
        string path = Path.Combine(_folder, name + "_");
        try
        {
            PrivateFolder.CheckOwner(_data, path);
            PrivateFolder.Create(_folder);
            return PrivateFolder.OpenFile(path, FileShare.None);
        }
        catch (IOException e) when (StorageErrors.IsHeldByAnother(e))
        {
            return null;
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw StorageErrors.Wrap(e, "lock", path);
        }
    }
}
