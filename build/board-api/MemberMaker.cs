using System.Collections.Generic;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.RecordedApi;

/// <summary>Makes members from their lines.</summary>
internal sealed class MemberMaker
{
    private const MethodAttributes Access = MethodAttributes.MemberAccessMask;
    private const MethodAttributes Accessor = MethodAttributes.SpecialName;
    private readonly ModuleDefinition _module;
    private readonly TypeResolver _resolver;

    public MemberMaker(ModuleDefinition module, TypeResolver resolver)
    {
        _module = module;
        _resolver = resolver;
    }

    /// <summary>Adds 'name = value' to an enum.</summary>
    public static void AddEnumValue(TypeDefinition type, SignatureReader reader)
    {
        reader.ReadAttributes();
        const FieldAttributes Constant = FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal | FieldAttributes.HasDefault;
        FieldDefinition field = new(reader.Line.Take(), Constant, type);
        reader.Line.Expect("=");
        field.Constant = reader.ConstantOf(TypeNames.FullName(type));
        reader.AddAttributes(field);
        type.Fields.Add(field);
    }

    /// <summary>Adds a field, property, event, constructor or method.</summary>
    public void Add(TypeDefinition type, SignatureReader reader)
    {
        reader.ReadAttributes();
        HashSet<string> modifiers = reader.Modifiers(
            "public", "protected", "internal", "static", "abstract", "virtual", "override", "sealed", "const", "readonly", "event");
        if (reader.Line.Is(".ctor"))
        {
            AddMethod(type, reader, modifiers, _module.TypeSystem.Void);
            return;
        }

        string typeText = reader.TypeText();
        TypeReference result = reader.TypeOf(typeText);
        if (modifiers.Contains("event"))
        {
            AddEvent(type, reader, modifiers, result);
            return;
        }

        string name = reader.Line.Token;
        LineReader line = reader.Line;
        line.Take();
        if (line.Is("("))
        {
            AddMethod(type, reader, modifiers, result, name);
        }
        else if (line.Is("[") || line.Is("{"))
        {
            AddProperty(type, reader, modifiers, result, name);
        }
        else
        {
            AddField(type, reader, modifiers, typeText, name);
        }
    }

    /// <summary>Adds what the compiler and the runtime need of a delegate.</summary>
    public void AddDelegateMembers(TypeDefinition type, SignatureReader reader, string result)
    {
        reader.Line.Expect("(");
        List<ParameterDefinition> parameters = reader.Parameters(")", out _);
        AddRuntime(type, ".ctor", _module.TypeSystem.Void, new("object", ParameterAttributes.None, _module.TypeSystem.Object), new("method", ParameterAttributes.None, _module.TypeSystem.IntPtr));
        AddRuntime(type, "Invoke", reader.TypeOf(result), [.. parameters]);
        AddRuntime(type, "BeginInvoke", _resolver.Reference("System.IAsyncResult"),
        [
            .. parameters.ConvertAll(p => new ParameterDefinition(p.Name, p.Attributes & ~ParameterAttributes.HasDefault, p.ParameterType)),
            new("callback", ParameterAttributes.None, _resolver.Reference("System.AsyncCallback")),
            new("object", ParameterAttributes.None, _module.TypeSystem.Object),
        ]);
        AddRuntime(type, "EndInvoke", reader.TypeOf(result),
        [
            .. parameters.FindAll(p => p.ParameterType.IsByReference).ConvertAll(p => new ParameterDefinition(p.Name, p.Attributes, p.ParameterType)),
            new("result", ParameterAttributes.None, _resolver.Reference("System.IAsyncResult")),
        ]);
    }

    private static void AddRuntime(TypeDefinition type, string name, TypeReference result, params ParameterDefinition[] parameters)
    {
        MethodAttributes kind = name == ".ctor"
            ? MethodAttributes.SpecialName | MethodAttributes.RTSpecialName
            : MethodAttributes.Virtual | MethodAttributes.NewSlot;
        MethodDefinition method = new(name, MethodAttributes.Public | MethodAttributes.HideBySig | kind, result)
        {
            ImplAttributes = MethodImplAttributes.Runtime | MethodImplAttributes.Managed,
        };
        method.Parameters.AddAll(parameters);
        type.Methods.Add(method);
    }

    private static void AddField(TypeDefinition type, SignatureReader reader, HashSet<string> modifiers, string typeText, string name)
    {
        FieldAttributes attributes = !modifiers.Contains("protected") ? FieldAttributes.Public
            : modifiers.Contains("internal") ? FieldAttributes.FamORAssem
            : FieldAttributes.Family;
        attributes |= modifiers.Contains("static") ? FieldAttributes.Static : 0;
        attributes |= modifiers.Contains("readonly") ? FieldAttributes.InitOnly : 0;
        FieldDefinition field = new(name, attributes, reader.TypeOf(typeText));
        if (modifiers.Contains("const"))
        {
            reader.Line.Expect("=");
            field.Attributes |= FieldAttributes.Static | FieldAttributes.Literal;
            field.Constant = reader.ConstantOf(typeText);
        }

        reader.AddAttributes(field);
        type.Fields.Add(field);
    }

    private static void AddProperty(TypeDefinition type, SignatureReader reader, HashSet<string> modifiers, TypeReference result, string name)
    {
        PropertyDefinition property = new(name, PropertyAttributes.None, result);
        List<ParameterDefinition> index = reader.Line.TryTake("[") ? reader.Parameters("]", out _) : [];
        reader.Line.Expect("{");
        while (!reader.Line.TryTake("}"))
        {
            MethodAttributes attributes = Flags(type, modifiers) | Accessor;
            if (reader.Line.TryTake("protected"))
            {
                attributes = (attributes & ~Access) | MethodAttributes.Family;
            }

            string kind = reader.Line.Take();
            MethodDefinition accessor = AddMethod(type, kind + "_" + name, attributes, kind == "get" ? result : type.Module.TypeSystem.Void);
            accessor.Parameters.AddAll(index.ConvertAll(p => new ParameterDefinition(p.Name, p.Attributes, p.ParameterType)));
            if (kind == "get")
            {
                property.GetMethod = accessor;
            }
            else
            {
                accessor.Parameters.Add(new ParameterDefinition("value", ParameterAttributes.None, result));
                property.SetMethod = accessor;
            }

            reader.Line.Expect(";");
        }

        reader.AddAttributes(property);
        type.Properties.Add(property);
    }

    private static void AddEvent(TypeDefinition type, SignatureReader reader, HashSet<string> modifiers, TypeReference handler)
    {
        string name = reader.Line.Take();
        EventDefinition definition = new(name, EventAttributes.None, handler)
        {
            AddMethod = AddMethod(type, "add_" + name, Flags(type, modifiers) | Accessor, type.Module.TypeSystem.Void),
            RemoveMethod = AddMethod(type, "remove_" + name, Flags(type, modifiers) | Accessor, type.Module.TypeSystem.Void),
        };
        definition.AddMethod.Parameters.Add(new ParameterDefinition("value", ParameterAttributes.None, handler));
        definition.RemoveMethod.Parameters.Add(new ParameterDefinition("value", ParameterAttributes.None, handler));
        reader.AddAttributes(definition);
        type.Events.Add(definition);
    }

    private void AddMethod(TypeDefinition type, SignatureReader reader, HashSet<string> modifiers, TypeReference result, string? name = null)
    {
        MethodAttributes attributes = Flags(type, modifiers);
        attributes |= name == null ? MethodAttributes.SpecialName | MethodAttributes.RTSpecialName
            : name.StartsWith("op_", System.StringComparison.Ordinal) ? MethodAttributes.SpecialName
            : 0;
        MethodDefinition method = AddMethod(type, name ?? reader.Line.Take(), attributes, result);
        reader.Line.Expect("(");
        method.Parameters.AddAll(reader.Parameters(")", out bool isExtension));
        reader.AddAttributes(method);
        if (isExtension)
        {
            // The compiler searches only where the attribute is on all three.
            foreach (ICustomAttributeProvider element in new ICustomAttributeProvider[] { method, type, _module.Assembly })
            {
                if (!Attributes.Has(element, Attributes.Extension))
                {
                    reader.AddAttribute(element, Attributes.Extension);
                }
            }
        }
    }

    private static MethodDefinition AddMethod(TypeDefinition type, string name, MethodAttributes attributes, TypeReference result)
    {
        MethodDefinition method = new(name, attributes, result);
        if (!method.IsAbstract)
        {
            ILProcessor body = method.Body.GetILProcessor();
            body.Emit(OpCodes.Ldnull);
            body.Emit(OpCodes.Throw);
        }

        type.Methods.Add(method);
        return method;
    }

    private static MethodAttributes Flags(TypeDefinition type, HashSet<string> modifiers)
    {
        if (type.IsInterface)
        {
            return MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot;
        }

        bool isAbstract = modifiers.Contains("abstract");
        bool isOverride = modifiers.Contains("override");
        bool isVirtual = isAbstract || isOverride || modifiers.Contains("virtual");
        return (!modifiers.Contains("protected") ? MethodAttributes.Public : modifiers.Contains("internal") ? MethodAttributes.FamORAssem : MethodAttributes.Family)
            | MethodAttributes.HideBySig
            | (modifiers.Contains("static") ? MethodAttributes.Static : 0)
            | (isAbstract ? MethodAttributes.Abstract : 0)
            | (isVirtual ? MethodAttributes.Virtual : 0)
            | (isVirtual && !isOverride ? MethodAttributes.NewSlot : 0)
            | (modifiers.Contains("sealed") ? MethodAttributes.Final : 0);
    }
}
