using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// The words of Klipper's states (klipper docs/Status_Reference.md, moonraker docs/external_api/server.md): a word's index is
/// its state less <see cref="First"/>; a word that is not listed has -1 and so becomes Unknown.
/// </summary>
internal static class KlippyWords
{
    /// <summary>The first state that has a word.</summary>
    public const int First = 1;

    private const int StateCount = 5;
    private const int PrintStateCount = 6;

    /// <summary>Words of <see cref="KlippyState"/>.</summary>
    public static readonly JsonNames States = new JsonNames(OfKlippy());

    /// <summary>Words of <see cref="KlipperPrint"/>.</summary>
    public static readonly JsonNames PrintStates = new JsonNames(OfPrint());

    private static string[] OfKlippy()
    {
        string[] words = new string[StateCount];
        words[(int)KlippyState.Disconnected - First] = "disconnected";
        words[(int)KlippyState.Startup - First] = "startup";
        words[(int)KlippyState.Ready - First] = "ready";
        words[(int)KlippyState.Shutdown - First] = "shutdown";
        words[(int)KlippyState.Error - First] = "error";
        return words;
    }

    private static string[] OfPrint()
    {
        string[] words = new string[PrintStateCount];
        words[(int)KlipperPrint.Standby - First] = "standby";
        words[(int)KlipperPrint.Printing - First] = "printing";
        words[(int)KlipperPrint.Paused - First] = "paused";
        words[(int)KlipperPrint.Complete - First] = "complete";
        words[(int)KlipperPrint.Cancelled - First] = "cancelled";
        words[(int)KlipperPrint.Error - First] = "error";
        return words;
    }
}
