using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.Tests.Portability;

/// <summary>Documentation ids of references and definitions.</summary>
internal static class DocId
{
    /// <summary>The types, fields and methods (accessors too) that other assemblies can use of one.</summary>
    public static IEnumerable<string> PublicApi(ModuleDefinition module) => module.GetTypes().Where(IsVisible).SelectMany(type =>
        type.Fields.Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(Of)
            .Concat(type.Methods.Where(m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly).Select(Of))
            .Prepend(Of(type)));

    public static string Of(TypeReference type) => "T:" + Name(type);

    public static string Of(FieldReference field) => "F:" + Name(field.DeclaringType) + "." + field.Name;

    public static string Of(MethodReference method)
    {
        string id = "M:" + Name(method.DeclaringType) + "." + method.Name.Replace('.', '#');
        if (method.HasParameters)
        {
            id += "(" + string.Join(",", method.Parameters.Select(p => Name(p.ParameterType))) + ")";
        }

        return method.Name is "op_Implicit" or "op_Explicit" ? id + "~" + Name(method.ReturnType) : id;
    }

    public static string Name(TypeReference type) => type switch
    {
        ByReferenceType reference => Name(reference.ElementType) + "@",
        PointerType pointer => Name(pointer.ElementType) + "*",
        ArrayType { Rank: 1 } array => Name(array.ElementType) + "[]",
        ArrayType array => Name(array.ElementType) + "[" + new string(',', array.Rank - 1) + "]",
        GenericParameter parameter => (parameter.Type == GenericParameterType.Method ? "``" : "`") + parameter.Position,
        GenericInstanceType instance => Name(instance.ElementType).Split('`')[0] + "{" + string.Join(",", instance.GenericArguments.Select(Name)) + "}",
        IModifierType modified => Name(modified.ElementType),
        TypeSpecification specification => Name(specification.ElementType),
        { DeclaringType: { } outer } => Name(outer) + "." + type.Name,
        { Namespace: "" } => type.Name,
        _ => type.Namespace + "." + type.Name,
    };

    private static bool IsVisible(TypeDefinition type) => type.DeclaringType == null
        ? type.IsPublic
        : IsVisible(type.DeclaringType) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly);
}
