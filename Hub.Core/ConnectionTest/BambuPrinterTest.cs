using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Text;

namespace Hub.Core.ConnectionTest;

/// <summary>A Bambu printer step by step: address, certificate, MQTT login, first report, file server.</summary>
internal sealed class BambuPrinterTest : PrinterTest
{
    private const int DialMs = 10_000;
    private const int VersionMs = 3000;

    private readonly BambuClient _client;

    public BambuPrinterTest(IHal hal, Log log, PrinterManager manager, PrinterConfig printer)
        : base(hal, log, manager, printer)
    {
        _client = new BambuClient(hal, printer);
    }

    private delegate string LimitedAction(CancellationToken cancel);

    private string FilesHint => "restart the printer, or check that a firewall lets port " + Printer.FtpsPort.ToString() + " through";

    private int StepMs
    {
        get
        {
            int leftMs = LeftMs;
            return leftMs < DialMs ? leftMs : DialMs;
        }
    }

    public override void Dispose() => _client.Dispose();

    protected override bool RunSteps()
    {
        if (!Step("address", ResolveAddress, null) || !Step("connect", Connect, null) || !Step("tls", CheckCertificate, null))
        {
            return false;
        }

        if (!IsInHub)
        {
            return Step("login", Login, "TLS works, but MQTT is silent: restart the printer, or check the serial number")
                && Step("status", ReadStatus, null)
                && Step("files", CheckFiles, FilesHint);
        }

        // The file server has one place: an upload's own.
        return HubLinkSteps() && (IsUploading() || Step("files", CheckFiles, FilesHint));
    }

    private bool IsUploading()
    {
        PrinterSnapshot? printer = Manager.Snapshot(Printer.Id);
        return printer != null && printer.LastTransfer != null && !printer.LastTransfer.IsFinished;
    }

    private string ResolveAddress() => NetworkSteps.Resolve(Hal, Printer.Host!, Printer.Host!, "host", StepMs, Cancel);

    private string Connect() => "MQTT " + NetworkSteps.Connect(Hal, Printer.Host!, Printer.MqttPort, StepMs);

    /// <summary>Nothing secret is sent before the next step.</summary>
    private string CheckCertificate()
    {
        HubException? refusal = BambuTrust.Refusal(Hal.Sockets, Printer.Tls);
        if (refusal != null)
        {
            throw refusal;
        }

        string shown = NetworkSteps.Certificate(Hal, Printer.Host!, Printer.MqttPort, Printer.Serial!, StepMs, Cancel);
        TlsOptions? tls = Printer.Tls;
        string? pin = tls == null ? null : tls.PinSha256;
        bool isInsecure = tls != null && tls.Insecure;
        bool isConfigured = pin != null || isInsecure || (tls != null && tls.CaPem != null);
        pin = isConfigured ? pin : new TrustStore(Hal.Nvs, Hal.Hash).Find(Printer.Serial!);
        bool isFirst = !isConfigured && pin == null;
        TlsOptions trust = new TlsOptions
        {
            ServerName = Printer.Serial,
            PinSha256 = pin,
            CaPem = tls == null ? null : tls.CaPem,
            Insecure = isFirst || isInsecure,
            Tls12Only = true,
        };
        try
        {
            using IByteStream stream = Hal.Sockets.ConnectTls(Printer.Host!, Printer.MqttPort, trust, StepMs);
            TlsPeer peer = stream.Peer!;
            string judged = isFirst ? "seen for the first time: trusted from the first login on"
                : peer.IsVerified ? "checked, and trusted" : "NOT checked, as --insecure asks for";
            return shown + (peer.Sha256.Length == 0 ? "" : ", SHA-256 " + peer.Sha256) + "; " + judged;
        }
        catch (HubException e)
        {
            // A chain or name that does not fit says by itself what is wrong; only a changed certificate can be accepted.
            string what = e.Code == ErrorCode.TlsUntrusted && pin != null
                ? "; if you know why, accept the new one with 'printers edit " + Printer.Id + " --trust-new'" : "";
            throw e.Reworded(shown + "; " + e.Message + what);
        }
    }

    private string Login() => InTime(LogIn);

    private string LogIn(CancellationToken cancel)
    {
        _client.Connect(cancel);
        AwaitVersion(cancel);
        string trust = _client.Status.TlsVerified ? "certificate checked" : "certificate NOT checked";
        string model = _client.Model.Length > 0 ? ", " + _client.Model
            : _client.ReportedModel != null ? ", " + OneLine.Of(_client.ReportedModel) + " (a model that this hub does not know)"
            : ", model not told (set it with printers edit --model)";
        return "access code accepted, " + trust + model + (_client.Firmware == null ? "" : " with firmware " + _client.Firmware);
    }

    /// <summary>The model decides how a print is started; the printer reports it soon after its first report.</summary>
    private void AwaitVersion(CancellationToken cancel)
    {
        long untilMs = Hal.Clock.NowMs + VersionMs;
        while (_client.Firmware == null && !cancel.IsCancellationRequested && Hal.Clock.NowMs < untilMs)
        {
            _client.Poll(cancel);
        }
    }

    private string ReadStatus()
    {
        _client.Poll(Cancel);
        string state = Describe(_client.Status);
        return _client.NeedsDeveloperMode
            ? state + "; commands are refused until Developer Mode is on (LAN-only mode, on the printer's screen)" : state;
    }

    private string CheckFiles() => InTime(LogInToFiles);

    private string LogInToFiles(CancellationToken cancel)
    {
        _client.CheckFiles(cancel);
        string login = "FTPS port " + Printer.FtpsPort.ToString() + " accepts the access code";
        if (Hal.Sockets.CanReuseTlsSession || Printer.FtpsClearData || _client.SessionReuse == BambuSessionReuse.NotDemanded)
        {
            return login;
        }

        return login + (_client.SessionReuse == BambuSessionReuse.Demanded
            ? ", but files only over a reused TLS session, which this hub's machine cannot offer: upload from a hub on a laptop"
            : "; whether it accepts files without a reused TLS session, which this hub's machine cannot offer, only an upload shows");
    }

    /// <summary>The client's own limits may be longer than the time that is left.</summary>
    private string InTime(LimitedAction action)
    {
        using TestLimit limit = new TestLimit(LeftMs, Cancel);
        try
        {
            return action(limit.Token);
        }
        catch (HubException e)
        {
            throw limit.IsOver ? limit.Timeout(null, e) : e;
        }
    }
}
