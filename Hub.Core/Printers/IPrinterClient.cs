using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Streams;

namespace Hub.Core.Printers;

/// <summary>
/// One printer, whatever its system. Every member that talks to the printer blocks, obeys its
/// cancellation within 100 ms and throws <see cref="HubException"/>. What only some systems can do are interfaces of
/// their own, which a client implements only when it can: <see cref="IGcode"/>, <see cref="ILight"/>,
/// <see cref="ISpeedLevels"/>, <see cref="IErrorClearing"/>, <see cref="IEmergencyStop"/>.
/// </summary>
/// <remarks>
/// Thread: the printer's worker owns the client and is the only caller, except for
/// <see cref="Upload"/>, which a transfer worker calls at the same time: it uses a connection of its own and
/// touches nothing the other members use. Commands return when the printer's server has accepted them; the
/// proof is the state that a later <see cref="Poll"/> shows.
/// </remarks>
public interface IPrinterClient : IDisposable
{
    /// <summary>
    /// What this printer can do: never more than the interfaces that the client implements. Before <see cref="Connect"/> it
    /// may be the most that its system can; a command is judged again when its turn comes. Read from any thread.
    /// </summary>
    PrinterCapabilities Capabilities { get; }

    /// <summary>What is known of the printer; updated by <see cref="Poll"/>. Owned by the worker.</summary>
    PrinterStatus Status { get; }

    /// <summary>
    /// Sees every report that is applied, also those within one <see cref="Poll"/> or command, and the status at the end of each
    /// <see cref="Poll"/>. Set by the worker before it connects.
    /// </summary>
    IReportListener? Listener { get; set; }

    /// <summary>
    /// What the printer has shown of the start that was sent last. The worker begins and ends it; <see cref="Poll"/> judges
    /// it by what this system reports about a job. Owned by the worker.
    /// </summary>
    StartEvidence Start { get; }

    /// <summary>Opens the link and checks identity and credentials. No command may come before it has succeeded.</summary>
    void Connect(CancellationToken cancel);

    /// <summary>Asks for, or waits for, the next report and brings <see cref="Status"/> up to date.</summary>
    void Poll(CancellationToken cancel);

    /// <summary>Pauses the running job.</summary>
    void Pause(CancellationToken cancel);

    /// <summary>Resumes the paused job.</summary>
    void Resume(CancellationToken cancel);

    /// <summary>Cancels the job.</summary>
    void Cancel(CancellationToken cancel);

    /// <summary>Streams a file to the printer's storage through a fixed window. Thread: a transfer worker.</summary>
    /// <param name="name">The file's name for people, without folders.</param>
    /// <param name="source">The bytes; the caller opens and closes it.</param>
    /// <param name="progress">Called after every window, or null.</param>
    /// <param name="cancel">Ends the transfer and leaves no half file behind where the system allows it.</param>
    /// <returns>The path under which the printer stored it, for <see cref="StartPrint"/>.</returns>
    string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel);

    /// <summary>
    /// Starts a stored file. Sent once, never repeated by itself. Errors: a <see cref="ErrorCode.WrongState"/> with
    /// <see cref="HubException.RetryAfterMs"/> set is a refusal that will pass: the worker sends it again after that time.
    /// </summary>
    /// <param name="storedPath">What <see cref="Upload"/> returned.</param>
    /// <param name="options">What Bambu printers need besides the file; the other systems read all of it from the file.</param>
    /// <param name="cancel">Gives up waiting.</param>
    void StartPrint(string storedPath, StartOptions options, CancellationToken cancel);

    /// <summary>Closes the link; <see cref="Connect"/> may follow.</summary>
    void Disconnect();
}
