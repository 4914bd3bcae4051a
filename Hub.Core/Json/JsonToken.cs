namespace Hub.Core.Json;

/// <summary>Kinds of JSON tokens.</summary>
public enum JsonToken
{
    /// <summary>Nothing read yet, or the document is broken.</summary>
    None = 0,

    /// <summary>{</summary>
    ObjectStart,

    /// <summary>}</summary>
    ObjectEnd,

    /// <summary>[</summary>
    ArrayStart,

    /// <summary>]</summary>
    ArrayEnd,

    /// <summary>A member's name; its value comes next.</summary>
    Name,

    /// <summary>A string value.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true</summary>
    True,

    /// <summary>false</summary>
    False,

    /// <summary>null, or a NaN or infinity, which JSON does not have.</summary>
    Null,

    /// <summary>The document ended.</summary>
    End,
}
