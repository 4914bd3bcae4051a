using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Small JSON documents (configuration) as trees, so that unknown keys survive an edit: objects are
/// <see cref="Hashtable"/>, arrays <see cref="ArrayList"/>, then string, bool, long, double and null.
/// Reports and messages go through <c>JsonReader</c> instead. Thread: any.
/// </summary>
public interface IJsonDocuments
{
    /// <summary>Reads a UTF-8 document. Errors: <see cref="ErrorCode.BadJson"/> with the place (line and column where known).</summary>
    object? Parse(byte[] utf8);

    /// <summary>Writes a tree as UTF-8, keys of an object in ordinal order, so that equal trees give equal bytes.</summary>
    byte[] Write(object? tree);
}
