using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Hub.Tests.Portability;

/// <summary>What Hub.Core may use: the recorded members of the nanoFramework assemblies it references, and the known equivalences.</summary>
internal static class BoardApi
{
    /// <summary>Recorded, but not Hub.Core's: their assemblies are not referenced by its board build.</summary>
    private static readonly (string Prefix, string Reason)[] s_left =
    [
        ("System.Net.", "sockets come from IHal"),
        ("System.IO.", "streams and files come from IHal; the package System.IO.Streams is not referenced"),
    ];

    /// <summary>
    /// Differences of overload resolution: the same source binds to another member of the board's
    /// libraries. Each was seen to compile and run on nanoCLR.
    /// </summary>
    private static readonly (string Id, string Reason)[] s_equivalents =
    [
        ("M:System.Collections.DictionaryEntry.get_Key", "a field there"),
        ("M:System.Collections.DictionaryEntry.get_Value", "a field there"),
        ("M:System.Threading.EventWaitHandle.Set", "declared by AutoResetEvent and ManualResetEvent there"),
        ("M:System.Threading.EventWaitHandle.Reset", "declared by AutoResetEvent and ManualResetEvent there"),
        ("T:System.Threading.EventWaitHandle", "the declaring type of Set and Reset; there WaitHandle is the base"),
        ("M:System.Threading.Monitor.Enter(System.Object,System.Boolean@)", "the lock statement calls Enter(object) there"),
        ("M:System.String.Format(System.String,System.Object)", "binds to params object[] there"),
        ("M:System.String.Format(System.String,System.Object,System.Object)", "binds to params object[] there"),
        ("M:System.String.Format(System.String,System.Object,System.Object,System.Object)", "binds to params object[] there"),
    ];

    /// <summary>Attributes that compilers write or that only tools read; the board's build leaves them out or has its own.</summary>
    private static readonly (string Name, string Reason)[] s_attributes =
    [
        ("System.Runtime.CompilerServices.CompilationRelaxationsAttribute", "written by the compiler where the library has it"),
        ("System.Runtime.CompilerServices.RuntimeCompatibilityAttribute", "written by the compiler where the library has it"),
        ("System.Runtime.CompilerServices.CompilerGeneratedAttribute", "written by the compiler where the library has it"),
        ("System.Runtime.CompilerServices.IsReadOnlyAttribute", "the compiler embeds its own copy there"),
        ("System.Runtime.CompilerServices.NullableAttribute", "the compiler embeds its own copy there"),
        ("System.Runtime.CompilerServices.NullableContextAttribute", "the compiler embeds its own copy there"),
    ];

    private static readonly HashSet<string> s_allowed = Load();

    public static IEnumerable<string> Equivalents => s_equivalents.Select(e => e.Id).Concat(s_attributes.Select(a => "T:" + a.Name));

    public static bool Has(string id) => s_allowed.Contains(id);

    public static bool IsRecorded(string id) => ReadLists().Contains(id);

    public static bool IsCompilerAttribute(string typeName) => s_attributes.Any(a => a.Name == typeName);

    public static string Advice(string id)
    {
        foreach ((string prefix, string reason) in s_left)
        {
            if (id.Substring(2).StartsWith(prefix, StringComparison.Ordinal))
            {
                return "not for Hub.Core, " + reason;
            }
        }

        return "nanoFramework has no such member; use one of Hub.Tests/Data/nanoframework-api-*.txt or write it by hand";
    }

    private static HashSet<string> Load()
    {
        HashSet<string> allowed = [.. ReadLists().Where(IsForCore)];
        allowed.UnionWith(s_equivalents.Select(e => e.Id));
        return allowed;
    }

    /// <summary>IOException is in mscorlib and so is there without the streams.</summary>
    private static bool IsForCore(string id) =>
        id.Contains("System.IO.IOException", StringComparison.Ordinal)
        || !s_left.Any(l => id.Substring(2).StartsWith(l.Prefix, StringComparison.Ordinal));

    private static IEnumerable<string> ReadLists()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Data");
        return File.ReadLines(Path.Combine(folder, "nanoframework-api-core.txt"))
            .Concat(File.ReadLines(Path.Combine(folder, "nanoframework-api-math.txt")));
    }
}
