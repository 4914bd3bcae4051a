using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// Asks OctoPrint for a key that its user grants with a click (OctoPrint docs/bundledplugins/appkeys.rst). Thread: one owner.
/// </summary>
public sealed class OctoPrintAppKeys
{
    private readonly OctoPrintApi _api;
    private string? _pollTarget;

    /// <summary>Makes it; nothing is sent yet.</summary>
    public OctoPrintAppKeys(IHal hal, HttpOrigin origin, TlsOptions? tls)
    {
        _api = new OctoPrintApi(hal, origin, tls, null);
    }

    /// <summary>True when this OctoPrint grants application keys.</summary>
    public bool Probe(CancellationToken cancel) => _api.Get("/plugin/appkeys/probe", cancel) == 204;

    /// <summary>Files the request; the user then sees it in OctoPrint. Errors: <see cref="ErrorCode.NotSupported"/>.</summary>
    /// <param name="appName">Who asks, as shown to the user.</param>
    /// <param name="user">OctoPrint user to ask, or null for whoever is logged in.</param>
    /// <param name="cancel">Gives up.</param>
    public void Request(string appName, string? user, CancellationToken cancel)
    {
        JsonWriter writer = new JsonWriter(128, 1024);
        writer.BeginObject();
        writer.Name("app");
        writer.Value(appName);
        if (user != null)
        {
            writer.Name("user");
            writer.Value(user);
        }

        writer.EndObject();
        int status = _api.Post("/plugin/appkeys/request", writer.ToString(), cancel);
        string? token = status == 201 ? OctoPrintAnswers.AppToken(_api.Body, _api.BodyLength) : null;
        if (token == null)
        {
            throw new HubException(ErrorCode.NotSupported, "this OctoPrint accepts no requests for application keys: create a key in its settings");
        }

        _pollTarget = "/plugin/appkeys/request/" + UrlText.PercentEncode(token);
    }

    /// <summary>
    /// Asks for the decision; call about once a second, or the request goes stale. Null while undecided.
    /// Errors: <see cref="ErrorCode.AuthRejected"/> when it was denied or has timed out.
    /// </summary>
    public Secret? Poll(CancellationToken cancel)
    {
        int status = _api.Get(_pollTarget!, cancel);
        if (status == 202)
        {
            return null;
        }

        string? key = status == 200 ? OctoPrintAnswers.ApiKey(_api.Body, _api.BodyLength) : null;
        if (key == null)
        {
            throw new HubException(ErrorCode.AuthRejected, "the request for an application key was denied in OctoPrint, or not answered in time");
        }

        return new Secret(key);
    }

    /// <summary>Closes the connection.</summary>
    public void Close() => _api.Close();
}
