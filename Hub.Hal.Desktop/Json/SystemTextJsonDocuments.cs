using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// JSON documents by System.Text.Json. Thread: any. A document has at most 1 MiB
/// (<see cref="ErrorCode.TooLarge"/>) and 32 levels; comments, trailing commas and repeated keys are refused.
/// </summary>
public sealed class SystemTextJsonDocuments : IJsonDocuments
{
    /// <summary>The longest document that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal const int MaxDepth = 32;

    /// <inheritdoc/>
    public object? Parse(byte[] utf8) => JsonTreeReader.Read(utf8);

    /// <inheritdoc/>
    public byte[] Write(object? tree) => JsonTreeWriter.Write(tree);
}
