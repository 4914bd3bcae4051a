using System;
using System.IO;
using System.Text;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Small files of the cloud's data folder that only their owner can read. Errors: IOException, UnauthorizedAccessException. Thread: one at a time.</summary>
internal sealed class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    /// <summary>Uses the folder, and makes it where it is missing.</summary>
    public PrivateFiles(string folder)
    {
        _folder = folder;
        Check("");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The file's full path.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>The text of a file; null when there is none.</summary>
    public string? Read(string name)
    {
        Check(name);
        return File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : null;
    }

    /// <summary>Replaces a file as a whole: after a power cut, either the old or the new one is there.</summary>
    public void Write(string name, string text)
    {
        Check(name);
        string fresh = PathOf(name + ".new");
        File.Delete(fresh);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (FileStream file = new(fresh, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, PathOf(name), overwrite: true);
    }

    /// <summary>Deletes a file, if it is there.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    private void Check(string name)
    {
        if (FileOwner.Objection(_folder, PathOf(name)) is string objection)
        {
            throw new IOException(objection);
        }
    }
}
