using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>
/// A printers.json for a board. It sees no certificates (docs/board.md, "TLS"), so a Bambu printer that is trusted by its
/// certificate gets the CA that it shows with it. Thread: the verb's.
/// </summary>
internal sealed class BoardExport(HubSession session, CancellationToken cancel)
{
    private const int DialMs = 10_000;

    private readonly List<string> _problems = [];

    /// <summary>Printers that a board could not check, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Connects to the Bambu printers concerned, sends nothing, and writes the document.</summary>
    public byte[] Write(bool withSecrets)
    {
        JsonNode document = JsonNode.Parse(session.Config.Export(withSecrets))!;
        Dictionary<string, JsonNode> entries = document["printers"]!.AsArray().ToDictionary(e => e!["id"]!.GetValue<string>(), e => e!);
        foreach (PrinterConfig printer in session.Config.Printers)
        {
            try
            {
                if (AuthorityFor(printer) is { } pem)
                {
                    entries[printer.Id]["tls"] = new JsonObject { ["ca"] = pem };
                }
            }
            catch (HubException e)
            {
                _problems.Add(OneLine.Of($"{printer.Id}: a board cannot check this printer: {e.Message}"));
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>The CA to add; null where the entry is right as it is. Errors: why a board cannot check the printer, and what to do.</summary>
    private string? AuthorityFor(PrinterConfig printer)
    {
        TlsOptions? tls = printer.Tls;
        if (tls is { PinSha256: null } && (tls.CaPem != null || tls.Insecure))
        {
            return null;
        }

        if (printer.Type != PrinterTypes.Bambu)
        {
            return HttpOrigin.Parse(printer.Url!).IsTls ? throw NeedsCa(printer, tls?.PinSha256 != null ? "it compares no pins" : "it has no certificate authorities of its own") : null;
        }

        string trusted = tls?.PinSha256 ?? new TrustStore(session.Hub.Hal.Nvs, session.Hub.Hal.Hash).Find(printer.Serial!)
            ?? throw new HubException(ErrorCode.TlsUntrusted, "no certificate of it is trusted yet: let this hub connect to it first ('run'), or give its CA with 'printers edit " + printer.Id + " --ca FILE'");
        return Shown(printer, trusted);
    }

    /// <summary>The CA that the printer shows, once it is proven to check the printer by its serial.</summary>
    private string Shown(PrinterConfig printer, string trusted)
    {
        ISocketFactory sockets = session.Hub.Hal.Sockets;
        IHostInspector inspector = sockets as IHostInspector
            ?? throw new HubException(ErrorCode.NotSupported, "this hub runs with the board's limits and sees no certificates: stop it, and export from a hub without --board-limits");
        ShownCertificate shown = inspector.ShowCertificate(printer.Host!, printer.MqttPort, printer.Serial!, DialMs, cancel);
        if (!shown.Sha256.Equals(trusted, StringComparison.OrdinalIgnoreCase))
        {
            throw new HubException(ErrorCode.TlsUntrusted, "it shows another certificate than the trusted one; if you know why, accept it with 'printers edit " + printer.Id + " --trust-new'");
        }

        if (shown.AuthoritiesPem.Length == 0)
        {
            throw NeedsCa(printer, "it shows its certificate without the CA");
        }

        try
        {
            TlsOptions check = new() { ServerName = printer.Serial, CaPem = shown.AuthoritiesPem, Tls12Only = true };
            using IByteStream stream = sockets.ConnectTls(printer.Host!, printer.MqttPort, check, DialMs);
            return shown.AuthoritiesPem;
        }
        catch (HubException e) when (e.Code == ErrorCode.TlsUntrusted)
        {
            throw NeedsCa(printer, "the CA that it shows does not check its certificate by the serial (" + e.Message + ")");
        }
    }

    private static HubException NeedsCa(PrinterConfig printer, string why) =>
        new(ErrorCode.TlsUntrusted, why + ": give the CA with 'printers edit " + printer.Id + " --ca FILE'");
}
