using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>Finds the types that one list names: in its own assembly, or in the assemblies that it uses.</summary>
internal sealed class TypeResolver
{
    private readonly ModuleDefinition _module;
    private readonly List<ModuleDefinition> _used;

    /// <param name="module">The assembly that is made from the list.</param>
    /// <param name="used">The assemblies that its list names after 'uses'.</param>
    public TypeResolver(ModuleDefinition module, IEnumerable<ModuleDefinition> used)
    {
        _module = module;
        _used = [.. used];
    }

    /// <summary>The definition of a type.</summary>
    /// <param name="text">The type without brackets, as the list writes it.</param>
    /// <exception cref="ApiFormatException">No assembly has it, or two of the used ones do.</exception>
    public TypeDefinition Definition(string text)
    {
        string name = TypeNames.FullName(text).Replace('+', '/');
        if (_module.GetType(name) is { } own)
        {
            return own;
        }

        TypeDefinition[] found = [.. _used.Select(m => m.GetType(name)).Where(t => t != null)];
        return found.Length == 1 ? found[0] : throw new ApiFormatException(found.Length == 0
            ? $"{_module.Assembly.Name.Name}: neither it nor an assembly that it uses has a type {text}"
            : $"{_module.Assembly.Name.Name}: {text} is in {found[0].Module.Name} and in {found[1].Module.Name}");
    }

    /// <summary>A reference to a type, for signatures of the made assembly.</summary>
    public TypeReference Reference(string text) => Reference(Definition(text));

    /// <summary>A reference to a definition of any assembly.</summary>
    public TypeReference Reference(TypeDefinition type)
    {
        if (type.Module == _module)
        {
            return type;
        }

        AssemblyNameReference scope = _module.AssemblyReferences.Single(r => r.Name == type.Module.Assembly.Name.Name);
        return Primitive(type) ?? new TypeReference(type.Namespace, type.Name, _module, scope, type.IsValueType)
        {
            DeclaringType = type.DeclaringType == null ? null : Reference(type.DeclaringType),
        };
    }

    /// <summary>Full name of the primitive type that holds a constant of a type.</summary>
    public static string ConstantType(TypeDefinition type) =>
        type.IsEnum ? type.Fields.First(f => f.Name == "value__").FieldType.FullName : type.FullName;

    private TypeReference? Primitive(TypeDefinition type) => type.Namespace != "System" ? null : type.Name switch
    {
        nameof(Boolean) => _module.TypeSystem.Boolean,
        nameof(Byte) => _module.TypeSystem.Byte,
        nameof(Char) => _module.TypeSystem.Char,
        nameof(Double) => _module.TypeSystem.Double,
        nameof(Int16) => _module.TypeSystem.Int16,
        nameof(Int32) => _module.TypeSystem.Int32,
        nameof(Int64) => _module.TypeSystem.Int64,
        nameof(IntPtr) => _module.TypeSystem.IntPtr,
        nameof(Object) => _module.TypeSystem.Object,
        nameof(SByte) => _module.TypeSystem.SByte,
        nameof(Single) => _module.TypeSystem.Single,
        nameof(String) => _module.TypeSystem.String,
        nameof(UInt16) => _module.TypeSystem.UInt16,
        nameof(UInt32) => _module.TypeSystem.UInt32,
        nameof(UInt64) => _module.TypeSystem.UInt64,
        nameof(UIntPtr) => _module.TypeSystem.UIntPtr,
        "Void" => _module.TypeSystem.Void,
        _ => null,
    };
}
