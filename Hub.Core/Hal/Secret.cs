namespace Hub.Core.Hal;

/// <summary>
/// A key, password, access code or token. It prints as <c>***</c> wherever it slips into text, so it
/// never reaches a log, a status or an error. Immutable. Thread: any.
/// </summary>
public sealed class Secret
{
    private readonly string _value;

    /// <summary>Wraps the value.</summary>
    public Secret(string value)
    {
        _value = value;
    }

    /// <summary>True when there is nothing in it.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The value itself: only for the wire and for storage.</summary>
    public string Reveal() => _value;

    /// <summary>True when both hold the same value, or both are null.</summary>
    public static bool AreSame(Secret? one, Secret? other) =>
        one == null || other == null ? one == other : one._value == other._value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
