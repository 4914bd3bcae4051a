namespace Hub.Core.Streams;

/// <summary>What <see cref="IUploadSource.Read"/> returns when it is no number of bytes.</summary>
public static class SourceRead
{
    /// <summary>Nothing came within the time; more will follow.</summary>
    public const int NothingYet = -1;
}
