namespace Hub.Core.Http;

/// <summary>Texts that every HTTP request carries. Thread: any.</summary>
public static class HttpText
{
    /// <summary>What the hub calls itself in every request.</summary>
    public const string UserAgent = "print-farm-hub/0.1.0";
}
