using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>
/// Tells whether a call in a finally may catch an exception: nanoCLR then forgets the finally that runs, and crashes or goes on behind it
/// (docs/board.md). Of an interface it knows what the assembly itself has; what the HAL has counts as catching nothing.
/// </summary>
internal sealed class FinallyCalls
{
    private readonly Dictionary<MethodDefinition, bool> _known = [];

    /// <summary>True when what runs, or what that calls within the assembly, has a catch.</summary>
    /// <param name="called">The method as the call names it.</param>
    /// <param name="receiver">Type of the object, where it is known better than from the method; null where not.</param>
    public bool MayCatch(MethodReference called, TypeReference? receiver)
    {
        if (called is GenericInstanceMethod || called.Resolve() is not { } method)
        {
            return false;
        }

        return method.IsVirtual
            ? Bodies(method, receiver?.Resolve() ?? method.DeclaringType, called.Module).Any(HasCatch)
            : method.HasBody && method.Module == called.Module && HasCatch(method);
    }

    /// <summary>What may run in this module when a method is called on a type; nothing for a plain IDisposable, which may be anything.</summary>
    private static IEnumerable<MethodDefinition> Bodies(MethodDefinition method, TypeDefinition type, ModuleDefinition module)
    {
        if (type.FullName == "System.IDisposable")
        {
            yield break;
        }

        foreach (TypeDefinition candidate in module.GetTypes().Where(t => !t.IsInterface && Is(t, type)))
        {
            for (TypeDefinition? at = candidate; at != null && at.Module == module; at = at.BaseType?.Resolve())
            {
                if (at.Methods.FirstOrDefault(m => m.HasBody && Implements(m, method)) is { } body)
                {
                    yield return body;
                    break;
                }
            }
        }
    }

    private static bool Implements(MethodDefinition body, MethodDefinition method) =>
        body.Parameters.Count == method.Parameters.Count
        && (body.Name == method.Name || body.Name.EndsWith("." + method.Name, StringComparison.Ordinal));

    private static bool Is(TypeDefinition type, TypeDefinition wanted)
    {
        for (TypeDefinition? at = type; at != null; at = at.BaseType?.Resolve())
        {
            if (at.FullName == wanted.FullName || at.Interfaces.Any(i => i.InterfaceType.Resolve() is { } known && Is(known, wanted)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasCatch(MethodDefinition method)
    {
        if (_known.TryGetValue(method, out bool known))
        {
            return known;
        }

        // For a method that calls itself.
        _known[method] = false;
        bool has = method.Body.ExceptionHandlers.Any(handler => handler.HandlerType == ExceptionHandlerType.Catch)
            || method.Body.Instructions.Any(instruction => instruction.Operand is MethodReference next && MayCatch(next, null));
        _known[method] = has;
        return has;
    }
}
