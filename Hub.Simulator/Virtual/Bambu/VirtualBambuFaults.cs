using System.Globalization;
using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Injected faults of a virtual Bambu printer. Immutable. Set in code or by POST /virtual/faults on the printer's
/// control port; that body is the whole set, so <c>{}</c> clears all faults.
/// </summary>
public sealed record VirtualBambuFaults
{
    public static readonly VirtualBambuFaults None = new();

    /// <summary>Connected, but no report and no reply.</summary>
    public bool Silent { get; init; }

    /// <summary>Ignore the session after this many requests and send nothing more; 0 is off.</summary>
    public int WedgeAfterCommands { get; init; }

    /// <summary>Execute requests without a reply; reports continue.</summary>
    public bool LoseReplies { get; init; }

    /// <summary>Authorization control: unsigned commands are refused.</summary>
    public bool RejectCommands { get; init; }

    /// <summary>Close the connection on a subscription to another printer's topic, instead of ignoring it.</summary>
    public bool DropAtWrongTopic { get; init; }

    /// <summary>CONNACK code for a wrong access code: 5 or 4.</summary>
    public int ConnackCode { get; init; }

    /// <summary>
    /// Replaces the broker for every MQTT connection, open ones included: "drop" (closed at once), "garbage" (an answer that is not
    /// MQTT), "half" (a CONNACK cut off), "error" (CONNACK 3) or "stranger" (no TLS, another service); null is the broker.
    /// </summary>
    public string? Broker { get; init; }

    /// <summary>Malformed reports: "binary", "cut", "types", "huge" or "html".</summary>
    public string? Garbage { get; init; }

    /// <summary>"changed", "expired", "otherName" or "alone" (the printer's own, without the CA) from the next handshake on; null is the printer's own.</summary>
    public string? Certificate { get; init; }

    /// <summary>Both servers are down for this many seconds, once; then the printer is idle.</summary>
    public double RebootSeconds { get; init; }

    /// <summary>Fail with this print_error (8 hex digits), once.</summary>
    public string? PrintError { get; init; }

    /// <summary>
    /// After project_file the previous job's end stays visible under the new name for this many seconds (80 to 210 on an H2D Pro, bambuddy 2555). A second
    /// project_file in this time ends the first job, as on an A1 mini (bambuddy 2598).
    /// </summary>
    public double StartDelaySeconds { get; init; }

    /// <summary>Accept a start, then show this print_error (8 hex digits) with the old state and print nothing (ha-bambulab 1892).</summary>
    public string? StartError { get; init; }

    /// <summary>Answer commands with a bare echo, without a result (P1S 01.10).</summary>
    public bool BareEcho { get; init; }

    /// <summary>A health message (16 hex digits) in every report.</summary>
    public string? Hms { get; init; }

    /// <summary>Numbers of AMS slots without a spool, such as "1,3".</summary>
    public string? EmptySlots { get; init; }

    /// <summary>There is no card.</summary>
    public bool NoCard { get; init; }

    /// <summary>The card is full.</summary>
    public bool CardFull { get; init; }

    /// <summary>Write speed of the card, in bytes per second; 0 for no limit.</summary>
    public int CardBytesPerSecond { get; init; }

    /// <summary>Abort the data connection after this many bytes; 0 is off.</summary>
    public long DropDataAfterBytes { get; init; }

    /// <summary>Receive the whole file, then answer 426 instead of 226.</summary>
    public bool AnswerAborted { get; init; }

    /// <summary>Receive the whole file and never answer 226: "silent" keeps the session, "close" ends it; null confirms.</summary>
    public string? LoseConfirmation { get; init; }

    /// <summary>Delay before 150, in ms. A TLS handshake that the client begins in this time is never answered (P2S, open-bamboo-networking research/06.03-ftps.md).</summary>
    public int BeginDelayMs { get; init; }

    /// <summary>Store only this many bytes, but confirm the whole file; 0 is off.</summary>
    public long StoreAtMostBytes { get; init; }

    /// <summary>SIZE answers 0 for this time after a file's last byte, in ms, as if its directory entry were not written yet.</summary>
    public int SizeDelayMs { get; init; }

    /// <summary>SIZE is not supported.</summary>
    public bool NoSize { get; init; }

    /// <summary>Delay before 226, in ms.</summary>
    public int CompleteDelayMs { get; init; }

    /// <summary>Whether a data connection must resume a session; null for the model's default.</summary>
    public bool? RequireSessionReuse { get; init; }

    /// <summary>Whether a data connection may be unencrypted; null for the model's default.</summary>
    public bool? AllowClearData { get; init; }

    /// <summary>PROT P is never answered, as reported for some A1 printers.</summary>
    public bool HangAtProtP { get; init; }

    /// <summary>Answer PASV with this address, which does not lead to the printer.</summary>
    public string? PasvAddress { get; init; }

    /// <summary>Reads a set. Errors: <see cref="JsonException"/> with one line that names the key and the expected value.</summary>
    public static VirtualBambuFaults Parse(byte[] json) => FaultsJson.Parse(json, FaultsJson.Default.VirtualBambuFaults);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FaultsJson.Default.VirtualBambuFaults);

    /// <summary><see cref="EmptySlots"/> as numbers. Errors: JsonException for a text that is no list of numbers.</summary>
    public int[] EmptySlotNumbers()
    {
        string[] texts = EmptySlots?.Split(',') ?? [];
        int[] numbers = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new JsonException("emptySlots must be numbers of slots, such as \"1,3\"");
            }
        }

        return numbers;
    }
}
