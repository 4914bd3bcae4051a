using System;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// OctoPrint's application keys workflow (docs/bundledplugins/appkeys.rst): the user clicks Allow in
/// OctoPrint instead of typing a key. Thread: one owner.
/// </summary>
public sealed class OctoPrintAppKeys
{
    /// <summary>Makes the workflow; nothing is sent.</summary>
    public OctoPrintAppKeys(IHal hal, HttpOrigin origin, TlsOptions? tls) => throw new NotImplementedException();

    /// <summary>True when the server offers the workflow.</summary>
    public bool Probe(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Asks for a key; OctoPrint shows a dialog to its user.</summary>
    /// <param name="appName">Shown in the dialog.</param>
    /// <param name="user">Only this user is asked, or null for all.</param>
    /// <param name="cancel">Gives up.</param>
    public void Request(string appName, string? user, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>
    /// Asks for the decision, about once a second: a request that is not polled goes stale.
    /// Errors: <see cref="ErrorCode.AuthRejected"/> when it was denied or timed out.
    /// </summary>
    /// <returns>The key, or null while nobody decided.</returns>
    public Secret? Poll(CancellationToken cancel) => throw new NotImplementedException();
}
