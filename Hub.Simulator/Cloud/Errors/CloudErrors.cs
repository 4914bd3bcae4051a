namespace Hub.Simulator.Cloud.Errors;

/// <summary>The errors that several parts of the cloud report (docs/cloud.md).</summary>
internal static class CloudErrors
{
    /// <summary>400: the request itself is wrong.</summary>
    public static CloudException BadRequest(string message) => new(400, "bad_request", message);

    /// <summary>400: a text of the body cannot be read.</summary>
    public static CloudException HalfCharacter() => BadRequest("A text of the body holds half of a UTF-16 pair (\\ud800 to \\udfff), which is no character.");

    /// <summary>404: no such printer, hub or transfer.</summary>
    public static CloudException NotFound(string message) => new(404, "not_found", message);

    /// <summary>409: two hubs have a printer of this id.</summary>
    public static CloudException Ambiguous(string message) => new(409, "ambiguous", message);

    /// <summary>409: the hub or the printer refused it.</summary>
    public static CloudException Refused(string message) => new(409, "refused", message);

    /// <summary>501: this hub does not know this extension.</summary>
    public static CloudException NotSupported(string message) => new(501, "not_supported", message);

    /// <summary>503: the hub is not connected.</summary>
    public static CloudException HubOffline(string hubId) =>
        new(503, "hub_offline", "Hub " + hubId + " is not connected: check its power, its network and its cloud settings.");

    /// <summary>503: too much waits for the hub already.</summary>
    public static CloudException HubBusy(string hubId) => new(503, "hub_busy", "Too many messages wait for hub " + hubId + ": try again later.");

    /// <summary>504: no answer in time; the outcome is not known.</summary>
    public static CloudException NoAnswer(string hubId, int seconds) =>
        new(504, "timeout", "Hub " + hubId + " did not answer within " + seconds + " s. The outcome is not known: check the printer.");
}
