using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Keeps other processes, and other threads, from writing to a folder at the same time. Thread: any.</summary>
internal sealed class FolderLock
{
    private const int RetryMs = 10;

    private readonly string _dataFolder;
    private readonly string _folder;
    private readonly int _timeoutMs;
    private readonly object _gate = new();

    public FolderLock(string dataFolder, string folder, int timeoutMs)
    {
        _dataFolder = dataFolder;
        _folder = folder;
        _timeoutMs = timeoutMs;
    }

    /// <summary>Runs the action while holding the lock. Errors: <see cref="ErrorCode.StorageFailed"/> when it is not obtained in time.</summary>
    public void Run(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        if (!Monitor.TryEnter(_gate, _timeoutMs))
        {
            throw Busy(null);
        }

        try
        {
            using FileStream file = OpenLockFile(start);
            action();
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    private FileStream OpenLockFile(long start)
    {
        string path = Path.Combine(_folder, "lock");
        while (true)
        {
            try
            {
                PrivateFolder.CheckOwner(_dataFolder, path);
                PrivateFolder.Create(_folder);
                return PrivateFolder.OpenFile(path, FileShare.None);
            }
            catch (IOException e) when (StorageErrors.IsHeldByAnother(e))
            {
                if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > _timeoutMs)
                {
                    throw Busy(e);
                }

                Thread.Sleep(RetryMs);
            }
            catch (Exception e) when (StorageErrors.IsStorageError(e))
            {
                throw StorageErrors.Wrap(e, "write to", _folder);
            }
        }
    }

    private HubException Busy(Exception? cause) => new HubException(
        ErrorCode.StorageFailed,
        $"another program keeps the data folder '{_folder}' locked; close it and try again",
        cause!);
}
