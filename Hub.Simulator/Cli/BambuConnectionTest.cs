using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>A Bambu printer step by step: address, certificate, MQTT login, first report, file server.</summary>
internal sealed class BambuConnectionTest(HubSession session, PrinterConfig printer, int timeoutSeconds, CancellationToken cancel) : IConnectionTest
{
    private const int DialMs = 10_000;
    private const int VersionMs = 3000;

    private readonly long _deadlineMs = session.Hal.Clock.NowMs + (timeoutSeconds * 1000L);
    private readonly BambuClient _client = new(session.Hal, printer);

    public IEnumerable<TestStep> Steps
    {
        get
        {
            yield return Step("address", ResolveAddress);
            yield return Step("connect", Connect);
            yield return Step("tls", CheckCertificate);
            if (!session.IsHosted)
            {
                yield return Step("login", Login, "TLS works, but MQTT is silent: restart the printer, or check the serial number");
                yield return Step("status", ReadStatus);
                yield return Step("files", CheckFiles, FilesHint);
                yield break;
            }

            foreach (TestStep step in new HubLinkSteps(session, printer, LeftMs, cancel).Steps)
            {
                yield return step;
            }

            // The file server has one place: an upload's own.
            if (session.Hub.Snapshot(printer.Id)?.LastTransfer is not { IsFinished: false })
            {
                yield return Step("files", CheckFiles, FilesHint);
            }
        }
    }

    private string FilesHint => $"restart the printer, or check that a firewall lets port {printer.FtpsPort} through";

    private int LeftMs => (int)Math.Max(1, _deadlineMs - session.Hal.Clock.NowMs);

    private int StepMs => Math.Min(LeftMs, DialMs);

    public void Dispose() => _client.Dispose();

    private TestStep Step(string name, Func<string> run, string? silenceHint = null) => new(name, printer, session.Log, run, silenceHint);

    private string ResolveAddress()
    {
        return NetworkSteps.Resolve(printer.Host!, printer.Host!, "host", StepMs, cancel);
    }

    private string Connect() => "MQTT " + NetworkSteps.Connect(session, printer.Host!, printer.MqttPort, StepMs);

    /// <summary>Nothing secret is sent before the next step.</summary>
    private string CheckCertificate()
    {
        string shown = NetworkSteps.LookAtCertificate(printer.Host!, printer.MqttPort, printer.Serial!, StepMs, cancel);
        string? pin = printer.Tls?.PinSha256;
        bool isConfigured = pin != null || printer.Tls?.CaPem != null || printer.Tls?.Insecure == true;
        pin = isConfigured ? pin : new TrustStore(session.Hal.Nvs, session.Hal.Hash).Find(printer.Serial!);
        bool isFirst = !isConfigured && pin == null;
        TlsOptions trust = new()
        {
            ServerName = printer.Serial,
            PinSha256 = pin,
            CaPem = printer.Tls?.CaPem,
            Insecure = isFirst || printer.Tls?.Insecure == true,
            Tls12Only = true,
        };
        try
        {
            using IByteStream stream = session.Hal.Sockets.ConnectTls(printer.Host!, printer.MqttPort, trust, StepMs);
            string judged = isFirst
                ? "seen for the first time: trusted from the first login on"
                : stream.Peer!.IsVerified ? "checked, and trusted" : "NOT checked, as --insecure asks for";
            return $"{shown}, SHA-256 {stream.Peer!.Sha256}; {judged}";
        }
        catch (HubException e)
        {
            // A chain or name that does not fit says by itself what is wrong; only a changed certificate can be accepted.
            string what = e.Code == ErrorCode.TlsUntrusted && pin != null
                ? $"; if you know why, accept the new one with 'printers edit {printer.Id} --trust-new'"
                : "";
            throw e.Reworded($"{shown}; {e.Message}{what}");
        }
    }

    private string Login() => InTime(token =>
    {
        _client.Connect(token);
        AwaitVersion(token);
        string trust = _client.Status.TlsVerified ? "certificate checked" : "certificate NOT checked";
        string model = _client.Model.Length > 0 ? ", " + _client.Model
            : _client.ToldModel is { } told ? $", {OneLine.Of(told)} (a model that this hub does not know)"
            : ", model not told (set it with printers edit --model)";
        return $"access code accepted, {trust}{model}{(_client.Firmware == null ? "" : " with firmware " + _client.Firmware)}";
    });

    /// <summary>The model decides how a print is started; the printer tells it soon after its first report.</summary>
    private void AwaitVersion(CancellationToken token)
    {
        long untilMs = session.Hal.Clock.NowMs + VersionMs;
        while (_client.Firmware == null && !token.IsCancellationRequested && session.Hal.Clock.NowMs < untilMs)
        {
            _client.Poll(token);
        }
    }

    private string ReadStatus()
    {
        _client.Poll(cancel);
        PrinterStatus status = _client.Status;
        string state = PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : ": " + status.ErrorMessage);
        return _client.NeedsDeveloperMode
            ? state + "; commands are refused until Developer Mode is on (LAN-only mode, on the printer's screen)"
            : state;
    }

    private string CheckFiles() => InTime(token =>
    {
        _client.CheckFiles(token);
        return $"FTPS port {printer.FtpsPort} accepts the access code";
    });

    /// <summary>The client's own limits may be longer than what --timeout leaves.</summary>
    private string InTime(Func<CancellationToken, string> run)
    {
        int leftMs = LeftMs;
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        giveUp.CancelAfter(leftMs);
        try
        {
            return run(giveUp.Token);
        }
        catch (HubException e) when (giveUp.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Timeout, $"no answer within {Math.Max(1, leftMs / 1000)} s", e);
        }
    }
}
