using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Hub.Tests.Portability;

/// <summary>A folder uses only the folders before it in <see cref="LayerTable"/>.</summary>
[TestClass]
public sealed class LayerTests
{
    private const string SampleRoot = "Hub.Tests.Portability.LayerSamples";

    [TestMethod]
    public void HubCore_Compiled_UsesOnlyTheFoldersBefore()
    {
        LayerScanner scanner = Scan(typeof(HubException), LayerTable.Core);

        Assert.IsEmpty(scanner.Violations, Environment.NewLine + string.Join(Environment.NewLine, scanner.Violations));
        Assert.IsGreaterThan(1000, scanner.Arrows, "the scanner saw too little of Hub.Core");
    }

    [TestMethod]
    public void HubSimulator_Compiled_UsesOnlyTheFoldersBefore()
    {
        LayerScanner scanner = Scan(typeof(Hub.Simulator.Hosting.ExitCodes), LayerTable.Simulator);
        Assert.IsEmpty(scanner.Violations, Environment.NewLine + string.Join(Environment.NewLine, scanner.Violations));
    }

    [TestMethod]
    [DataRow("Hub.Core")]
    [DataRow("Hub.Simulator")]
    public void Namespaces_AreTheFolders(string project)
    {
        List<string> wrong = [];
        int count = 0;
        foreach ((string file, string folder) in SourcesOf(project))
        {
            count++;
            string expected = "namespace " + project + (folder.Length == 0 ? "" : "." + folder) + ";";
            if (!File.ReadLines(file).Contains(expected))
            {
                wrong.Add($"{file} lacks '{expected}'");
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
        Assert.IsGreaterThan(100, count);
    }

    /// <summary>The board compiles its parts one after the other, so a using that nothing needs breaks them too.</summary>
    [TestMethod]
    public void HubCore_Usings_NameOnlyFoldersBefore()
    {
        List<string> wrong = [];
        foreach ((string file, string folder) in SourcesOf("Hub.Core"))
        {
            string own = folder.Length == 0 ? LayerTable.Root : LayerTable.Core.FolderOf("Hub.Core." + folder)!;
            foreach (string line in File.ReadLines(file).Where(l => l.StartsWith("using Hub.Core.", StringComparison.Ordinal)))
            {
                string? used = LayerTable.Core.FolderOf(line["using ".Length..^1]);
                if (used == null || !LayerTable.Core.Allows(own, used))
                {
                    wrong.Add($"{file}: {line}");
                }
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [DataRow("Field -> HighType")]
    [DataRow("Event -> HighDelegate")]
    [DataRow("get_Property -> HighType")]
    [DataRow("Result -> HighType")]
    [DataRow("Parameter -> HighType")]
    [DataRow("Local -> HighType")]
    [DataRow("Call -> HighType")]
    [DataRow("ReadsField -> HighType")]
    [DataRow("Makes -> HighType")]
    [DataRow("Cast -> HighType")]
    [DataRow("GenericArgument -> HighType")]
    [DataRow("GenericCall -> HighType")]
    [DataRow("Catch -> HighException")]
    [DataRow("Attribute -> HighAttribute")]
    [DataRow("TypeOf -> HighType")]
    [DataRow("Constraint -> HighType")]
    [DataRow("Base -> HighType")]
    [DataRow("Interface -> IHigh")]
    public void Scan_UseOfAHigherFolder_IsReported(string arrow)
    {
        string[] parts = arrow.Split(" -> ");
        LayerScanner scanner = Scan(typeof(LayerTests), new LayerTable(SampleRoot, "Low", "High"));

        Assert.Contains($"Low.LowType.{parts[0]} -> High.{parts[1]}", scanner.Violations);
    }

    [TestMethod]
    public void Scan_LambdaThatUsesAHigherFolder_IsReported() =>
        Assert.IsTrue(Scan(typeof(LayerTests), new LayerTable(SampleRoot, "Low", "High")).Violations.Any(v => v.Contains("<Lambda>", StringComparison.Ordinal)));

    [TestMethod]
    public void Scan_UseOfALowerFolder_IsAllowed()
    {
        LayerScanner scanner = Scan(typeof(LayerTests), new LayerTable(SampleRoot, "Low", "High"));

        Assert.IsFalse(scanner.Violations.Any(v => v.StartsWith("High.", StringComparison.Ordinal)), "the lower folder may be used");
        Assert.IsFalse(scanner.Violations.Any(v => v.StartsWith("Low.LowType.Own", StringComparison.Ordinal)), "the own folder may be used");
    }

    [TestMethod]
    public void Scan_FoldersOfOneRow_DoNotUseEachOther()
    {
        LayerScanner scanner = Scan(typeof(LayerTests), new LayerTable(SampleRoot, "Low | High"));

        Assert.IsTrue(scanner.Violations.Any(v => v.StartsWith("Low.", StringComparison.Ordinal)));
        Assert.IsTrue(scanner.Violations.Any(v => v.StartsWith("High.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Scan_FolderThatTheTableLacks_IsReported() =>
        Assert.IsTrue(Scan(typeof(LayerTests), new LayerTable(SampleRoot, "Low")).Violations.Any(v => v.Contains("High.HighType is in a folder", StringComparison.Ordinal)));

    [TestMethod]
    [DataRow("Errors", "Manager")]
    [DataRow("Http", "Printers")]
    [DataRow("Printers", "Configuration")]
    [DataRow("Manager", "Discovery")]
    public void Scan_HubCoreWithTwoFoldersSwapped_Fails(string one, string other) =>
        Assert.IsNotEmpty(Scan(typeof(HubException), LayerTable.Core.Swapped(one, other)).Violations);

    [TestMethod]
    [DataRow("Virtual", "Bench")]
    [DataRow("Hosting", "Terminal")]
    [DataRow("Hosting", "Control")]
    [DataRow("Hosting", "Bench")]
    [DataRow("Control", "Cli")]
    [DataRow("Bench", "Cli")]
    public void Scan_HubSimulatorWithTwoFoldersSwapped_Fails(string one, string other) =>
        Assert.IsNotEmpty(Scan(typeof(Hub.Simulator.Hosting.ExitCodes), LayerTable.Simulator.Swapped(one, other)).Violations);

    private static LayerScanner Scan(Type member, LayerTable table)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(member.Assembly.Location, Samples.Resolving());
        LayerScanner scanner = new(table);
        scanner.Scan(assembly);
        return scanner;
    }

    /// <summary>Source files of a project, each with its folder, separated by dots.</summary>
    private static IEnumerable<(string File, string Folder)> SourcesOf(string project)
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", project));
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(root, file))!.Replace(Path.DirectorySeparatorChar, '.');
            if (folder.Split('.')[0] is not ("obj" or "bin"))
            {
                yield return (file, folder);
            }
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
