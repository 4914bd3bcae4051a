namespace Hub.Core.Json;

/// <summary>Gives a document piece by piece to a <see cref="JsonReader"/> whose window is smaller. Thread: the reader's owner.</summary>
public interface IJsonSource
{
    /// <summary>
    /// Waits for bytes that follow those given before and copies them. Its errors come out of the reader's
    /// <see cref="JsonReader.Read"/> and <see cref="JsonReader.Skip"/> as they are.
    /// </summary>
    /// <param name="target">Where to.</param>
    /// <param name="offset">Index of the first one there.</param>
    /// <param name="count">How many at most, at least 1.</param>
    /// <returns>Bytes copied; 0 behind the last one.</returns>
    int Read(byte[] target, int offset, int count);
}
