using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>
/// Finds the static fields of other classes that a static constructor reads, itself or in what it calls within the assembly. The board runs all static
/// constructors at its start, in an order that nobody chooses (docs/board.md): such a field may still be null.
/// </summary>
internal static class StaticInitialisers
{
    /// <summary>Those fields; constants are none.</summary>
    public static IEnumerable<FieldDefinition> FieldsRead(MethodDefinition staticConstructor)
    {
        HashSet<MethodDefinition> seen = [staticConstructor];
        Queue<MethodDefinition> open = new(seen);
        while (open.TryDequeue(out MethodDefinition? method))
        {
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.OpCode.Code is Code.Ldsfld or Code.Ldsflda && ((FieldReference)instruction.Operand).Resolve() is { } field
                    && field.Module == method.Module && field.DeclaringType != staticConstructor.DeclaringType && IsInitialised(field))
                {
                    yield return field;
                }

                if (instruction.Operand is MethodReference called and not GenericInstanceMethod && called.Resolve() is { HasBody: true } next
                    && next.Module == method.Module && seen.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }
    }

    /// <summary>True when its class's static constructor writes it; delegates that the compiler caches are none of them.</summary>
    private static bool IsInitialised(FieldDefinition field) =>
        field.DeclaringType.Methods.FirstOrDefault(m => m.Name == ".cctor") is { } constructor
        && constructor.Body.Instructions.Any(i => i.OpCode.Code == Code.Stsfld && i.Operand == field);
}
