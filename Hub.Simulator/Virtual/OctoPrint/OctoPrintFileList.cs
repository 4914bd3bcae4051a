using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>Files and folders as OctoPrint lists them (docs/api/datamodel.rst). Thread: any.</summary>
internal sealed class OctoPrintFileList(VirtualStorage storage)
{
    /// <summary>The entries of a folder.</summary>
    public JsonArray Children(string folder, bool isRecursive, string baseUrl)
    {
        JsonArray children = [];
        foreach (string full in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            children.Add((JsonNode)Entry(full, isRecursive, isTop: false, baseUrl));
        }

        return children;
    }

    /// <summary>A file or folder.</summary>
    public JsonObject Entry(string full, bool isRecursive, bool isTop, string baseUrl)
    {
        string path = storage.RelativePath(full);
        string name = Path.GetFileName(full);
        JsonObject entry = new()
        {
            ["date"] = new DateTimeOffset(File.GetLastWriteTimeUtc(full)).ToUnixTimeSeconds(),
            ["display"] = name,
            ["name"] = name,
            ["origin"] = "local",
            ["path"] = path,
        };
        if (Directory.Exists(full))
        {
            // A folder's own answer lists its children; a list contains them only on request.
            entry["children"] = isTop || isRecursive ? Children(full, isRecursive, baseUrl) : [];
            entry["prints"] = new JsonObject { ["failure"] = 0, ["success"] = 0 };
            entry["refs"] = Refs(path, isFolder: true, baseUrl);
            entry["size"] = Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
            entry["type"] = "folder";
            entry["typePath"] = new JsonArray("folder");
        }
        else
        {
            entry["refs"] = Refs(path, isFolder: false, baseUrl);
            entry["size"] = new FileInfo(full).Length;
            entry["type"] = "machinecode";
            entry["typePath"] = new JsonArray("machinecode", "gcode");
        }

        return entry;
    }

    /// <summary>Its URLs.</summary>
    public static JsonObject Refs(string path, bool isFolder, string baseUrl)
    {
        JsonObject refs = [];
        if (!isFolder)
        {
            refs["download"] = baseUrl + "/downloads/files/local/" + OctoPrintTexts.Quote(path, "");
        }

        refs["resource"] = ResourceUrl(path, baseUrl);
        return refs;
    }

    /// <summary>The URL of its entry.</summary>
    public static string ResourceUrl(string path, string baseUrl) => baseUrl + "/api/files/local/" + OctoPrintTexts.Quote(path, "!$&'()*+,:;=@");
}
