namespace Hub.Core.Manager;

/// <summary>Where a printer's link stands. It says nothing about the print: that is <see cref="Hub.Core.Printers.PrinterState"/>.</summary>
public enum LinkState
{
    /// <summary>Switched off in the configuration.</summary>
    Disabled = 0,

    /// <summary>Not linked; waits for the next try or for a free socket.</summary>
    Waiting = 1,

    /// <summary>A try is on its way.</summary>
    Connecting = 2,

    /// <summary>Works: reports come as they should.</summary>
    Online = 3,

    /// <summary>The printer is silent or its link broke, but its last report is young enough to be shown.</summary>
    Degraded = 4,

    /// <summary>Given up until the configuration changes or a try is asked for (wrong key, wrong address).</summary>
    Refused = 5,
}

/// <summary>Names of <see cref="LinkState"/>. (The board prints enums as numbers, hence the table.) Thread: any.</summary>
public static class LinkStates
{
    /// <summary>The state in one word, such as <c>online</c>.</summary>
    public static string Name(LinkState state) => state switch
    {
        LinkState.Disabled => "disabled",
        LinkState.Waiting => "waiting",
        LinkState.Connecting => "connecting",
        LinkState.Online => "online",
        LinkState.Degraded => "degraded",
        _ => "refused",
    };
}
