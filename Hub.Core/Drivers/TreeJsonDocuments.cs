using System;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Drivers;

/// <summary>
/// JSON documents by the hub's own reader and writer, for a HAL without a library that keeps all of a document. nanoFramework.Json 2.2 does not: a
/// text that looks like a date becomes a date, escaped characters beyond U+FFFF and arrays in arrays are refused, and <c>{"a":1,}</c> is accepted. Thread: any.
/// </summary>
public sealed class TreeJsonDocuments : IJsonDocuments
{
    /// <summary>The longest document that is read or written, in bytes: a heap object of the board holds no more than 786,420.</summary>
    public const int MaxBytes = 512 * 1024;

    private const int MaxDepth = 32;
    private const int FirstBytes = 1024;

    /// <inheritdoc/>
    /// <remarks>Of a key that comes twice, the last counts. Errors: also <see cref="ErrorCode.TooLarge"/>.</remarks>
    public object? Parse(byte[] utf8)
    {
        if (utf8.Length > MaxBytes)
        {
            throw new HubException(ErrorCode.TooLarge, "the JSON document has " + utf8.Length.ToString() + " bytes; at most " + MaxBytes.ToString() + " are read");
        }

        JsonReader json = new JsonReader(MaxDepth);
        json.Reset(utf8, 0, utf8.Length);
        json.Read();
        object? tree = JsonTree.Read(json);
        json.Read();
        return tree;
    }

    /// <inheritdoc/>
    public byte[] Write(object? tree)
    {
        JsonWriter json = new JsonWriter(FirstBytes, MaxBytes);
        JsonTree.Write(json, tree);
        byte[] bytes = new byte[json.Length];
        Array.Copy(json.Buffer, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
