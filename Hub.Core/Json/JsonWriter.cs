using System;

namespace Hub.Core.Json;

/// <summary>
/// Writes compact JSON into a byte array of its own that grows to a limit; reset and used again.
/// Commas are set by the writer. Thread: one owner. Errors: <see cref="ErrorCode.TooLarge"/> over the
/// limit; <see cref="InvalidOperationException"/> on a misuse such as a value without a name.
/// </summary>
public sealed class JsonWriter
{
    /// <summary>Makes a writer.</summary>
    /// <param name="initialBytes">Bytes to start with.</param>
    /// <param name="maxBytes">Most bytes a document may have.</param>
    public JsonWriter(int initialBytes, int maxBytes) => throw new NotImplementedException();

    /// <summary>The bytes; valid up to <see cref="Length"/> until the next call.</summary>
    public byte[] Buffer => throw new NotImplementedException();

    /// <summary>Bytes written.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>Starts over.</summary>
    public void Reset() => throw new NotImplementedException();

    /// <summary>{</summary>
    public void BeginObject() => throw new NotImplementedException();

    /// <summary>}</summary>
    public void EndObject() => throw new NotImplementedException();

    /// <summary>[</summary>
    public void BeginArray() => throw new NotImplementedException();

    /// <summary>]</summary>
    public void EndArray() => throw new NotImplementedException();

    /// <summary>A member's name.</summary>
    public void Name(string name) => throw new NotImplementedException();

    /// <summary>A string, or null.</summary>
    public void Value(string? value) => throw new NotImplementedException();

    /// <summary>A whole number.</summary>
    public void Value(long value) => throw new NotImplementedException();

    /// <summary>A number with at most so many decimals, trailing zeros cut; NaN and infinities become null.</summary>
    public void Value(double value, int decimals) => throw new NotImplementedException();

    /// <summary>true or false.</summary>
    public void Value(bool value) => throw new NotImplementedException();

    /// <summary>The document as a new array.</summary>
    public byte[] ToArray() => throw new NotImplementedException();

    /// <summary>The document as text.</summary>
    public override string ToString() => throw new NotImplementedException();
}
