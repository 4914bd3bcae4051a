using System.Collections.Generic;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>Makes the types of one assembly from their lines; <see cref="MemberMaker"/> makes their members.</summary>
internal sealed class TypeMaker
{
    private readonly ModuleDefinition _module;
    private readonly TypeResolver _resolver;
    private readonly MemberMaker _members;
    private TypeDefinition? _type;

    public TypeMaker(ModuleDefinition module, TypeResolver resolver)
    {
        _module = module;
        _resolver = resolver;
        _members = new MemberMaker(module, resolver);
    }

    /// <summary>Adds the type of a line with its kind alone.</summary>
    public void Declare(string line)
    {
        TypeLine read = new(new SignatureReader(line, _resolver));
        string name = read.Name;
        int plus = name.LastIndexOf('+');
        TypeDefinition? outer = plus < 0 ? null : _resolver.Definition(name.Substring(0, plus));
        int dot = plus < 0 ? name.LastIndexOf('.') : -1;
        TypeAttributes access = outer == null ? TypeAttributes.Public
            : !read.Modifiers.Contains("protected") ? TypeAttributes.NestedPublic
            : read.Modifiers.Contains("internal") ? TypeAttributes.NestedFamORAssem
            : TypeAttributes.NestedFamily;
        TypeDefinition type = new(dot < 0 ? "" : name.Substring(0, dot), name.Substring((plus < 0 ? dot : plus) + 1), access | Flags(read));

        // Value types are known by their base type, which every signature with them needs.
        string? known = read.Kind switch { "enum" => "System.Enum", "struct" => "System.ValueType", "delegate" => "System.MulticastDelegate", _ => null };
        if (known != null)
        {
            type.BaseType = _resolver.Reference(known);
        }

        if (outer == null)
        {
            _module.Types.Add(type);
        }
        else
        {
            outer.NestedTypes.Add(type);
        }
    }

    /// <summary>Adds the field with the type of an enum's values, if the line is an enum's.</summary>
    public void DefineEnum(string line)
    {
        TypeLine read = new(new SignatureReader(line, _resolver));
        if (read.Kind == "enum")
        {
            read.Reader.Line.Expect(":");
            const FieldAttributes Value = FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName;
            _resolver.Definition(read.Name).Fields.Add(new FieldDefinition("value__", Value, read.Reader.Type()));
        }
    }

    /// <summary>Adds attributes, base types and what the kind brings with it. The members that follow are this type's.</summary>
    public void Define(string line)
    {
        TypeLine read = new(new SignatureReader(line, _resolver));
        TypeDefinition type = _type = _resolver.Definition(read.Name);
        read.Reader.AddAttributes(type);
        switch (read.Kind)
        {
            case "enum":
                return;
            case "delegate":
                _members.AddDelegateMembers(type, read.Reader, read.DelegateResult!);
                return;
            case "struct":
                // Without a field the compiler would take a variable for assigned that never was.
                type.Fields.Add(new FieldDefinition("_state", FieldAttributes.Private, _module.TypeSystem.Int32));
                break;
            case "class":
                type.BaseType = _module.TypeSystem.Object;
                break;
            default:
                break;
        }

        if (read.Reader.Line.TryTake(":"))
        {
            do
            {
                TypeDefinition definition = _resolver.Definition(read.Reader.Line.Take());
                if (definition.IsInterface)
                {
                    type.Interfaces.Add(new InterfaceImplementation(_resolver.Reference(definition)));
                }
                else
                {
                    type.BaseType = _resolver.Reference(definition);
                }
            }
            while (read.Reader.Line.TryTake(","));
        }
    }

    /// <summary>Adds a member to the type of the last <see cref="Define"/>.</summary>
    public void AddMember(string line)
    {
        SignatureReader reader = new(line, _resolver);
        if (_type == null)
        {
            throw reader.Line.Wrong("a member without a type");
        }

        if (_type.IsEnum)
        {
            MemberMaker.AddEnumValue(_type, reader);
        }
        else
        {
            _members.Add(_type, reader);
        }
    }

    private static TypeAttributes Flags(TypeLine line) => line.Kind switch
    {
        "interface" => TypeAttributes.Interface | TypeAttributes.Abstract,
        "struct" => TypeAttributes.Sealed | TypeAttributes.SequentialLayout | TypeAttributes.BeforeFieldInit,
        "enum" or "delegate" => TypeAttributes.Sealed,
        _ => (line.Modifiers.Contains("static") ? TypeAttributes.Abstract | TypeAttributes.Sealed : 0)
            | (line.Modifiers.Contains("abstract") ? TypeAttributes.Abstract : 0)
            | (line.Modifiers.Contains("sealed") ? TypeAttributes.Sealed : 0)
            | TypeAttributes.BeforeFieldInit,
    };

    /// <summary>The beginning of a type's line: everything up to its name.</summary>
    private sealed class TypeLine
    {
        public TypeLine(SignatureReader reader)
        {
            Reader = reader;
            reader.ReadAttributes();
            Modifiers = reader.Modifiers("public", "protected", "internal", "static", "abstract", "sealed");
            Kind = reader.Line.Take();
            DelegateResult = Kind == "delegate" ? reader.TypeText() : null;
            Name = reader.Line.Take();
        }

        public SignatureReader Reader { get; }

        public HashSet<string> Modifiers { get; }

        public string Kind { get; }

        public string? DelegateResult { get; }

        public string Name { get; }
    }
}
