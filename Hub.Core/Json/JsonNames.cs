using System;

namespace Hub.Core.Json;

/// <summary>
/// A fixed set of member names, looked up without allocation: the index of the name a reader stands
/// on. Immutable. Thread: any.
/// </summary>
public sealed class JsonNames
{
    /// <summary>Makes the set; indices are those of the array.</summary>
    public JsonNames(string[] names) => throw new NotImplementedException();

    /// <summary>Index of the reader's present name or string, or -1.</summary>
    public int IndexOf(JsonReader reader) => throw new NotImplementedException();
}
