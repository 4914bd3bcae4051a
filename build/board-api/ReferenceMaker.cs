using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>
/// Makes reference assemblies from the lists of <see cref="ApiRecorder"/>: name, version and public API are those of the
/// recorded assemblies, and every body only throws.
/// </summary>
internal static class ReferenceMaker
{
    /// <summary>Makes all assemblies of a set of lists.</summary>
    /// <param name="lists">The lines of each list.</param>
    /// <param name="coreLibrary">The board's real mscorlib.</param>
    /// <exception cref="ApiFormatException">A line cannot be read, or names a type that no assembly has.</exception>
    public static IReadOnlyList<AssemblyDefinition> Make(IEnumerable<IReadOnlyList<string>> lists, AssemblyDefinition coreLibrary)
    {
        List<(AssemblyDefinition Assembly, IReadOnlyList<string> Lines)> made = [.. lists.Select(l => (Empty(l), l))];
        Dictionary<string, AssemblyDefinition> known = made.Select(m => m.Assembly).Append(coreLibrary).ToDictionary(a => a.Name.Name);

        // All types of all assemblies first, so that every name in a signature can be found.
        List<(TypeMaker Maker, IReadOnlyList<string> Lines)> makers = [];
        foreach ((AssemblyDefinition assembly, IReadOnlyList<string> lines) in made)
        {
            string[] uses = [.. lines.Where(l => l.StartsWith("uses ", StringComparison.Ordinal)).Select(l => l.Substring(5))];
            foreach (string name in uses)
            {
                // Of an assembly that no list describes, only the name is known; it is in no signature.
                assembly.MainModule.AssemblyReferences.Add(new AssemblyNameReference(name, known.GetValueOrDefault(name)?.Name.Version ?? new Version(0, 0, 0, 0)));
            }

            TypeResolver resolver = new(assembly.MainModule, uses.Where(known.ContainsKey).Select(u => known[u].MainModule));
            TypeMaker maker = new(assembly.MainModule, resolver);
            foreach (string line in lines.Where(IsType))
            {
                maker.Declare(line);
            }

            makers.Add((maker, lines));
        }

        // Constants of enums next, for the constants of their type.
        foreach ((TypeMaker maker, IReadOnlyList<string> lines) in makers)
        {
            foreach (string line in lines.Where(IsType))
            {
                maker.DefineEnum(line);
            }
        }

        foreach ((TypeMaker maker, IReadOnlyList<string> lines) in makers)
        {
            foreach (string line in lines)
            {
                if (IsType(line))
                {
                    maker.Define(line);
                }
                else if (line.StartsWith(' '))
                {
                    maker.AddMember(line);
                }
            }
        }

        return [.. made.Select(m => m.Assembly)];
    }

    private static bool IsType(string line) =>
        line.Length > 0 && line[0] != ' ' && !line.StartsWith("assembly ", StringComparison.Ordinal) && !line.StartsWith("uses ", StringComparison.Ordinal);

    private static AssemblyDefinition Empty(IReadOnlyList<string> lines)
    {
        LineReader reader = new(lines[0]);
        reader.Expect("assembly");
        string name = reader.Take();
        return Version.TryParse(reader.Take(), out Version? version)
            ? AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition(name, version), name, ModuleKind.Dll)
            : throw reader.Wrong("a version expected");
    }
}
