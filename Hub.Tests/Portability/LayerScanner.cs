using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>
/// Reads compiled types and collects the arrows that run up: a type or member that uses a folder to its right in a <see cref="LayerTable"/>.
/// Constants are copied by the compiler, and names in comments are not compiled: neither is seen.
/// </summary>
internal sealed class LayerScanner(LayerTable table)
{
    private readonly SortedSet<string> _violations = new(System.StringComparer.Ordinal);
    private string _folder = "";
    private string _where = "";

    /// <summary>Each as "Type.Member -> Type".</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Uses of another folder's types, allowed ones too.</summary>
    public int Arrows { get; private set; }

    public void Scan(AssemblyDefinition assembly)
    {
        foreach (TypeDefinition type in assembly.MainModule.Types.Where(t => t.Namespace.StartsWith(table.RootNamespace, System.StringComparison.Ordinal)))
        {
            if (table.FolderOf(type.Namespace) is string folder)
            {
                _folder = folder;
                ScanType(type);
            }
            else
            {
                _violations.Add(type.FullName + " is in a folder that the table of layers does not name");
            }
        }
    }

    private void ScanType(TypeDefinition type)
    {
        _where = Name(type);
        Attributes(type);
        Constraints(type);
        Use(type.BaseType);
        foreach (InterfaceImplementation implementation in type.Interfaces)
        {
            Use(implementation.InterfaceType);
        }

        foreach (FieldDefinition field in type.Fields)
        {
            _where = Written(field);
            Attributes(field);
            Use(field.FieldType);
        }

        foreach (IMemberDefinition member in type.Properties.Concat<IMemberDefinition>(type.Events))
        {
            _where = Written(member);
            Attributes(member);
        }

        foreach (MethodDefinition method in type.Methods)
        {
            _where = Written(method);
            ScanMethod(method);
        }

        foreach (TypeDefinition nested in type.NestedTypes)
        {
            ScanType(nested);
        }
    }

    private void ScanMethod(MethodDefinition method)
    {
        Attributes(method);
        Attributes(method.MethodReturnType);
        Constraints(method);
        Signature(method);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            Attributes(parameter);
        }

        foreach (MethodReference implemented in method.Overrides)
        {
            Use(implemented.DeclaringType);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (VariableDefinition local in method.Body.Variables)
        {
            Use(local.VariableType);
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            Use(handler.CatchType);
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type:
                    Use(type);
                    break;
                case FieldReference field:
                    Use(field.DeclaringType);
                    Use(field.FieldType);
                    break;
                case MethodReference called:
                    Use(called.DeclaringType);
                    Signature(called);
                    Arguments(called);
                    break;
            }
        }
    }

    private void Signature(MethodReference method)
    {
        Use(method.ReturnType);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            Use(parameter.ParameterType);
        }
    }

    private void Arguments(object reference)
    {
        if (reference is IGenericInstance instance)
        {
            foreach (TypeReference argument in instance.GenericArguments)
            {
                Use(argument);
            }
        }
    }

    private void Constraints(IGenericParameterProvider provider)
    {
        foreach (GenericParameterConstraint constraint in provider.GenericParameters.SelectMany(p => p.Constraints))
        {
            Use(constraint.ConstraintType);
        }
    }

    private void Attributes(object member)
    {
        foreach (CustomAttribute attribute in ((ICustomAttributeProvider)member).CustomAttributes)
        {
            Use(attribute.AttributeType);
            foreach (CustomAttributeArgument argument in attribute.ConstructorArguments.Concat(attribute.Properties.Concat(attribute.Fields).Select(n => n.Argument)))
            {
                Use(argument.Value as TypeReference ?? argument.Type);
            }
        }
    }

    private void Use(TypeReference? type)
    {
        if (type == null)
        {
            return;
        }

        Arguments(type);
        TypeReference element = type;
        while (element is TypeSpecification specification)
        {
            element = specification.ElementType;
            Arguments(element);
        }

        TypeReference outermost = element;
        while (outermost.DeclaringType != null)
        {
            outermost = outermost.DeclaringType;
        }

        string? folder = element is GenericParameter ? null : table.FolderOf(outermost.Namespace);
        if (folder == null || folder == _folder)
        {
            return;
        }

        Arrows++;
        if (!table.Allows(_folder, folder))
        {
            _violations.Add(_where + " -> " + Name(element));
        }
    }

    private string Name(TypeReference type) => Short(type.FullName.Replace('/', '.'));

    private string Written(IMemberDefinition member) => Name(member.DeclaringType) + "." + member.Name;

    private string Short(string name) => name.StartsWith(table.RootNamespace + ".", System.StringComparison.Ordinal) ? name[(table.RootNamespace.Length + 1)..] : name;
}
