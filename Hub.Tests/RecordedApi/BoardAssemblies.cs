using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.RecordedApi;
using Mono.Cecil;

namespace Hub.Tests.RecordedApi;

/// <summary>The board's assemblies: mscorlib from its package, the others made from their recorded lists.</summary>
internal static class BoardAssemblies
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "BoardApi");

    /// <summary>The file of mscorlib, from the package nanoFramework.CoreLibrary.</summary>
    public static string CoreLibraryFile => Path.Combine(s_folder, "mscorlib.dll");

    /// <summary>The lines of each list of build/board-api/lists.</summary>
    public static IEnumerable<IReadOnlyList<string>> Lists() => Directory.GetFiles(s_folder, "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllLines);

    /// <summary>Reads mscorlib.</summary>
    public static AssemblyDefinition ReadCoreLibrary() => AssemblyDefinition.ReadAssembly(CoreLibraryFile);
}
