using System;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>Runs the scanner over one sample of the test assembly, or over one made on the spot.</summary>
internal static class Samples
{
    public static ReaderParameters Resolving()
    {
        DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        return new ReaderParameters { AssemblyResolver = resolver };
    }

    public static PortabilityScanner ScanType(string name) => ScanType(name, typeof(ForbiddenSamples));

    public static PortabilityScanner ScanType(string name, Type holder)
    {
        using AssemblyDefinition tests = Read();
        PortabilityScanner scanner = new();
        scanner.ScanType(tests.MainModule.GetType(holder.FullName).NestedTypes.Single(t => t.Name.Split('`')[0] == name));
        return scanner;
    }

    public static PortabilityScanner ScanMethod(string name)
    {
        using AssemblyDefinition tests = Read();
        TypeDefinition holder = tests.MainModule.GetType(typeof(ForbiddenSamples).FullName);
        MethodDefinition sample = holder.Methods.Single(m => m.Name == name);
        holder.Methods.Clear();
        holder.NestedTypes.Clear();
        holder.Methods.Add(sample);
        PortabilityScanner scanner = new();
        scanner.ScanType(holder);
        return scanner;
    }

    public static PortabilityScanner ScanEmitted(Action<MethodDefinition> emit)
    {
        using AssemblyDefinition made = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Made", new Version(1, 0)), "Made", ModuleKind.Dll);
        TypeDefinition type = new("Made", "Emitted", TypeAttributes.Public, made.MainModule.TypeSystem.Object);
        MethodDefinition method = new("Run", MethodAttributes.Public | MethodAttributes.Static, made.MainModule.TypeSystem.Void);
        type.Methods.Add(method);
        made.MainModule.Types.Add(type);
        emit(method);
        PortabilityScanner scanner = new();
        scanner.ScanType(type);
        return scanner;
    }

    public static void EmitPinnedLocal(MethodDefinition method)
    {
        method.Body.Variables.Add(new VariableDefinition(new PinnedType(new ByReferenceType(method.Module.TypeSystem.Byte))));
        method.Body.GetILProcessor().Emit(OpCodes.Ret);
    }

    public static void EmitCalli(MethodDefinition method)
    {
        ILProcessor il = method.Body.GetILProcessor();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Calli, new CallSite(method.Module.TypeSystem.Void));
        il.Emit(OpCodes.Ret);
    }

    private static AssemblyDefinition Read() => AssemblyDefinition.ReadAssembly(typeof(Samples).Assembly.Location, Resolving());
}
