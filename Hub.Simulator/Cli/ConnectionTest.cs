using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The steps from an address to a first status, each with what it proves.</summary>
internal sealed class ConnectionTest : IConnectionTest
{
    private const int MaxVersionBytes = 16 * 1024;

    private readonly HubSession _session;
    private readonly PrinterConfig _printer;
    private readonly int _timeoutMs;
    private readonly long _deadlineMs;
    private readonly CancellationToken _cancel;
    private readonly PrinterSystem _system;
    private HttpClient? _client;

    public ConnectionTest(HubSession session, PrinterConfig printer, int timeoutSeconds, CancellationToken cancel)
    {
        _session = session;
        _printer = printer;
        _system = PrinterSystems.Find(printer.Type)!;
        _timeoutMs = timeoutSeconds * 1000;
        _deadlineMs = session.Hal.Clock.NowMs + _timeoutMs;
        _cancel = cancel;
    }

    public IEnumerable<TestStep> Steps
    {
        get
        {
            yield return Step("address", ResolveAddress);
            yield return Step("connect", Connect);
            if (_client!.Origin.IsTls)
            {
                yield return Step("tls", CheckCertificate);
            }

            yield return Step("answer", AskWithoutKey, "the port is open, but its server is silent: restart it, or check url and port");
            if (!_session.IsHosted)
            {
                yield return Step("login", AskWithKey, "it answers without a key, but not with one: restart its server, or give more time with --timeout");
                yield return Step("status", WaitForStatus, "the login works: restart the printer's server, or give more time with --timeout");
                yield break;
            }

            _client.Close();
            foreach (TestStep step in new HubLinkSteps(_session, _printer, LeftMs, _cancel).Steps)
            {
                yield return step;
            }
        }
    }

    private string VersionPath => _system.VersionPath!;

    private int ConnectMs => Math.Min(LeftMs, _client!.ConnectTimeoutMs);

    private int LeftMs => (int)Math.Max(1, _deadlineMs - _session.Hal.Clock.NowMs);

    public void Dispose() => _client?.Dispose();

    private TestStep Step(string name, Func<string> run, string? silenceHint = null) => new(name, _printer, _session.Log, run, silenceHint);

    private string ResolveAddress()
    {
        HttpOrigin origin = HttpOrigin.Parse(_printer.Url!);
        _client = new HttpClient(_session.Hal, origin, _printer.Tls);
        return NetworkSteps.Resolve(origin.Host, origin.ToString(), "url", LeftMs, _cancel);
    }

    private string Connect() => NetworkSteps.Connect(_session, _client!.Origin.Host, _client.Origin.Port, ConnectMs);

    private string CheckCertificate()
    {
        HttpOrigin origin = _client!.Origin;
        string shown = NetworkSteps.LookAtCertificate(origin.Host, origin.Port, origin.Host, ConnectMs, _cancel);
        try
        {
            using IByteStream stream = _session.Hal.Sockets.ConnectTls(origin.Host, origin.Port, _printer.Tls ?? new TlsOptions(), ConnectMs);
            return shown + (stream.Peer!.IsVerified ? "; checked, and trusted" : "; NOT checked, as --insecure asks for");
        }
        catch (HubException e)
        {
            throw e.Reworded($"{shown}; {e.Message}");
        }
    }

    private HttpResponse Send(HttpRequest request)
    {
        _client!.ConnectTimeoutMs = Math.Min(_client.ConnectTimeoutMs, LeftMs);
        _client.ReadTimeoutMs = Math.Min(_client.ReadTimeoutMs, LeftMs);
        _client.TotalTimeoutMs = Math.Min(_client.TotalTimeoutMs, LeftMs);
        return _client.Send(request, _cancel);
    }

    /// <summary>Judges the first answer in the words that the hub's link has for it (<see cref="HttpAnswers"/>).</summary>
    private string AskWithoutKey()
    {
        HttpOrigin origin = _client!.Origin;
        HttpResponse response = Send(new HttpRequest("GET", VersionPath));
        int status = response.Status;
        string? location = response.Header("Location");

        string? scheme = response.Header("WWW-Authenticate")?.Trim().Split(' ')[0];

        // PrusaLink's own login is one of HTTP, and in front of a Moonraker the hub can answer it; an OctoPrint's is always a proxy's.
        HubException? login = status == 401 && !_system.AnswersHttpLogin ? HttpAnswers.ForeignLogin(response, origin, _system.Title) : null;
        HubException? tls = status == 400 ? AskedInPlainText(response, origin) : null;
        response.Drain();
        return status switch
        {
            400 when tls != null => throw tls,
            401 when login != null => throw login,
            401 when scheme != null => $"HTTP {status}, a login by HTTP {scheme} is wanted",
            200 or 401 or 403 => $"HTTP {status}",
            >= 300 and < 400 => throw HttpAnswers.Redirected(status, location, origin, VersionPath, _system.Title),
            >= 500 => throw HttpAnswers.ServerFault(status, null, origin, _system.Title),
            _ => throw HttpAnswers.NoSuchApi(status, origin, _system.Title),
        };
    }

    private static HubException? AskedInPlainText(HttpResponse response, HttpOrigin origin)
    {
        byte[] body = new byte[MaxVersionBytes];
        try
        {
            return HttpAnswers.WantsTls(body, response.ReadAll(body), origin);
        }
        catch (HubException e) when (e.Code != ErrorCode.Cancelled)
        {
            // The status tells enough.
            return null;
        }
    }

    private string AskWithKey()
    {
        // The client that the hub has for it: what it says of a failure is what "status" says.
        LogIn();
        if (_system.Login == PrinterLogin.ApiKey || (_printer.ApiKey == null && _printer.User != null))
        {
            return "accepted by " + _system.Title;
        }

        HttpRequest request = new("GET", VersionPath);
        if (_printer.ApiKey != null)
        {
            request.AddHeader("X-Api-Key", _printer.ApiKey);
        }

        HttpResponse response = Send(request);
        int status = response.Status;
        byte[] body = new byte[MaxVersionBytes];
        int length = response.ReadAll(body);
        _client!.Close();
        if (status is 401 or 403)
        {
            throw _printer.ApiKey == null
                ? new HubException(ErrorCode.AuthMissing, $"it wants an API key ({status}) and none is stored")
                : new HubException(ErrorCode.AuthRejected, $"wrong API key ({status})");
        }

        return status == 200
            ? "accepted by " + ServerName(body.AsMemory(0, length))
            : throw new HubException(ErrorCode.BadResponse, $"HTTP {status}");
    }

    private void LogIn()
    {
        int leftMs = LeftMs;
        using IPrinterClient client = new PrinterClientFactory(_session.Hal, _session.Log).Create(_printer);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        limit.CancelAfter(leftMs);
        try
        {
            client.Connect(limit.Token);
        }
        catch (HubException e) when (e.Code == ErrorCode.Cancelled && !_cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Timeout, $"{_system.Title} did not answer within {Math.Max(1, leftMs / 1000)} s", e);
        }

        client.Disconnect();
    }

    /// <summary>What the server calls itself, such as "OctoPrint 1.10.3".</summary>
    private string ServerName(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            string text = document.RootElement.TryGetProperty("text", out JsonElement name)
                ? name.GetString()!
                : _system.Title + " " + document.RootElement.GetProperty("result").GetProperty("moonraker_version").GetString();
            return new string([.. text.Where(c => !char.IsControl(c))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            throw new HubException(ErrorCode.BadJson, $"the answer is not that of {_system.Title}: check url and port", e);
        }
    }

    private string WaitForStatus()
    {
        _session.Start([_printer]);
        if (!_session.WaitForFirstAnswers(LeftMs, _cancel))
        {
            throw new HubException(ErrorCode.Timeout, $"no full report within {_timeoutMs / 1000} s");
        }

        PrinterStatus status = _session.Snapshot(_printer.Id)?.Status ?? new PrinterStatus();
        if (!_printer.Enabled)
        {
            return $"not asked for: the printer is disabled ('printers enable {_printer.Id}')";
        }

        return status.IsConnected
            ? PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : ": " + status.ErrorMessage)
            : throw PrinterErrors.Of(status, "no report");
    }
}
