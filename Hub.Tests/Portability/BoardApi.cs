using System.Collections.Generic;
using System.Linq;
using Hub.RecordedApi;
using Hub.Tests.RecordedApi;
using Mono.Cecil;

namespace Hub.Tests.Portability;

/// <summary>What Hub.Core may use: the members of the nanoFramework assemblies that its board build references, and the known equivalences.</summary>
internal static class BoardApi
{
    /// <summary>What the parts of Hub.Core reference on the board (build/board); everything else comes from IHal.</summary>
    private static readonly HashSet<string> s_referenced =
    [
        "mscorlib",
        "nanoFramework.System.Collections",
        "nanoFramework.System.Text",
        "System.Math",
        "System.Threading",
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

    /// <summary>The members of each assembly of the board, by id, with the assembly's name.</summary>
    private static readonly Dictionary<string, string> s_assemblyOf = Load();

    public static IEnumerable<string> Equivalents => s_equivalents.Select(e => e.Id).Concat(s_attributes.Select(a => "T:" + a.Name));

    public static bool Has(string id) =>
        (s_assemblyOf.TryGetValue(id, out string? assembly) && s_referenced.Contains(assembly)) || s_equivalents.Any(e => e.Id == id);

    public static bool IsRecorded(string id) => s_assemblyOf.ContainsKey(id);

    public static bool IsCompilerAttribute(string typeName) => s_attributes.Any(a => a.Name == typeName);

    public static string Advice(string id) => s_assemblyOf.TryGetValue(id, out string? assembly)
        ? $"not for Hub.Core, whose board build does not reference {assembly}: sockets, streams and files come from IHal"
        : "nanoFramework has no such member; use one of nanoFramework.CoreLibrary or build/board-api/lists, or write it by hand";

    private static Dictionary<string, string> Load()
    {
        Dictionary<string, string> assemblyOf = [];
        using AssemblyDefinition core = BoardAssemblies.ReadCoreLibrary();
        foreach (AssemblyDefinition assembly in ReferenceMaker.Make(BoardAssemblies.Lists(), core).Prepend(core))
        {
            foreach (string id in DocId.PublicApi(assembly.MainModule))
            {
                assemblyOf.TryAdd(id, assembly.Name.Name);
            }
        }

        return assemblyOf;
    }
}
