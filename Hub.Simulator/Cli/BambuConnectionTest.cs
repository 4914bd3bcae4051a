using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;

namespace Hub.Simulator.Cli;

/// <summary>A Bambu printer step by step: address, certificate, MQTT login, first report, file server.</summary>
internal sealed class BambuConnectionTest(HubSession session, PrinterConfig printer, int timeoutSeconds, CancellationToken cancel) : IConnectionTest
{
    private const int DialMs = 10_000;

    private readonly BambuClient _client = new(session.Hal, printer);

    public IEnumerable<TestStep> Steps
    {
        get
        {
            yield return Step("address", ResolveAddress);
            yield return Step("connect", Connect);
            yield return Step("tls", LookAtCertificate);
            if (!session.IsHosted)
            {
                yield return Step("login", Login);
                yield return Step("status", ReadStatus);
                yield return Step("files", CheckFiles);
                yield break;
            }

            foreach (TestStep step in new HubLinkSteps(session, printer, timeoutSeconds * 1000, cancel).Steps)
            {
                yield return step;
            }

            // The file server has one place: an upload's own.
            if (session.Manager.TransferOf(printer.Id) == null)
            {
                yield return Step("files", CheckFiles);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private TestStep Step(string name, Func<string> run) => new(name, printer, session.Log, run);

    private string ResolveAddress()
    {
        return NetworkSteps.Resolve(printer.Host!, printer.Host!, "host");
    }

    private string Connect() => "MQTT " + NetworkSteps.Connect(session, printer.Host!, printer.MqttPort, DialMs);

    /// <summary>Only looks: nothing secret is sent before the next step.</summary>
    private string LookAtCertificate()
    {
        TlsOptions any = new() { ServerName = printer.Serial, Insecure = true };
        using IByteStream stream = session.Hal.Sockets.ConnectTls(printer.Host!, printer.MqttPort, any, DialMs);
        string? known = printer.Tls?.PinSha256 ?? new TrustStore(session.Hal.Nvs, session.Hal.Hash).Find(printer.Serial!);
        bool isFirst = known == null && printer.Tls?.CaPem == null && printer.Tls?.Insecure != true;
        string what = isFirst ? ", seen for the first time: trusted from the first login on" : "";
        string shown = NetworkSteps.LookAtCertificate(printer.Host!, printer.MqttPort, printer.Serial!, DialMs, cancel);
        return $"{shown}, SHA-256 {stream.Peer!.Sha256}{what}";
    }

    private string Login()
    {
        _client.Connect(cancel);
        string trust = _client.Status.TlsVerified ? "certificate checked" : "certificate NOT checked";
        string model = _client.Model.Length == 0 ? "" : ", " + _client.Model;
        return $"access code accepted, {trust}{model}{(_client.Firmware == null ? "" : " with firmware " + _client.Firmware)}";
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

    private string CheckFiles()
    {
        _client.CheckFiles(cancel);
        return $"FTPS port {printer.FtpsPort} takes the access code";
    }
}
