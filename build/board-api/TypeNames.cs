using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>Types as the lists write them: C# keywords where there is one, full names elsewhere, '+' before a nested type.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<string, string> s_keywords = new()
    {
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.Char"] = "char",
        ["System.Double"] = "double",
        ["System.Int16"] = "short",
        ["System.Int32"] = "int",
        ["System.Int64"] = "long",
        ["System.Object"] = "object",
        ["System.SByte"] = "sbyte",
        ["System.Single"] = "float",
        ["System.String"] = "string",
        ["System.UInt16"] = "ushort",
        ["System.UInt32"] = "uint",
        ["System.UInt64"] = "ulong",
        ["System.Void"] = "void",
    };

    private static readonly Dictionary<string, string> s_names = s_keywords.ToDictionary(k => k.Value, k => k.Key);

    /// <summary>The text of a type.</summary>
    /// <exception cref="ApiFormatException">Generic types, pointers and modified types have no text here; the board has none of them.</exception>
    public static string Text(TypeReference type) => type switch
    {
        ArrayType array => Text(array.ElementType) + "[" + new string(',', array.Rank - 1) + "]",
        TypeSpecification or GenericParameter => throw new ApiFormatException($"{type.FullName}: generics, pointers and modifiers cannot be recorded"),
        _ when type.HasGenericParameters => throw new ApiFormatException($"{type.FullName}: generic types cannot be recorded"),
        _ => s_keywords.GetValueOrDefault(FullName(type)) ?? FullName(type),
    };

    /// <summary>The full name behind a text without brackets.</summary>
    public static string FullName(string text) => s_names.GetValueOrDefault(text) ?? text;

    /// <summary>The name with namespace, '+' before a nested type's.</summary>
    public static string FullName(TypeReference type) =>
        type.DeclaringType != null ? FullName(type.DeclaringType) + "+" + type.Name
        : type.Namespace.Length == 0 ? type.Name
        : type.Namespace + "." + type.Name;
}
