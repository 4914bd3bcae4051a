using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.ConnectionTest;

/// <summary>An HTTP printer step by step: address, port, certificate, an answer without a key, login, status.</summary>
internal sealed class HttpPrinterTest : PrinterTest
{
    private const int MaxVersionBytes = 16 * 1024;

    private static readonly JsonNames s_text = new JsonNames(new[] { "text" });
    private static readonly JsonNames s_result = new JsonNames(new[] { "result" });
    private static readonly JsonNames s_moonrakerVersion = new JsonNames(new[] { "moonraker_version" });

    private readonly PrinterSystem _system;
    private HttpClient? _client;
    private bool _isRegistered;

    public HttpPrinterTest(IHal hal, Log log, PrinterManager manager, PrinterConfig printer)
        : base(hal, log, manager, printer)
    {
        _system = PrinterSystems.Find(printer.Type)!;
    }

    private string VersionPath => _system.VersionPath!;

    private string Title => _system.Title;

    private int ConnectMs => Least(LeftMs, _client!.ConnectTimeoutMs);

    public override void Dispose()
    {
        _client?.Dispose();
        if (_isRegistered)
        {
            Manager.Deregister(Printer.Id);
        }
    }

    protected override bool RunSteps()
    {
        bool isAnswered = Step("address", ResolveAddress, null)
            && Step("connect", Connect, null)
            && (!_client!.Origin.IsTls || Step("tls", CheckCertificate, null))
            && Step("answer", AskWithoutKey, "the port is open, but its server is silent: restart it, or check url and port");
        if (!isAnswered)
        {
            return false;
        }

        if (IsInHub)
        {
            _client!.Close();
            return HubLinkSteps();
        }

        return Step("login", AskWithKey, "it answers without a key, but not with one: restart its server, or give more time with --timeout")
            && Step("status", WaitForStatus, "the login works: restart the printer's server, or give more time with --timeout");
    }

    private static int Least(int a, int b) => a < b ? a : b;

    private string ResolveAddress()
    {
        HttpOrigin origin = HttpOrigin.Parse(Printer.Url!);
        _client = new HttpClient(Hal, origin, Printer.Tls);
        return NetworkSteps.Resolve(Hal, origin.Host, origin.ToString(), "url", LeftMs, Cancel);
    }

    private string Connect() => NetworkSteps.Connect(Hal, _client!.Origin.Host, _client.Origin.Port, ConnectMs);

    private string CheckCertificate()
    {
        HttpOrigin origin = _client!.Origin;
        TlsOptions trust = Printer.Tls ?? new TlsOptions();
        HubException? refusal = TlsChecks.Refusal(Hal.Sockets, trust, origin.HostAndPort);
        if (refusal != null)
        {
            throw refusal;
        }

        string shown = NetworkSteps.Certificate(Hal, origin.Host, origin.Port, origin.Host, ConnectMs, Cancel);
        try
        {
            using IByteStream stream = Hal.Sockets.ConnectTls(origin.Host, origin.Port, trust, ConnectMs);
            return shown + (stream.Peer!.IsVerified ? "; checked, and trusted" : "; NOT checked, as --insecure asks for");
        }
        catch (HubException e)
        {
            throw e.Reworded(shown + "; " + e.Message);
        }
    }

    private HttpResponse Send(HttpRequest request)
    {
        int leftMs = LeftMs;
        _client!.ConnectTimeoutMs = Least(_client.ConnectTimeoutMs, leftMs);
        _client.ReadTimeoutMs = Least(_client.ReadTimeoutMs, leftMs);
        _client.TotalTimeoutMs = Least(_client.TotalTimeoutMs, leftMs);
        return _client.Send(request, Cancel);
    }

    /// <summary>Judges the first answer in the words that the hub's link has for it (<see cref="HttpAnswers"/>).</summary>
    private string AskWithoutKey()
    {
        HttpOrigin origin = _client!.Origin;
        HttpResponse response = Send(new HttpRequest("GET", VersionPath));
        int status = response.Status;
        string? location = response.Header("Location");
        string? challenge = response.Header("WWW-Authenticate");
        string? scheme = challenge == null ? null : challenge.Trim().Split(' ')[0];

        // PrusaLink's own login is one of HTTP, and in front of a Moonraker the hub can answer it; an OctoPrint's is always a proxy's.
        HubException? login = status == 401 && !_system.AnswersHttpLogin ? HttpAnswers.ForeignLogin(response, origin, Title) : null;
        HubException? tls = status == 400 ? AskedInPlainText(response, origin) : null;
        response.Drain();
        if (tls != null)
        {
            throw tls;
        }

        if (login != null)
        {
            throw login;
        }

        if (status == 401 && scheme != null)
        {
            return "HTTP 401, a login by HTTP " + scheme + " is wanted";
        }

        if (status == 200 || status == 401 || status == 403)
        {
            return "HTTP " + status.ToString();
        }

        if (status >= 300 && status < 400)
        {
            throw HttpAnswers.Redirected(status, location, origin, VersionPath, Title);
        }

        throw status >= 500 ? HttpAnswers.ServerFault(status, null, origin, Title) : HttpAnswers.NoSuchApi(status, origin, Title);
    }

    private static HubException? AskedInPlainText(HttpResponse response, HttpOrigin origin)
    {
        byte[] body = new byte[MaxVersionBytes];
        try
        {
            return HttpAnswers.WantsTls(body, response.ReadAll(body), origin);
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // The status says enough.
            return null;
        }
    }

    private string AskWithKey()
    {
        // The client that the hub has for it: what it says of a failure is what "status" says.
        LogIn();
        if (_system.Login == PrinterLogin.ApiKey || (Printer.ApiKey == null && Printer.User != null))
        {
            return "accepted by " + Title;
        }

        HttpRequest request = new HttpRequest("GET", VersionPath);
        if (Printer.ApiKey != null)
        {
            request.AddHeader("X-Api-Key", Printer.ApiKey);
        }

        HttpResponse response = Send(request);
        int status = response.Status;
        byte[] body = new byte[MaxVersionBytes];
        int length = response.ReadAll(body);
        _client!.Close();
        if (status == 401 || status == 403)
        {
            throw Printer.ApiKey == null
                ? new HubException(ErrorCode.AuthMissing, "it wants an API key (" + status.ToString() + ") and none is stored")
                : new HubException(ErrorCode.AuthRejected, "wrong API key (" + status.ToString() + ")");
        }

        return status == 200 ? "accepted by " + ServerName(body, length) : throw new HubException(ErrorCode.BadResponse, "HTTP " + status.ToString());
    }

    private void LogIn()
    {
        IPrinterClient client = new PrinterClientFactory(Hal, Log).Create(Printer);
        Exception? failure = null;
        try
        {
            LogIn(client);
        }
        catch (Exception e)
        {
            failure = e;
        }

        // Not in a finally: it may catch (docs/board.md).
        client.Dispose();
        if (failure != null)
        {
            throw failure;
        }
    }

    private void LogIn(IPrinterClient client)
    {
        using TestLimit limit = new TestLimit(LeftMs, Cancel);
        try
        {
            client.Connect(limit.Token);
        }
        catch (HubException e)
        {
            throw e.Code == ErrorCode.Cancelled && limit.IsOver ? limit.Timeout(Title, e) : e;
        }

        client.Disconnect();
    }

    /// <summary>What the server calls itself, such as "OctoPrint 1.10.3".</summary>
    private string ServerName(byte[] body, int length)
    {
        string? name = null;
        try
        {
            name = JsonAnswers.Text(JsonAnswers.Open(body, length), s_text) ?? MoonrakerName(JsonAnswers.Open(body, length));
        }
        catch (HubException e)
        {
            throw e.Code == ErrorCode.BadJson ? Foreign(e) : e;
        }

        return name == null ? throw Foreign(new HubException(ErrorCode.BadJson, "no version")) : Printable(name);
    }

    private string? MoonrakerName(JsonReader reader)
    {
        string? version = JsonAnswers.Enter(reader, s_result) ? JsonAnswers.Text(reader, s_moonrakerVersion) : null;
        return version == null ? null : Title + " " + version;
    }

    private HubException Foreign(HubException inner) =>
        new HubException(ErrorCode.BadJson, "the answer is not that of " + Title + ": check url and port", inner);

    private static string Printable(string text)
    {
        StringBuilder printable = new StringBuilder();
        foreach (char c in text.ToCharArray())
        {
            if (c >= ' ' && (c < 0x7f || c > 0x9f))
            {
                printable.Append(c);
            }
        }

        return printable.ToString();
    }

    private string WaitForStatus()
    {
        Manager.Register(Printer);
        _isRegistered = true;
        if (!WaitForFirstAnswer(LeftMs))
        {
            throw new HubException(ErrorCode.Timeout, "no full report within " + (TimeoutMs / 1000).ToString() + " s");
        }

        if (!Printer.Enabled)
        {
            return "not asked for: the printer is disabled ('printers enable " + Printer.Id + "')";
        }

        PrinterSnapshot? printer = Manager.Snapshot(Printer.Id);
        PrinterStatus status = printer == null ? new PrinterStatus() : printer.Status;
        return status.IsConnected ? Describe(status) : throw StatusErrors.Of(status, "no report");
    }
}
