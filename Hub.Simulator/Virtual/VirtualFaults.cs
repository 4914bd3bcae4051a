using System;
using System.Text.Json;

namespace Hub.Simulator.Virtual;

/// <summary>
/// Injected faults of an HTTP printer. Immutable: put a new set in place to change it. Set in code or
/// by POST /virtual/faults on the printer's own port; that body is the whole set, so <c>{}</c> clears all faults.
/// </summary>
public sealed record VirtualFaults
{
    public static readonly VirtualFaults None = new();

    /// <summary>Accept the request and never answer.</summary>
    public bool Silent { get; init; }

    /// <summary>Close the connection after the request's head.</summary>
    public bool Drop { get; init; }

    /// <summary>Close the connection after this many bytes of a request's body; 0 is off.</summary>
    public long DropAfterBytes { get; init; }

    /// <summary>Delay before each answer, in ms.</summary>
    public int DelayMs { get; init; }

    /// <summary>Send an answer's body in pieces of this many bytes, 20 ms apart; 0 is off.</summary>
    public int DripBytes { get; init; }

    /// <summary>Answer with this status (500, 502, ...) and an HTML page; 0 is off.</summary>
    public int ErrorStatus { get; init; }

    /// <summary>Answer 200 with an HTML page instead of JSON.</summary>
    public bool Garbage { get; init; }

    /// <summary>Compress every JSON answer without being asked to, as some proxies do.</summary>
    public bool Gzip { get; init; }

    /// <summary>OctoPrint: the key was revoked, so that every request with it is refused.</summary>
    public bool RefuseKey { get; init; }

    /// <summary>OctoPrint: a plugin deletes the file the moment its print is done (DeleteAfterPrint, SpoolManager).</summary>
    public bool DeleteAtEnd { get; init; }

    /// <summary>OctoPrint: the print runs from the printer's SD card and M27 is not answered, so no progress is known.</summary>
    public bool NoProgress { get; init; }

    /// <summary>OctoPrint, Moonraker (two at most): number of tools; 0 and 1 mean one. The last one prints, the others are cold.</summary>
    public int Tools { get; init; }

    /// <summary>PrusaLink in a printer: no USB drive is plugged in.</summary>
    public bool NoStorage { get; init; }

    /// <summary>Answer bytes that are not HTTP, as another service on the port would.</summary>
    public bool NotHttp { get; init; }

    /// <summary>Announce a longer body than is sent, then close.</summary>
    public bool HalfResponse { get; init; }

    /// <summary>Execute the request, then close without an answer.</summary>
    public bool LoseAnswer { get; init; }

    /// <summary>Answer 302 to this address.</summary>
    public string? Redirect { get; init; }

    /// <summary>Apply only to requests whose path starts with this; null applies to all. Does not apply to <see cref="NotHttp"/>.</summary>
    public string? Path { get; init; }

    /// <summary>Apply to this many requests only; 0 for no limit. Does not apply to <see cref="NotHttp"/>.</summary>
    public int Count { get; init; }

    /// <summary>Unplug ("offline") or plug in ("online") the printer behind the server, once.</summary>
    public string? Serial { get; init; }

    /// <summary>Let the printer's board report this fault, once.</summary>
    public string? PrinterError { get; init; }

    /// <summary>Restart the server, once; the printer behind it continues printing (Moonraker).</summary>
    public bool Restart { get; init; }

    /// <summary>A section that Klipper's configuration lacks, such as "virtual_sdcard" (Moonraker).</summary>
    public string? Lacks { get; init; }

    /// <summary>Show NaN as the bed's temperature, as Klipper does with a broken sensor (Moonraker).</summary>
    public bool NotANumber { get; init; }

    /// <summary>Send an irrelevant notification of this many bytes, once (Moonraker).</summary>
    public int LargeNotification { get; init; }

    /// <summary>End the job by this error in its G-code, with on_error_gcode: CANCEL_PRINT as in Mainsail's configuration, once (Moonraker).</summary>
    public string? GcodeError { get; init; }

    /// <summary>Spoolman cannot be reached (Moonraker with --spoolman).</summary>
    public bool SpoolmanDown { get; init; }

    /// <summary>Reads a set. Errors: <see cref="JsonException"/> with one line that names the key and the expected value.</summary>
    public static VirtualFaults Parse(byte[] json) => FaultsJson.Parse(json, FaultsJson.Default.VirtualFaults);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FaultsJson.Default.VirtualFaults);

    /// <summary>True when the faults apply to a request of this path.</summary>
    public bool Applies(string path) => Path == null || path.StartsWith(Path, StringComparison.Ordinal);
}
