using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>Reads compiled types and collects what the board could not run, or would run differently.</summary>
internal sealed class PortabilityScanner
{
    private readonly List<Violation> _violations = [];
    private readonly HashSet<(string Rule, string Member, string Where)> _seen = [];

    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>What it knows of calls that may catch.</summary>
    public Catching Catching { get; } = new();

    /// <summary>The same for what runs in a finally.</summary>
    public FinallyCalls FinallyCalls { get; } = new();

    /// <summary>References to members outside the scanned assembly that were looked up.</summary>
    public int LookedUp { get; private set; }

    public void ScanAssembly(AssemblyDefinition assembly)
    {
        Attributes(assembly, assembly.Name.Name);
        Attributes(assembly.MainModule, assembly.Name.Name);
        foreach (TypeDefinition type in assembly.MainModule.Types)
        {
            ScanType(type);
        }
    }

    public void ScanType(TypeDefinition type)
    {
        string where = DocId.Name(type);
        Attributes(type, where);
        if (type.HasGenericParameters)
        {
            Report(Rules.Generics, "a generic type", where, "generic types crash nanoCLR; write it for one type, with object, or with an interface");
        }

        if (type.Fields.Any(f => f.Name == "<>1__state"))
        {
            Report(Rules.StateMachine, "async or yield", where, "its state machine needs generics; write the loop or a thread by hand");
        }

        if (type.BaseType != null)
        {
            CheckType(type.BaseType, where);
        }

        foreach (InterfaceImplementation implementation in type.Interfaces)
        {
            CheckType(implementation.InterfaceType, where);
        }

        foreach (FieldDefinition field in type.Fields)
        {
            CheckType(field.FieldType, where + "." + field.Name);
            Attributes(field, where + "." + field.Name);
        }

        foreach (PropertyDefinition property in type.Properties)
        {
            Attributes(property, where + "." + property.Name);
        }

        foreach (EventDefinition definition in type.Events)
        {
            Attributes(definition, where + "." + definition.Name);
        }

        foreach (MethodDefinition method in type.Methods)
        {
            ScanMethod(method);
        }

        foreach (TypeDefinition nested in type.NestedTypes)
        {
            ScanType(nested);
        }
    }

    public void Report(string rule, string member, string where, string advice)
    {
        if (_seen.Add((rule, member, where)))
        {
            _violations.Add(new Violation(rule, member, where, advice));
        }
    }

    public void CheckType(TypeReference type, string where)
    {
        switch (type)
        {
            case GenericInstanceType:
                Report(Rules.Generics, DocId.Name(type), where, "generics crash nanoCLR (delegates such as Func too); declare a delegate or a class of your own, or use object");
                break;
            case GenericParameter:
                break; // its declaration is reported
            case ArrayType array:
                if (array.Rank > 1)
                {
                    Report(Rules.Arrays, DocId.Name(type), where, "multi-dimensional arrays crash nanoCLR; use an array of arrays or compute the index");
                }

                CheckType(array.ElementType, where);
                break;
            case PointerType or PinnedType or FunctionPointerType:
                Report(Rules.Unsafe, DocId.Name(type), where, "pointers, fixed and function pointers crash nanoCLR; use an index into the array or an interface");
                break;
            case IModifierType modified:
                if (DocId.Name(modified.ModifierType) == "System.Runtime.CompilerServices.IsVolatile")
                {
                    Report(Rules.Volatile, "volatile", where, "the board's library lacks it; use Interlocked or a lock");
                }

                CheckType(modified.ElementType, where);
                break;
            case TypeSpecification specification:
                CheckType(specification.ElementType, where);
                break;
            case TypeDefinition:
                break;
            default:
                LookUp(DocId.Of(type), where);
                break;
        }
    }

    public void CheckField(FieldReference field, string where)
    {
        CheckType(field.DeclaringType, where);
        if (field is not FieldDefinition && field.DeclaringType is not GenericInstanceType)
        {
            LookUp(DocId.Of(field), where);
        }
    }

    public void CheckMethod(MethodReference method, string where)
    {
        if (method is GenericInstanceMethod)
        {
            Report(Rules.Generics, DocId.Of(method.GetElementMethod()), where, "generic methods crash nanoCLR; use an overload with object or write it by hand");
            return;
        }

        CheckType(method.DeclaringType, where);
        CheckType(method.ReturnType, where);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            CheckType(parameter.ParameterType, where);
        }

        if (method is not MethodDefinition && method.DeclaringType is not TypeSpecification)
        {
            LookUp(DocId.Of(method), where);
        }
    }

    private void ScanMethod(MethodDefinition method)
    {
        string where = DocId.Name(method.DeclaringType) + "." + method.Name;
        Attributes(method, where);
        Attributes(method.MethodReturnType, where);
        CheckType(method.ReturnType, where);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            CheckType(parameter.ParameterType, where);
            Attributes(parameter, where);
        }

        if (method.HasGenericParameters)
        {
            Report(Rules.Generics, "a generic method", where, "generic methods crash nanoCLR; write it for one type, with object, or with an interface");
        }

        if (method.IsPInvokeImpl)
        {
            Report(Rules.Unsafe, "a native call", where, "Hub.Core reaches the machine through IHal only");
        }

        if (!method.HasBody)
        {
            return;
        }

        if (method.DeclaringType.IsInterface)
        {
            Report(Rules.InterfaceBody, "an interface member with a body", where, "nanoCLR throws when it is called; use a base class or a static helper");
        }

        foreach (VariableDefinition variable in method.Body.Variables)
        {
            CheckType(variable.VariableType, where);
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            if (handler.CatchType != null)
            {
                CheckType(handler.CatchType, where);
            }
        }

        new BodyRules(this, method, where).Scan();
        if (method.Name == ".cctor")
        {
            foreach (FieldDefinition field in StaticInitialisers.FieldsRead(method))
            {
                Report(Rules.StaticInitialiser, DocId.Of(field), where, "the board may run this class's static constructor before the other's: make the value in one class, or where it is used");
            }
        }
    }

    private void Attributes(ICustomAttributeProvider provider, string where)
    {
        foreach (CustomAttribute attribute in provider.CustomAttributes)
        {
            if (!BoardApi.IsCompilerAttribute(DocId.Name(attribute.AttributeType)))
            {
                CheckMethod(attribute.Constructor, where);
            }
        }
    }

    private void LookUp(string id, string where)
    {
        LookedUp++;
        if (!BoardApi.Has(id))
        {
            Report(Rules.Api, id, where, BoardApi.Advice(id));
        }
    }
}
