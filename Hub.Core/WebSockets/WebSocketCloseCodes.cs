namespace Hub.Core.WebSockets;

/// <summary>Why a WebSocket was closed (RFC 6455 section 7.4). Thread: any.</summary>
public static class WebSocketCloseCodes
{
    /// <summary>Normal end.</summary>
    public const int Normal = 1000;

    /// <summary>The server is shutting down.</summary>
    public const int GoingAway = 1001;

    /// <summary>The other side broke the protocol.</summary>
    public const int ProtocolError = 1002;

    /// <summary>Never sent: the close named no code.</summary>
    public const int NoCode = 1005;

    /// <summary>Never sent: the connection ended without a close.</summary>
    public const int Abnormal = 1006;

    /// <summary>A text message is not UTF-8.</summary>
    public const int InvalidData = 1007;

    /// <summary>The message breaks a rule of the receiver.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>The message is larger than the receiver accepts.</summary>
    public const int TooBig = 1009;

    /// <summary>True for a code that may stand in a close: 1000 to 1003, the registered 1007 to 1014, and those of applications.</summary>
    internal static bool MayBeSent(int code) =>
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
