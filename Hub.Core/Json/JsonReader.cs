using System;

namespace Hub.Core.Json;

/// <summary>Kinds of JSON tokens.</summary>
public enum JsonToken
{
    /// <summary>Nothing read yet.</summary>
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

    /// <summary>null</summary>
    Null,

    /// <summary>The document ended.</summary>
    End,
}

/// <summary>
/// Pull reader over a JSON document in a byte array. Allocates nothing except in
/// <see cref="GetString"/>; made once and reset for each document. Thread: one owner. The buffer stays
/// the caller's and must not change while it is read.
/// </summary>
public sealed class JsonReader
{
    /// <summary>Makes a reader that refuses documents nested deeper than this.</summary>
    public JsonReader(int maxDepth)
    {
        MaxDepth = maxDepth;
    }

    /// <summary>Deepest nesting accepted.</summary>
    public int MaxDepth { get; }

    /// <summary>The token <see cref="Read"/> returned last.</summary>
    public JsonToken Token { get; private set; }

    /// <summary>Open objects and arrays around the present token.</summary>
    public int Depth { get; private set; }

    /// <summary>Starts a document.</summary>
    public void Reset(byte[] buffer, int offset, int count) => throw new NotImplementedException();

    /// <summary>Moves to the next token. Errors: <see cref="ErrorCode.BadJson"/> with the byte's position.</summary>
    public JsonToken Read() => throw new NotImplementedException();

    /// <summary>On a name: skips its value. On the start of an object or array: to its end. Else: nothing.</summary>
    public void Skip() => throw new NotImplementedException();

    /// <summary>True when the present name or string equals this UTF-8 text, escapes resolved.</summary>
    public bool ValueIs(byte[] utf8) => throw new NotImplementedException();

    /// <summary>The present name or string; bytes that are no UTF-8 become U+FFFD.</summary>
    public string GetString() => throw new NotImplementedException();

    /// <summary>The present number, when it is a whole one in range.</summary>
    public bool TryGetInt64(out long value) => throw new NotImplementedException();

    /// <summary>The present number; false when the token is not a number.</summary>
    public bool TryGetDouble(out double value) => throw new NotImplementedException();
}
