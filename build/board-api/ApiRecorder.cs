using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>
/// Writes what other assemblies can use of one: its public types, and their public and protected members. A line is a type or,
/// indented, one of its members, in C#'s words with full names; <see cref="ReferenceMaker"/> reads them.
/// </summary>
internal static class ApiRecorder
{
    /// <summary>The lines of an assembly's list.</summary>
    /// <exception cref="ApiFormatException">The assembly has something public that a list cannot say.</exception>
    public static IReadOnlyList<string> Record(AssemblyDefinition assembly)
    {
        List<string> lines = [$"assembly {assembly.Name.Name} {assembly.Name.Version}"];
        lines.AddRange(assembly.MainModule.AssemblyReferences.Select(r => "uses " + r.Name).Order(StringComparer.Ordinal));
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(IsVisible).OrderBy(TypeNames.FullName, StringComparer.Ordinal))
        {
            lines.Add("");
            AddType(lines, type);
        }

        if (assembly.MainModule.HasExportedTypes)
        {
            throw new ApiFormatException($"{assembly.Name.Name} forwards types, which cannot be recorded");
        }

        return lines;
    }

    private static bool IsVisible(TypeDefinition type) =>
        type.DeclaringType == null ? type.IsPublic : IsVisible(type.DeclaringType) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly);

    private static bool IsVisible(MethodDefinition? method) => method != null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsVisible(FieldDefinition field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static void AddType(List<string> lines, TypeDefinition type)
    {
        string start = Attributes.Text(type) + (type.IsNestedFamily ? "protected " : type.IsNestedFamilyOrAssembly ? "protected internal " : "public ");
        string name = TypeNames.FullName(type);
        if (type.IsEnum)
        {
            lines.Add($"{start}enum {name} : {TypeNames.Text(type.Fields.First(f => f.Name == "value__").FieldType)}");
            lines.AddRange(type.Fields.Where(f => f.IsLiteral)
                .OrderBy(f => Convert.ToDecimal(f.Constant)).ThenBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => $"  {Attributes.Text(f)}{f.Name} = {Literals.Text(f.Constant)}"));
            return;
        }

        if (type.BaseType?.FullName == "System.MulticastDelegate")
        {
            MethodDefinition invoke = type.Methods.Single(m => m.Name == "Invoke");
            lines.Add($"{start}delegate {TypeNames.Text(invoke.ReturnType)} {name}({Parameters(invoke)})");
            return;
        }

        string kind = type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        List<string> bases = [.. type.Interfaces.Select(i => i.InterfaceType).Where(IsUsable).Select(TypeNames.Text).Order(StringComparer.Ordinal)];
        if (!type.IsInterface && !type.IsValueType && type.BaseType is { FullName: not "System.Object" } baseType)
        {
            bases.Insert(0, TypeNames.Text(baseType));
        }

        lines.Add($"{start}{kind} {name}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}");
        lines.AddRange(Members(type).Order(StringComparer.Ordinal).Select(m => "  " + m.Split('\t')[1]));
    }

    /// <summary>An internal interface of the same assembly is no part of the API.</summary>
    private static bool IsUsable(TypeReference type) => type is not TypeDefinition definition || IsVisible(definition);

    /// <summary>The members, each behind the key that sorts it and a tab: fields, constructors, properties, events, methods, by name.</summary>
    private static IEnumerable<string> Members(TypeDefinition type)
    {
        foreach (FieldDefinition field in type.Fields.Where(IsVisible))
        {
            yield return $"1 {field.Name}\t{Attributes.Text(field)}{Field(field)}";
        }

        foreach (PropertyDefinition property in type.Properties.Where(p => IsVisible(p.GetMethod) || IsVisible(p.SetMethod)))
        {
            yield return $"3 {property.Name}\t{Attributes.Text(property)}{Property(property)}";
        }

        foreach (EventDefinition definition in type.Events.Where(e => IsVisible(e.AddMethod)))
        {
            yield return $"4 {definition.Name}\t{Attributes.Text(definition)}{Modifiers(definition.AddMethod)}event {TypeNames.Text(definition.EventType)} {definition.Name}";
        }

        foreach (MethodDefinition method in type.Methods.Where(m => IsVisible(m) && !m.IsGetter && !m.IsSetter && !m.IsAddOn && !m.IsRemoveOn))
        {
            yield return $"{(method.IsConstructor ? 2 : 5)} {method.Name}\t{Attributes.Text(method)}{Method(method)}";
        }
    }

    private static string Field(FieldDefinition field)
    {
        string access = Access(field.IsFamily, field.IsFamilyOrAssembly);
        string type = TypeNames.Text(field.FieldType);
        if (field.IsLiteral)
        {
            return $"{access}const {type} {field.Name} = {Literals.Text(field.Constant)}";
        }

        return $"{access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Method(MethodDefinition method)
    {
        if (method.HasGenericParameters)
        {
            throw new ApiFormatException($"{method.FullName}: generic methods cannot be recorded");
        }

        string result = method.IsConstructor ? "" : TypeNames.Text(method.ReturnType) + " ";
        return $"{Modifiers(method)}{result}{method.Name}({Parameters(method)})";
    }

    private static string Property(PropertyDefinition property)
    {
        MethodDefinition[] accessors = [.. new[] { property.GetMethod, property.SetMethod }.Where(IsVisible)];
        MethodDefinition widest = accessors.FirstOrDefault(a => a.IsPublic) ?? accessors.FirstOrDefault(a => a.IsFamilyOrAssembly) ?? accessors[0];
        string modifiers = Modifiers(widest);
        string text = "";
        foreach (MethodDefinition accessor in accessors)
        {
            string own = Modifiers(accessor);
            if (own != modifiers && own.Replace("protected ", "public ", StringComparison.Ordinal) != modifiers)
            {
                throw new ApiFormatException($"{property.FullName}: get is {own} and set is {modifiers}, which cannot be recorded");
            }

            text += (own == modifiers ? "" : "protected ") + (accessor == property.GetMethod ? "get; " : "set; ");
        }

        string index = property.HasParameters ? $"[{Parameters(property.Parameters, isExtension: false)}]" : "";
        return $"{modifiers}{TypeNames.Text(property.PropertyType)} {property.Name}{index} {{ {text}}}";
    }

    private static string Modifiers(MethodDefinition method)
    {
        if (method.DeclaringType.IsInterface)
        {
            return method.IsAbstract ? "" : throw new ApiFormatException($"{method.FullName}: an interface member with a body cannot be recorded");
        }

        string kind = method.IsStatic ? "static "
            : !method.IsVirtual ? ""
            : method.IsAbstract ? (method.IsNewSlot ? "abstract " : "abstract override ")
            : (method.IsFinal ? "sealed " : "") + (method.IsNewSlot ? "virtual " : "override ");
        return Access(method.IsFamily, method.IsFamilyOrAssembly) + kind;
    }

    private static string Access(bool isFamily, bool isFamilyOrAssembly) => isFamily ? "protected " : isFamilyOrAssembly ? "protected internal " : "public ";

    private static string Parameters(MethodDefinition method) => Parameters(method.Parameters, Attributes.Has(method, Attributes.Extension));

    private static string Parameters(ICollection<ParameterDefinition> parameters, bool isExtension) =>
        string.Join(", ", parameters.Select((p, index) => (isExtension && index == 0 ? "this " : "") + Parameter(p)));

    private static string Parameter(ParameterDefinition parameter)
    {
        TypeReference type = parameter.ParameterType;
        string modifier = Attributes.Has(parameter, Attributes.ParamArray) ? "params " : "";
        if (type is ByReferenceType reference)
        {
            modifier = parameter.IsOut ? "out " : parameter.IsIn ? throw new ApiFormatException($"{parameter.Method}: 'in' cannot be recorded") : "ref ";
            type = reference.ElementType;
        }

        string value = parameter.HasConstant ? " = " + Literals.Text(parameter.Constant)
            : parameter.IsOptional ? throw new ApiFormatException($"{parameter.Method}: an optional parameter without a value cannot be recorded")
            : "";
        return $"{modifier}{TypeNames.Text(type)} {parameter.Name}{value}";
    }
}
