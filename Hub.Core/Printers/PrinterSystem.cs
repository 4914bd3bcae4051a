using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Printers;

/// <summary>
/// One printer system: what the rest of the hub needs to know about it besides its client. Each system's folder has one, and
/// Hub.Core/Systems/PrinterSystems.cs lists them (docs/add-a-printer-system.md). Immutable. Thread: any.
/// </summary>
public abstract class PrinterSystem
{
    /// <summary>The word for it in configuration, on the command line and in messages, such as "octoprint".</summary>
    public abstract string Type { get; }

    /// <summary>Its name for people, such as "OctoPrint".</summary>
    public abstract string Title { get; }

    /// <summary>Begins the ids that the hub makes for its printers, such as "octo-".</summary>
    public abstract string IdPrefix { get; }

    /// <summary>Where the login of a new printer comes from.</summary>
    public abstract PrinterLogin Login { get; }

    /// <summary>Ends of the names of files that it prints, lower case, such as ".gcode".</summary>
    public abstract string[] FileExtensions { get; }

    /// <summary>
    /// True when the configuration names its printers by url. False when it names them by host and serial number, as
    /// Bambu's: the serial then identifies the printer, and the address may change.
    /// </summary>
    public virtual bool HasUrl => true;

    /// <summary>True when its client uses <see cref="PrinterConfig.PollMs"/> itself, so that a change to it needs a new link.</summary>
    public virtual bool ClientUsesPollMs => false;

    /// <summary>
    /// CPU time of one poll of a printer with a job, in microseconds on the machine of docs/board.md's measurements ("Polls and the CPU"); 0 for
    /// a system without polls.
    /// </summary>
    public virtual int PollCostUs => 0;

    /// <summary>The same of a printer at rest (idle, finished, cancelled), where its client asks for less then.</summary>
    public virtual int RestCostUs => PollCostUs;

    /// <summary>CPU time of the reports that a printer sends by itself in a second, in microseconds as above; 0 for a system that does not.</summary>
    public virtual int PushCostUs => 0;

    /// <summary>The DNS-SD service (RFC 6763) that its servers announce, such as "_octoprint._tcp.local"; null for none.</summary>
    public virtual string? DnsService => null;

    /// <summary>
    /// The request whose answer identifies the server, such as "/api/version"; null for a system without HTTP. The connection
    /// test asks for it without a login, and then with the API key.
    /// </summary>
    public virtual string? VersionPath => null;

    /// <summary>
    /// True when the client answers a login by HTTP (401 with WWW-Authenticate). False when such a login can only be that of
    /// a proxy in front of the server.
    /// </summary>
    public virtual bool AnswersHttpLogin => true;

    /// <summary>
    /// Makes a client that the caller owns; nothing is opened yet. Errors: <see cref="Errors.ErrorCode.ConfigInvalid"/> for an
    /// address it cannot use.
    /// </summary>
    /// <param name="hal">For its connections.</param>
    /// <param name="config">Address and credentials.</param>
    /// <param name="log">Masks the secrets that a printer hands out, such as a login's token; null for none.</param>
    public abstract IPrinterClient CreateClient(IHal hal, PrinterConfig config, Log? log);
}
