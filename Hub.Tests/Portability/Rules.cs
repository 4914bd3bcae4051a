namespace Hub.Tests.Portability;

/// <summary>Names of the rules, as they stand in a violation.</summary>
internal static class Rules
{
    public const string Api = "api";
    public const string Generics = "generics";
    public const string Arrays = "arrays";
    public const string InterfaceBody = "interface-body";
    public const string EnumText = "enum-text";
    public const string StringIndexing = "string-indexing";
    public const string Checked = "checked";
    public const string Volatile = "volatile";
    public const string Unsafe = "unsafe";
    public const string Rethrow = "rethrow";
    public const string Filter = "filter";
    public const string Finally = "finally";
    public const string Native = "native";
    public const string StaticInitialiser = "static-initialiser";
    public const string NotANumber = "not-a-number";
    public const string StateMachine = "state-machine";
}
