using System;
using System.Collections;
using System.IO;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// The slot files of <see cref="SlotNvs"/> on the board's littlefs drive, in the laptop's layout: <c>I:\nvs\NAMESPACE_\KEY_0</c>.
/// littlefs shows what was written only once the file is closed, so a power cut leaves the file as it was before. Thread: calls are serialised by the user.
/// </summary>
/// <remarks>
/// Not used, because they do not work there: File.Move onto an existing file, Directory.GetDirectories, DriveInfo, and a second opening of an open file.
/// </remarks>
internal sealed class Esp32Files : INvsFiles
{
    private const int MaxFileBytes = NvsSlot.MaxValueBytes + NvsSlot.Overhead;

    private readonly string _root;
    private readonly Hashtable _folders = new Hashtable();

    /// <summary>Makes it; nothing is created before the first write.</summary>
    /// <param name="root">The folder of all namespaces, such as <c>I:\nvs</c>.</param>
    internal Esp32Files(string root)
    {
        _root = root;
    }

    /// <inheritdoc/>
    public byte[]? Read(string folder, string name)
    {
        string path = Place(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        FileStream? file = null;
        Exception? problem = null;
        byte[]? content = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read);
            long length = file.Length;
            content = new byte[length < MaxFileBytes ? (int)length : MaxFileBytes];
            int got = 0;
            int read = 1;
            while (got < content.Length && read > 0)
            {
                read = file.Read(content, got, content.Length - got);
                got += read;
            }
        }
        catch (Exception error)
        {
            problem = error;
        }

        Close(file, ref problem);
        return problem == null ? content : throw Failure("read", path, problem);
    }

    /// <inheritdoc/>
    public void Write(string folder, string name, byte[] content)
    {
        string path = Place(folder, name);
        FileStream? file = null;
        Exception? problem = null;
        try
        {
            MakeFolder(_root);
            MakeFolder(_root + "\\" + folder);
            file = new FileStream(path, FileMode.Create, FileAccess.Write);
            file.Write(content, 0, content.Length);
            file.Flush();
        }
        catch (Exception error)
        {
            problem = error;
        }

        Close(file, ref problem);
        if (problem != null)
        {
            throw Failure("write", path, problem);
        }
    }

    /// <summary>Nothing to do: only a file that was closed, and so is on the medium, can be read.</summary>
    public void Flush(string folder, string name)
    {
        // See the summary.
    }

    /// <inheritdoc/>
    public void Remove(string folder, string name)
    {
        string path = Place(folder, name);
        Exception problem;
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return;
        }
        catch (Exception error)
        {
            problem = error;
        }

        throw Failure("delete", path, problem);
    }

    /// <inheritdoc/>
    public string[] List(string folder)
    {
        string path = _root + "\\" + folder;
        Exception problem;
        try
        {
            if (!Directory.Exists(path))
            {
                return new string[0];
            }

            string[] files = Directory.GetFiles(path);
            string[] names = new string[files.Length];
            for (int i = 0; i < files.Length; i++)
            {
                names[i] = files[i].Substring(files[i].LastIndexOf('\\') + 1);
            }

            return names;
        }
        catch (Exception error)
        {
            problem = error;
        }

        throw Failure("list", path, problem);
    }

    private static HubException Failure(string verb, string path, Exception cause)
    {
        // The CLR's own words for an exception without a message name its type alone.
        string? message = cause.Message;
        string words = message == null || message.StartsWith("Exception was thrown") ? "" : " (" + message + ")";
        return new HubException(ErrorCode.StorageFailed, "cannot " + verb + " '" + path + "': the flash storage is full, damaged or not mounted" + words, cause);
    }

    private static void Close(FileStream? file, ref Exception? problem)
    {
        try
        {
            if (file != null)
            {
                file.Dispose();
            }
        }
        catch (Exception error)
        {
            // littlefs writes when a file is closed, so a full medium may show only here.
            problem = problem == null ? error : problem;
        }
    }

    private string Place(string folder, string name) => _root + "\\" + folder + "\\" + name;

    private void MakeFolder(string path)
    {
        if (_folders.Contains(path))
        {
            return;
        }

        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
        }

        _folders.Add(path, path);
    }
}
