using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Hub.RecordedApi;

/// <summary>The attributes that change how the compiler treats the code that uses an API; all others are left out.</summary>
internal static class Attributes
{
    /// <summary>Written as the modifier 'params'.</summary>
    public const string ParamArray = "System.ParamArrayAttribute";

    /// <summary>Written as the modifier 'this'.</summary>
    public const string Extension = "System.Runtime.CompilerServices.ExtensionAttribute";

    private static readonly HashSet<string> s_recorded =
    [
        "System.AttributeUsageAttribute",
        "System.Diagnostics.ConditionalAttribute",
        "System.FlagsAttribute",
        "System.ObsoleteAttribute",
        "System.Reflection.DefaultMemberAttribute",
    ];

    /// <summary>Whether an element bears an attribute.</summary>
    public static bool Has(ICustomAttributeProvider element, string attribute) =>
        element.CustomAttributes.Any(a => a.AttributeType.FullName == attribute);

    /// <summary>The recorded attributes of an element, each followed by a space.</summary>
    public static string Text(ICustomAttributeProvider element) => string.Concat(element.CustomAttributes
        .Where(a => s_recorded.Contains(a.AttributeType.FullName))
        .Select(a => Text(a) + " ")
        .Order(System.StringComparer.Ordinal));

    // The type of each argument is written too: it selects the constructor.
    private static string Text(CustomAttribute attribute)
    {
        IEnumerable<string> arguments = attribute.ConstructorArguments.Select(Text)
            .Concat(attribute.Properties.OrderBy(p => p.Name, System.StringComparer.Ordinal).Select(p => p.Name + " = " + Text(p.Argument)));
        return $"[{attribute.AttributeType.FullName}({string.Join(", ", arguments)})]";
    }

    private static string Text(CustomAttributeArgument argument) => TypeNames.Text(argument.Type) + " " + Literals.Text(argument.Value);
}
