using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.RecordedApi;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Hub.Tests.RecordedApi;

/// <summary>build/board-api: the recorded lists and the reference assemblies made from them say the same.</summary>
[TestClass]
public sealed class RecordedApiTests
{
    /// <summary>What the lists can say and the recorded assemblies happen not to have, each in one line.</summary>
    private static readonly string[] s_rareForms =
    [
        "assembly Rare 1.2.3.4",
        "uses mscorlib",
        "",
        "[System.AttributeUsageAttribute(System.AttributeTargets 12, AllowMultiple = bool true, Inherited = bool false)] public sealed class Rare.MarkAttribute : System.Attribute",
        "  public .ctor(string name)",
        "",
        "public abstract class Rare.Outer : System.IDisposable",
        "  public const char Letter = 65",
        "  public const double Nothing = NaN",
        "  public const string Text = \"a \\\"quoted\\\" \\u00e9\\u000a\\\\\"",
        "  protected static readonly object[][] s_table",
        "  protected .ctor()",
        "  public object Item[int index, string key] { get; set; }",
        "  public int Limit { get; protected set; }",
        "  protected abstract int Steps { get; }",
        "  public virtual event System.EventHandler Changed",
        "  public sealed virtual void Dispose()",
        "  protected abstract override void Finalize()",
        "  public static string Format(string format, params object[] items)",
        "  protected internal void Grow(ref int[] values, out string[,] table, long by = -1, string name = null)",
        "  public sealed override string ToString()",
        "  public static Rare.Outer op_Addition(Rare.Outer left, Rare.Outer right)",
        "",
        "protected delegate bool Rare.Outer+Filter(ref int value, string name)",
        "",
        "public enum Rare.Outer+Mode : byte",
        "  None = 0",
        "  All = 255",
    ];

    [TestMethod]
    public void Record_OfWhatWasMade_IsTheList()
    {
        using AssemblyDefinition core = BoardAssemblies.ReadCoreLibrary();
        IReadOnlyList<string>[] lists = [.. BoardAssemblies.Lists()];

        AssemblyDefinition[] read = [.. ReferenceMaker.Make(lists, core).Select(WrittenAndRead)];

        Assert.IsGreaterThan(15, lists.Length);
        for (int i = 0; i < lists.Length; i++)
        {
            CollectionAssert.AreEqual(lists[i].ToArray(), ApiRecorder.Record(read[i]).ToArray(), lists[i][0]);
        }
    }

    [TestMethod]
    public void Record_RareForms_SurviveTheRoundTrip()
    {
        using AssemblyDefinition core = BoardAssemblies.ReadCoreLibrary();

        AssemblyDefinition read = WrittenAndRead(ReferenceMaker.Make([s_rareForms], core).Single());

        CollectionAssert.AreEqual(s_rareForms, ApiRecorder.Record(read).ToArray());
    }

    [TestMethod]
    public void Record_GenericType_IsRefused()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Made", new Version(1, 0)), "Made", ModuleKind.Dll);
        TypeDefinition type = new("Made", "Box`1", TypeAttributes.Public, assembly.MainModule.TypeSystem.Object);
        type.GenericParameters.Add(new GenericParameter("T", type));
        MethodDefinition method = new("Open", MethodAttributes.Public, type.GenericParameters[0]);
        type.Methods.Add(method);
        assembly.MainModule.Types.Add(type);

        ApiFormatException e = Assert.ThrowsExactly<ApiFormatException>(() => ApiRecorder.Record(assembly));

        StringAssert.Contains(e.Message, "generic");
    }

    [TestMethod]
    public void Make_UnknownType_NamesIt()
    {
        using AssemblyDefinition core = BoardAssemblies.ReadCoreLibrary();
        string[] list = ["assembly Rare 1.0.0.0", "uses mscorlib", "", "public class Rare.One", "  public Rare.Two Get()"];

        ApiFormatException e = Assert.ThrowsExactly<ApiFormatException>(() => ReferenceMaker.Make([list], core));

        StringAssert.Contains(e.Message, "Rare.Two");
    }

    private static AssemblyDefinition WrittenAndRead(AssemblyDefinition assembly)
    {
        MemoryStream stream = new();
        assembly.Write(stream);
        stream.Position = 0;
        return AssemblyDefinition.ReadAssembly(stream, new ReaderParameters { AssemblyResolver = new CoreLibraryResolver(BoardAssemblies.CoreLibraryFile) });
    }
}
