using System;

namespace Hub.RecordedApi;

/// <summary>An assembly has something that a list cannot say, or a list has a line that cannot be read. The message names it.</summary>
internal sealed class ApiFormatException : Exception
{
    public ApiFormatException(string message)
        : base(message)
    {
    }
}
