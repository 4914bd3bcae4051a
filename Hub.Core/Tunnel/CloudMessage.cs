using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>One message from the cloud. A field that it lacks is null, -1 or unknown. Thread: one owner.</summary>
internal sealed class CloudMessage
{
    /// <summary>What it is.</summary>
    public CloudMessageType Type { get; set; } = CloudMessageType.Unknown;

    /// <summary>Its type as it was sent; null when it has none.</summary>
    public string? TypeName { get; set; }

    /// <summary>Why it cannot be used, naming the key; null for a good one.</summary>
    public HubException? Fault { get; set; }

    /// <summary>Names the command, which is acknowledged once by this id.</summary>
    public string? CommandId { get; set; }

    /// <summary>The printer as the cloud knows it (<see cref="WireIds"/>).</summary>
    public string? PrinterId { get; set; }

    /// <summary>The cloud's id of a job.</summary>
    public string? JobId { get; set; }

    /// <summary>What to do.</summary>
    public string? Action { get; set; }

    /// <summary>Where a file is downloaded from. It holds a token: never log it.</summary>
    public string? FileUrl { get; set; }

    /// <summary>The file's name.</summary>
    public string? FileName { get; set; }

    /// <summary>Until when a start may be sent, in Unix ms; -1 when none is given.</summary>
    public long ExpiresAtMs { get; set; } = -1;

    /// <summary>Names a stream of a file; -1 when none is given.</summary>
    public long StreamId { get; set; } = -1;

    /// <summary>Bytes of the file; -1 when none are given.</summary>
    public long Size { get; set; } = -1;

    /// <summary>SHA-256 of the file as 64 lower-case hex digits, or null.</summary>
    public string? Sha256 { get; set; }

    /// <summary>True when the file is to be printed; unknown when that is not given.</summary>
    public TriState MustStart { get; set; }

    /// <summary>How the file is to be printed, or null.</summary>
    public StartOptions? Options { get; set; }

    /// <summary>Why the cloud ends a stream, or null.</summary>
    public string? Error { get; set; }

    /// <summary>Lines of G-code, or null.</summary>
    public string[]? Lines { get; set; }

    /// <summary>The hub's name for people.</summary>
    public string? HubName { get; set; }

    /// <summary>The account that the hub belongs to.</summary>
    public string? TenantId { get; set; }

    /// <summary>Code of an error message.</summary>
    public string? Code { get; set; }

    /// <summary>Text of an error message.</summary>
    public string? Text { get; set; }

    /// <summary>Names a request, which is answered once by this id.</summary>
    public string? RequestId { get; set; }

    /// <summary>What a request asks for.</summary>
    public string? Method { get; set; }

    /// <summary>A request's parameters as a tree, or null.</summary>
    public Hashtable? Params { get; set; }

    /// <summary>The hub's own secret at the cloud, or null.</summary>
    public Secret? Secret { get; set; }

    /// <summary>A pin; -1 when none is given.</summary>
    public long GpioPin { get; set; } = -1;

    /// <summary>Its level.</summary>
    public TriState GpioState { get; set; }

    /// <summary>The newest job event that the cloud has; -1 when none is given.</summary>
    public long UpTo { get; set; } = -1;

    /// <summary>The job log that the event is of, or null.</summary>
    public string? LogId { get; set; }

    /// <summary>What the cloud can do beyond the base protocol.</summary>
    public CloudFeatures Features { get; set; }

    /// <summary>True when it says what it can do; the owner's cloud does not.</summary>
    public bool HasFeatures { get; set; }

    /// <summary>The printer of <see cref="CloudMessageType.ConfigurePrinter"/>, or null.</summary>
    public CloudPrinter? Printer { get; set; }
}

/// <summary>The printer that configure_printer names. Thread: one owner.</summary>
internal sealed class CloudPrinter
{
    /// <summary>The cloud's own id of it, or null.</summary>
    public string? Id { get; set; }

    /// <summary>Its serial number, for systems without one any unique id, or null.</summary>
    public string? SerialNumber { get; set; }

    /// <summary>Access code, API key or user:password, or null.</summary>
    public Secret? AccessCode { get; set; }

    /// <summary>host or host:port, or null.</summary>
    public string? Address { get; set; }

    /// <summary>bambu, prusa, octoprint, klipper or other; null stands for bambu.</summary>
    public string? ConnectionType { get; set; }

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; set; }

    /// <summary>Its model, or null.</summary>
    public string? Model { get; set; }
}
