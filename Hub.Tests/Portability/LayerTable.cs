using System;
using System.Collections.Generic;
using System.Linq;

namespace Hub.Tests.Portability;

/// <summary>The order of an assembly's folders: each row may use the rows above it, and folders of one row do not use each other.</summary>
internal sealed class LayerTable(string root, params string[] rows)
{
    /// <summary>Name of the row of types in the root namespace.</summary>
    public const string Root = "(root)";

    private static readonly char[] s_separators = [' ', '|'];

    /// <summary>Hub.Core, from the protocols up to the whole farm. A subfolder has a row of its own only where its order matters.</summary>
    public static readonly LayerTable Core = new(
        "Hub.Core",
        "Text",
        "Errors",
        "Json",
        "Hal",
        "Logging",
        "Drivers",
        "Streams",
        "Http",
        "WebSockets | Mqtt | Ftp",
        "Printers",
        "Printers.OctoPrint",
        "Printers.PrusaLink | Printers.Moonraker | Printers.Bambu",
        "Systems",
        "Jobs",
        "Manager",
        "Configuration",
        "Network",
        "Discovery",
        "ConnectionTest",
        "Health",
        "Requests",
        "Tunnel | Provisioning",
        Root);

    /// <summary>Hub.Simulator, from the virtual printers up to the command line.</summary>
    public static readonly LayerTable Simulator = new(
        "Hub.Simulator",
        "Virtual",
        "Cloud.Errors | Cloud.Json",
        "Cloud.Store | Cloud.Access",
        "Cloud.Farm",
        "Cloud.Hubs | Cloud.Webhooks",
        "Cloud.Transfers",
        "Cloud.Rest",
        "Cloud",
        "Radio",
        "Hosting",
        "Terminal",
        "Control",
        "Bench",
        "Cli",
        Root);

    private readonly string[][] _rows = [.. rows.Select(r => r.Split(s_separators, StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The root namespace.</summary>
    public string RootNamespace { get; } = root;

    /// <summary>All folders, in order.</summary>
    public IEnumerable<string> Folders => _rows.SelectMany(r => r);

    /// <summary>The folder of the table that a namespace belongs to; null when the table names none for it.</summary>
    public string? FolderOf(string typeNamespace)
    {
        if (typeNamespace == RootNamespace)
        {
            return Root;
        }

        if (!typeNamespace.StartsWith(RootNamespace + ".", StringComparison.Ordinal))
        {
            return null;
        }

        string folder = typeNamespace[(RootNamespace.Length + 1)..];
        return Folders.Where(f => folder == f || folder.StartsWith(f + ".", StringComparison.Ordinal)).MaxBy(f => f.Length);
    }

    /// <summary>True when <paramref name="from"/> may use <paramref name="to"/>.</summary>
    public bool Allows(string from, string to) => from == to || RowOf(to) < RowOf(from);

    /// <summary>The same table with two folders swapped.</summary>
    public LayerTable Swapped(string one, string other) =>
        new(RootNamespace, [.. _rows.Select(r => string.Join(" | ", r.Select(f => f == one ? other : f == other ? one : f)))]);

    private int RowOf(string folder) => Array.FindIndex(_rows, r => r.Contains(folder));
}
