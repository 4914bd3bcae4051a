using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>The command line; used by build/board-api/Hub.RecordedApi.csproj and by hand (docs/board.md).</summary>
internal static class Program
{
    private const string Usage = """
        board-api record LISTDIR CORELIB.dll DLL...  writes the public API of each DLL to LISTDIR/<assembly>.txt
        board-api make LISTDIR CORELIB.dll OUTDIR    makes a reference assembly of each list, in OUTDIR
        CORELIB.dll is the board's mscorlib.
        """;

    private static int Main(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["record", string listDir, string coreLibrary, _, ..]:
                    Record(listDir, coreLibrary, args.Skip(3));
                    return 0;
                case ["make", string listDir, string coreLibrary, string outDir]:
                    Make(listDir, coreLibrary, outDir);
                    return 0;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }
        catch (Exception e) when (e is ApiFormatException or IOException or BadImageFormatException)
        {
            Console.Error.WriteLine("board-api: " + e.Message);
            return 1;
        }
    }

    private static void Record(string listDir, string coreLibrary, IEnumerable<string> files)
    {
        using CoreLibraryResolver resolver = new(coreLibrary);
        Directory.CreateDirectory(listDir);
        foreach (string file in files)
        {
            using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(file, new ReaderParameters { AssemblyResolver = resolver });
            File.WriteAllText(Path.Combine(listDir, assembly.Name.Name + ".txt"), string.Join('\n', ApiRecorder.Record(assembly)) + "\n");
        }
    }

    private static void Make(string listDir, string coreLibrary, string outDir)
    {
        using AssemblyDefinition core = AssemblyDefinition.ReadAssembly(coreLibrary);
        string[][] lists = [.. Directory.GetFiles(listDir, "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllLines)];
        Directory.CreateDirectory(outDir);
        foreach (AssemblyDefinition assembly in ReferenceMaker.Make(lists, core))
        {
            assembly.Write(Path.Combine(outDir, assembly.Name.Name + ".dll"), new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        }
    }
}
