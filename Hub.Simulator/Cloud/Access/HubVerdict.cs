namespace Hub.Simulator.Cloud.Access;

/// <summary>What a hello leads to.</summary>
internal sealed class HubVerdict
{
    private HubVerdict(bool isWelcome, string? code, string? message)
    {
        IsWelcome = isWelcome;
        Code = code;
        Message = message;
    }

    /// <summary>The hub is welcomed.</summary>
    public static HubVerdict Welcome { get; } = new(true, null, null);

    /// <summary>The connection stays open, unwelcomed, until a person enters the hub's code.</summary>
    public static HubVerdict Pending { get; } = new(false, null, null);

    /// <summary>True when the hub is welcomed.</summary>
    public bool IsWelcome { get; }

    /// <summary>Why it is refused, one word; null unless it is.</summary>
    public string? Code { get; }

    /// <summary>Why it is refused, one line; null unless it is.</summary>
    public string? Message { get; }

    /// <summary>The hub gets this error, and the connection is closed with 4003.</summary>
    public static HubVerdict Refused(string code, string message) => new(false, code, message);
}
