using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>Finds <c>&gt;</c> and <c>&gt;=</c> between floating-point numbers; <c>&lt;</c> and <c>&lt;=</c> compile to other instructions.</summary>
internal static class RealComparisons
{
    public static bool IsGreater(Instruction instruction, MethodDefinition method) =>
        instruction.OpCode.Code is Code.Cgt or Code.Clt_Un or Code.Bgt or Code.Bgt_S or Code.Bge or Code.Bge_S or Code.Ble_Un or Code.Ble_Un_S or Code.Blt_Un or Code.Blt_Un_S
        && IsReal(instruction.Previous, method);

    /// <summary>True when this instruction puts a floating-point number on the stack.</summary>
    private static bool IsReal(Instruction? last, MethodDefinition method)
    {
        switch (last?.OpCode.Code)
        {
            case Code.Ldc_R4 or Code.Ldc_R8 or Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un or Code.Ldelem_R4 or Code.Ldelem_R8 or Code.Ldind_R4 or Code.Ldind_R8:
                return true;
            case Code.Add or Code.Sub or Code.Mul or Code.Div or Code.Rem or Code.Neg:
                return IsReal(last.Previous, method);
            case Code.Call or Code.Callvirt:
                return IsReal(((MethodReference)last.Operand).ReturnType);
            case Code.Ldfld or Code.Ldsfld:
                return IsReal(((FieldReference)last.Operand).FieldType);
            case Code.Ldloc or Code.Ldloc_S:
                return IsReal(((VariableDefinition)last.Operand).VariableType);
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3:
                return IsReal(method.Body.Variables[last.OpCode.Code - Code.Ldloc_0].VariableType);
            case Code.Ldarg or Code.Ldarg_S:
                return IsReal(((ParameterDefinition)last.Operand).ParameterType);
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3:
                int index = last.OpCode.Code - Code.Ldarg_0 - (method.HasThis ? 1 : 0);
                return index >= 0 && IsReal(method.Parameters[index].ParameterType);
            default:
                return false;
        }
    }

    private static bool IsReal(TypeReference type) => type.MetadataType is MetadataType.Double or MetadataType.Single;
}
