using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// What goes wrong on purpose with a virtual Bambu. Immutable. Set in code or by POST /virtual/faults on the printer's
/// control port; that body is the whole set, so <c>{}</c> heals the printer.
/// </summary>
public sealed record VirtualBambuFaults
{
    public static readonly VirtualBambuFaults None = new();

    /// <summary>Connected, but no report and no reply.</summary>
    public bool Silent { get; init; }

    /// <summary>After so many requests in one session it hears and says nothing more; 0 is off.</summary>
    public int WedgeAfterCommands { get; init; }

    /// <summary>Do what is asked, but send no reply to it; reports go on.</summary>
    public bool LoseReplies { get; init; }

    /// <summary>Authorization control: commands must be signed, so they are refused.</summary>
    public bool RejectCommands { get; init; }

    /// <summary>Close the connection when another printer's topic is subscribed to, instead of silence.</summary>
    public bool DropAtWrongTopic { get; init; }

    /// <summary>CONNACK code for a wrong access code: 5 or 4.</summary>
    public int ConnackCode { get; init; }

    /// <summary>
    /// What every MQTT connection meets, the present ones too: "drop" (closed at once), "garbage" (an answer that is no
    /// MQTT), "half" (a CONNACK cut off), "error" (CONNACK 3) or "stranger" (no TLS, another service); null is the broker.
    /// </summary>
    public string? Broker { get; init; }

    /// <summary>Reports that are not what they should be: "binary", "cut", "types", "huge" or "html".</summary>
    public string? Garbage { get; init; }

    /// <summary>"changed", "expired" or "otherName" from the next handshake on; null is the printer's own.</summary>
    public string? Certificate { get; init; }

    /// <summary>Both servers are gone for so many seconds, once; then it is idle.</summary>
    public double RebootSeconds { get; init; }

    /// <summary>Fail with this print_error (8 hex digits), once.</summary>
    public string? PrintError { get; init; }

    /// <summary>
    /// After project_file the former end stands under the new name for so many seconds (80 to 210 on an H2D Pro, bambuddy 2555). A second
    /// project_file meanwhile ends the first job, as on an A1 mini (bambuddy 2598).
    /// </summary>
    public double StartDelaySeconds { get; init; }

    /// <summary>Take a start with success, then show this print_error (8 hex digits) beside the old state and print nothing (ha-bambulab 1892).</summary>
    public string? StartError { get; init; }

    /// <summary>Answer commands with a bare echo, without a result (P1S 01.10).</summary>
    public bool BareEcho { get; init; }

    /// <summary>A health message (16 hex digits) that is listed all the time.</summary>
    public string? Hms { get; init; }

    /// <summary>There is no card.</summary>
    public bool NoCard { get; init; }

    /// <summary>The card has no room left.</summary>
    public bool CardFull { get; init; }

    /// <summary>The card takes so many bytes a second; 0 is as fast as it can.</summary>
    public int CardBytesPerSecond { get; init; }

    /// <summary>Break the data connection after so many bytes; 0 is off.</summary>
    public long DropDataAfterBytes { get; init; }

    /// <summary>Take the whole file, then answer 426 instead of 226.</summary>
    public bool AnswerAborted { get; init; }

    /// <summary>Take the whole file and never say 226: "silent" goes on with the session, "close" ends it; null confirms.</summary>
    public string? LoseConfirmation { get; init; }

    /// <summary>Wait so long with 150. A TLS handshake that the client begins meanwhile is never answered (P2S, open-bamboo-networking research/06.03-ftps.md).</summary>
    public int BeginDelayMs { get; init; }

    /// <summary>Store only the first so many bytes, and confirm the whole all the same; 0 is off.</summary>
    public long StoreAtMostBytes { get; init; }

    /// <summary>SIZE says 0 for so long after the last byte of a file was stored, as if its directory entry were not written yet.</summary>
    public int SizeDelayMs { get; init; }

    /// <summary>SIZE is not known.</summary>
    public bool NoSize { get; init; }

    /// <summary>Wait so long with 226.</summary>
    public int CompleteDelayMs { get; init; }

    /// <summary>A data connection must resume a session, or need not; null as the model does.</summary>
    public bool? RequireSessionReuse { get; init; }

    /// <summary>A data connection may go without TLS, or must not; null as the model does.</summary>
    public bool? AllowClearData { get; init; }

    /// <summary>PROT P is never answered, as reported of some A1.</summary>
    public bool HangAtProtP { get; init; }

    /// <summary>Answer PASV with this address, which does not lead to the printer.</summary>
    public string? PasvAddress { get; init; }

    /// <summary>Reads a set. Errors: <see cref="JsonException"/> with one line that names the key and what belongs there.</summary>
    public static VirtualBambuFaults Parse(byte[] json) => FaultsJson.Parse<VirtualBambuFaults>(json);

    public byte[] ToJson() => FaultsJson.Write(this);
}
