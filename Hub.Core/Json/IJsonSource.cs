namespace Hub.Core.Json;

/// <summary>Gives a document piece by piece to a <see cref="JsonReader"/> whose window is smaller. Thread: the reader's owner.</summary>
public interface IJsonSource
{
    /// <summary>
    /// Waits for the bytes after those given before and copies them. Its errors pass through the reader's
    /// <see cref="JsonReader.Read"/> and <see cref="JsonReader.Skip"/> unchanged.
    /// </summary>
    /// <param name="target">Where they go.</param>
    /// <param name="offset">Index of the first one there.</param>
    /// <param name="count">The most bytes to copy, at least 1.</param>
    /// <returns>Bytes copied; 0 after the last one.</returns>
    int Read(byte[] target, int offset, int count);
}
