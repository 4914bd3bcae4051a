namespace Hub.Core.Json;

/// <content>Members whose value may not be known: they are left out then, never written as null.</content>
public sealed partial class JsonWriter
{
    /// <summary>A member with a text; nothing for null.</summary>
    public void Member(string name, string? value)
    {
        if (value != null)
        {
            Name(name);
            Value(value);
        }
    }

    /// <summary>A member that is true or false.</summary>
    public void Member(string name, bool value)
    {
        Name(name);
        Value(value);
    }

    /// <summary>A member with a whole number; nothing for a negative one.</summary>
    public void Member(string name, long value)
    {
        if (value >= 0)
        {
            Name(name);
            Value(value);
        }
    }

    /// <summary>A member with a number, as <see cref="Value(double, int)"/> writes it; nothing for NaN.</summary>
    public void Member(string name, double value, int decimals)
    {
        if (!double.IsNaN(value))
        {
            Name(name);
            Value(value, decimals);
        }
    }
}
