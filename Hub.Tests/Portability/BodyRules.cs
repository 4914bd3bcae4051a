using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>The rules that need the instructions of one method.</summary>
internal sealed class BodyRules(PortabilityScanner scanner, MethodDefinition method, string where)
{
    /// <summary>The compiler's helper for a switch over seven strings or more; reported where it is called.</summary>
    private const string StringHash = "ComputeStringHash";

    private readonly List<(int From, int To)> _loops = Loops(method);

    public void Scan()
    {
        CheckFilters();
        CheckFinallys();
        CheckRethrows();
        foreach (Instruction instruction in method.Body.Instructions)
        {
            CheckCode(instruction);
            switch (instruction.Operand)
            {
                case MethodReference called:
                    CheckCall(instruction, called);
                    break;
                case FieldReference field:
                    scanner.CheckField(field, where);
                    break;
                case TypeReference type:
                    CheckTypeOperand(instruction, type);
                    break;
                case CallSite:
                    Report(Rules.Unsafe, "calli", "nanoCLR has no function pointers; use an interface or a delegate");
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Ranges of offsets closed by a jump back.</summary>
    private static List<(int From, int To)> Loops(MethodDefinition method)
    {
        List<(int From, int To)> loops = [];
        foreach (Instruction instruction in method.Body.Instructions)
        {
            Instruction[] targets = instruction.Operand switch
            {
                Instruction target => [target],
                Instruction[] many => many,
                _ => [],
            };
            loops.AddRange(targets.Where(t => t.Offset <= instruction.Offset).Select(t => (t.Offset, instruction.Offset)));
        }

        return loops;
    }

    private void CheckFilters()
    {
        if (method.Body.ExceptionHandlers.Any(h => h.HandlerType == ExceptionHandlerType.Filter))
        {
            Report(Rules.Filter, "catch ... when", "after an inlined call nanoCLR writes the locals over the wrong memory; test the condition in the handler and rethrow first");
        }
    }

    private void CheckFinallys()
    {
        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers.Where(h => h.HandlerType == ExceptionHandlerType.Finally))
        {
            for (Instruction? at = handler.HandlerStart; at != null && at != handler.HandlerEnd; at = at.Next)
            {
                if (at.Operand is MethodReference called && scanner.FinallyCalls.MayCatch(called, Receiver(at)))
                {
                    Report(Rules.Finally, DocId.Of(called) + " in a finally", "it may catch an exception, and nanoCLR then forgets the finally; keep the exception in a variable and clean up behind the handler");
                }
            }
        }
    }

    /// <summary>Type of the local that is disposed of at the end of a using; null for any other call.</summary>
    private TypeReference? Receiver(Instruction call)
    {
        if (call.Previous?.OpCode == OpCodes.Constrained)
        {
            return (TypeReference)call.Previous.Operand;
        }

        int index = call.Previous?.OpCode.Code switch
        {
            Code.Ldloc_0 => 0,
            Code.Ldloc_1 => 1,
            Code.Ldloc_2 => 2,
            Code.Ldloc_3 => 3,
            Code.Ldloc_S or Code.Ldloc => ((VariableDefinition)call.Previous.Operand).Index,
            _ => -1,
        };
        return index >= 0 ? method.Body.Variables[index].VariableType : null;
    }

    /// <summary><c>throw;</c> behind something, in the same handler, that may catch.</summary>
    private void CheckRethrows()
    {
        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers.Where(h => h.HandlerType == ExceptionHandlerType.Catch))
        {
            bool mayForget = false;
            for (Instruction? at = handler.HandlerStart; at != null && at != handler.HandlerEnd; at = at.Next)
            {
                mayForget |= at.Operand is MethodReference called && scanner.Catching.May(called);
                if (at.OpCode == OpCodes.Rethrow && mayForget)
                {
                    Report(Rules.Rethrow, "throw; after a call that may catch", "nanoCLR then throws a plain System.Exception; keep the exception in a variable and throw it behind the handler");
                }
            }
        }
    }

    private void CheckCode(Instruction instruction)
    {
        string code = instruction.OpCode.Name;
        if (code.Contains(".ovf", System.StringComparison.Ordinal))
        {
            Report(Rules.Checked, code, "nanoCLR does not check, it wraps silently; compare with the limits before (an array length is an int)");
        }
        else if (instruction.OpCode == OpCodes.Volatile)
        {
            Report(Rules.Volatile, "volatile", "the board's library lacks it; use Interlocked or a lock");
        }
        else if (RealComparisons.IsGreater(instruction, method))
        {
            Report(Rules.NotANumber, "> or >= between floating-point numbers", "with NaN it is true there; write the smaller side first, with < or <=");
        }
        else if (instruction.OpCode == OpCodes.Localloc)
        {
            Report(Rules.Unsafe, "stackalloc", "it crashes nanoCLR; use an array or a buffer of the pool");
        }
    }

    private void CheckCall(Instruction instruction, MethodReference called)
    {
        if (IsEventExchange(called))
        {
            return;
        }

        if (IsEnum((instruction.Previous?.OpCode == OpCodes.Constrained ? instruction.Previous.Operand : null) as TypeReference))
        {
            ReportEnum((TypeReference)instruction.Previous!.Operand);
        }

        if (method.Name != StringHash && DocId.Of(called) == "M:System.String.get_Chars(System.Int32)" && _loops.Any(l => l.From <= instruction.Offset && instruction.Offset <= l.To))
        {
            Report(Rules.StringIndexing, "a string's indexer in a loop", "each look costs the length of the string there; take ToCharArray or UTF-8 bytes once");
        }

        if (called.Name == StringHash)
        {
            Report(Rules.StringIndexing, "a switch over many strings", "the compiler hashes the string by its indexer, and each look costs its length there; compare with == or use JsonNames");
        }

        if (DocId.Of(called) == "M:System.Collections.ArrayList.ToArray(System.Type)")
        {
            Report(Rules.Native, "ArrayList.ToArray(Type)", "native AOT warns that it may lack the array's type; use TextList.ToArray, or CopyTo into a new array");
        }

        scanner.CheckMethod(called, where);
    }

    private void CheckTypeOperand(Instruction instruction, TypeReference type)
    {
        if (instruction.OpCode == OpCodes.Box && IsEnum(type))
        {
            ReportEnum(type);
        }

        scanner.CheckType(type, where);
    }

    /// <summary>Accessors of a field-like event compare and exchange generically here; the board's compiler emits the form on object.</summary>
    private bool IsEventExchange(MethodReference called) =>
        (method.IsAddOn || method.IsRemoveOn)
        && called is GenericInstanceMethod
        && called.Name == "CompareExchange"
        && DocId.Name(called.DeclaringType) == "System.Threading.Interlocked";

    private void ReportEnum(TypeReference type) =>
        Report(Rules.EnumText, "an enum as an object, " + DocId.Name(type), "its text is the number there; use a table of names, or cast to int if the number is meant");

    private static bool IsEnum(TypeReference? type) => type is { IsGenericParameter: false } and not TypeSpecification && type.Resolve().IsEnum;

    private void Report(string rule, string member, string advice) => scanner.Report(rule, member, where, advice);
}
