using System.Linq;
using Mono.Cecil;

namespace Hub.Tests.Portability;

/// <summary>Documentation ids of references, in the form of the recorded API lists.</summary>
internal static class DocId
{
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
}
