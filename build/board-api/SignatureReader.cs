using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>Reads what lines have in common: attributes, modifiers, types, parameters, constants.</summary>
internal sealed class SignatureReader
{
    private readonly TypeResolver _resolver;
    private readonly List<RecordedAttribute> _attributes = [];

    public SignatureReader(string line, TypeResolver resolver)
    {
        Line = new LineReader(line);
        _resolver = resolver;
    }

    /// <summary>The tokens of the line.</summary>
    public LineReader Line { get; }

    /// <summary>Reads the attributes at the beginning of the line.</summary>
    public void ReadAttributes()
    {
        while (Line.TryTake("["))
        {
            RecordedAttribute attribute = new(Line.Take());
            Line.Expect("(");
            while (!Line.TryTake(")"))
            {
                string first = TypeText();
                string? property = Line.TryTake("=") ? first : null;
                attribute.Arguments.Add((property, property == null ? first : TypeText(), Constant()));
                Line.TryTake(",");
            }

            Line.Expect("]");
            _attributes.Add(attribute);
        }
    }

    /// <summary>Adds the attributes that were read to an element.</summary>
    public void AddAttributes(ICustomAttributeProvider element)
    {
        foreach (RecordedAttribute attribute in _attributes)
        {
            TypeReference[] types = [.. attribute.Arguments.Where(a => a.Property == null).Select(a => TypeOf(a.Type))];
            CustomAttribute made = new(Constructor(_resolver.Reference(attribute.Name), types));
            foreach ((string? property, string type, string? text) in attribute.Arguments)
            {
                CustomAttributeArgument argument = new(TypeOf(type), Value(_resolver.Definition(type), text));
                if (property == null)
                {
                    made.ConstructorArguments.Add(argument);
                }
                else
                {
                    made.Properties.Add(new CustomAttributeNamedArgument(property, argument));
                }
            }

            element.CustomAttributes.Add(made);
        }
    }

    /// <summary>Adds an attribute without arguments.</summary>
    public void AddAttribute(ICustomAttributeProvider element, string attribute) =>
        element.CustomAttributes.Add(new CustomAttribute(Constructor(_resolver.Reference(attribute))));

    /// <summary>Takes as many of these words as there are.</summary>
    public HashSet<string> Modifiers(params string[] words)
    {
        HashSet<string> found = [];
        while (words.Contains(Line.Token, StringComparer.Ordinal))
        {
            found.Add(Line.Take());
        }

        return found;
    }

    /// <summary>Takes a type.</summary>
    public TypeReference Type() => TypeOf(TypeText());

    /// <summary>Takes a type as its text, brackets included.</summary>
    public string TypeText()
    {
        string text = Line.Take();
        while (Line.TryTake("["))
        {
            text += "[";
            while (Line.TryTake(","))
            {
                text += ",";
            }

            Line.Expect("]");
            text += "]";
        }

        return text;
    }

    /// <summary>The type of a text of <see cref="TypeText"/>.</summary>
    public TypeReference TypeOf(string text)
    {
        if (!text.EndsWith(']'))
        {
            return _resolver.Reference(text);
        }

        int open = text.LastIndexOf('[');
        return new ArrayType(TypeOf(text.Substring(0, open)), text.Length - open - 1);
    }

    /// <summary>Takes parameters up to <paramref name="end"/>.</summary>
    /// <param name="end">The closing sign.</param>
    /// <param name="isExtension">Whether the first one is marked 'this'.</param>
    public List<ParameterDefinition> Parameters(string end, out bool isExtension)
    {
        List<ParameterDefinition> parameters = [];
        isExtension = Line.TryTake("this");
        while (!Line.TryTake(end))
        {
            HashSet<string> modifiers = Modifiers("params", "ref", "out");
            string type = TypeText();
            ParameterDefinition parameter = new(TypeOf(type)) { Name = Line.Take(), IsOut = modifiers.Contains("out") };
            if (modifiers.Contains("ref") || modifiers.Contains("out"))
            {
                parameter.ParameterType = new ByReferenceType(parameter.ParameterType);
            }

            if (modifiers.Contains("params"))
            {
                AddAttribute(parameter, Attributes.ParamArray);
            }

            if (Line.TryTake("="))
            {
                parameter.IsOptional = true;
                parameter.Constant = ConstantOf(type);
            }

            parameters.Add(parameter);
            Line.TryTake(",");
        }

        return parameters;
    }

    /// <summary>Takes a constant of a type.</summary>
    public object? ConstantOf(string type) => Line.IsString ? Line.Take() : Value(type.EndsWith(']') ? null : _resolver.Definition(type), Line.Take());

    private string? Constant() => Line.IsString ? "\"" + Line.Take() : Line.Take();

    private static object? Value(TypeDefinition? type, string? text) =>
        text == null || text == "null" ? null
        : text.StartsWith('"') ? text.Substring(1)
        : type == null ? throw new ApiFormatException($"{text} is no constant of an array")
        : Literals.Value(text, TypeResolver.ConstantType(type));

    private MethodReference Constructor(TypeReference type, params TypeReference[] parameters)
    {
        MethodReference constructor = new(".ctor", _resolver.Reference("void"), type) { HasThis = true };
        foreach (TypeReference parameter in parameters)
        {
            constructor.Parameters.Add(new ParameterDefinition(parameter));
        }

        return constructor;
    }

    private sealed class RecordedAttribute
    {
        public RecordedAttribute(string name) => Name = name;

        public string Name { get; }

        public List<(string? Property, string Type, string? Value)> Arguments { get; } = [];
    }
}
