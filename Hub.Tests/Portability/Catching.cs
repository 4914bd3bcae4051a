using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hub.Tests.Portability;

/// <summary>Tells whether a call may catch an exception on its way: nanoCLR then forgets the one that is being handled (docs/board.md).</summary>
internal sealed class Catching
{
    private readonly Dictionary<MethodDefinition, bool> _known = [];

    /// <summary>True when the method, or what it calls within the assembly, has a catch; also when it is not known what runs (an interface, an override).</summary>
    public bool May(MethodReference called)
    {
        if (called is GenericInstanceMethod || called.Resolve() is not { } method)
        {
            return false;
        }

        if (method.IsAbstract)
        {
            return true;
        }

        if (!method.HasBody || method.Module != called.Module)
        {
            // The board's own library: what it catches it catches natively.
            return false;
        }

        if (_known.TryGetValue(method, out bool known))
        {
            return known;
        }

        // For a method that calls itself.
        _known[method] = false;
        bool may = method.Body.ExceptionHandlers.Any(handler => handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter)
            || method.Body.Instructions.Any(instruction => instruction.Operand is MethodReference next && May(next));
        _known[method] = may;
        return may;
    }
}
