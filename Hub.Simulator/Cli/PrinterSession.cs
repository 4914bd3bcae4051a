using System;
using System.Linq;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>A session with one connected printer, for verbs that need only one.</summary>
internal sealed class PrinterSession : IDisposable
{
    private readonly CliContext _context;
    private readonly HubSession _session;
    private readonly PrinterConfig _printer;

    private PrinterSession(CliContext context, HubSession session, PrinterConfig printer)
    {
        _context = context;
        _session = session;
        _printer = printer;
    }

    public FarmHub Hub => _session.Hub;

    public PrinterConfig Printer => _printer;

    /// <summary>Connects and waits for the first full report.</summary>
    public static PrinterSession Open(CliContext context, string id, int timeoutSeconds)
    {
        PrinterSession link = OpenAtOnce(context, id);
        try
        {
            if (context.IsHosted)
            {
                link.Hub.TryNow(id, timeoutSeconds * 1000, context.Cancel);
            }

            bool hasAnswered = link.Hub.WaitForFirstAnswers([id], timeoutSeconds * 1000, context.Cancel);
            context.ThrowIfStopped();
            if (!hasAnswered)
            {
                throw VerbException.Of(ErrorCode.Timeout, $"no full report within {timeoutSeconds} s: is it switched on?", id);
            }

            link.CheckConnected();
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Starts connecting and does not wait. A disabled printer is refused unless the verb does not need it.</summary>
    public static PrinterSession OpenAtOnce(CliContext context, string id, bool isDisabledAllowed = false)
    {
        HubSession session = context.OpenSession();
        try
        {
            PrinterConfig printer = Find(session, id);
            if (!printer.Enabled && !isDisabledAllowed)
            {
                throw VerbException.Of(ErrorCode.ConfigInvalid, $"this printer is disabled: 'printers enable {id}' switches it on", id);
            }

            session.Start([printer]);
            if (session.Hub.Snapshot(id)?.Refusal is HubException refusal)
            {
                throw refusal.Code == ErrorCode.NotSupported ? VerbException.Usage(refusal.Message, id) : VerbException.Of(refusal.Code, refusal.Message, id);
            }

            return new PrinterSession(context, session, printer);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public static PrinterConfig Find(HubSession session, string id) =>
        session.Config.Find(id) ?? throw VerbException.Of(
            ErrorCode.UnknownPrinter,
            session.Config.Printers.Length == 0
                ? $"no printer is configured: add one with 'printers add' (data folder of the hub: see --data)"
                : $"no printer '{id}': there are {string.Join(", ", session.Config.Printers.Select(p => p.Id))}");

    public PrinterStatus Status() => Hub.Snapshot(_printer.Id)?.Status ?? new PrinterStatus();

    /// <summary>Sends a command and waits for the state that proves it.</summary>
    public void Run(PrinterCommand command)
    {
        Hub.Submit(_printer.Id, command);
        if (!command.Wait(Timeout.Infinite, _context.Cancel))
        {
            _context.ThrowIfStopped();
        }

        if (command.Error != null)
        {
            throw Explain(command.Error);
        }
    }

    public VerbException Explain(HubException error) =>
        error.Code == ErrorCode.Cancelled && !_context.Cancel.IsCancellationRequested && WhatBecameOfIt() is string change
            ? VerbException.Of(ErrorCode.Cancelled, $"stopped before this was done, because the printer {change} in the meantime", _printer.Id)
            : PrinterErrors.Explain(error, _printer);

    public void Dispose() => _session.Dispose();

    /// <summary>Which change of the configuration ended the command; null for none.</summary>
    private string? WhatBecameOfIt()
    {
        PrinterConfig? now = _session.Config.Find(_printer.Id);
        return now == null ? "was removed"
            : !now.Enabled ? "was disabled"
            : ReferenceEquals(now, _printer) ? null
            : "got another address or login";
    }

    private void CheckConnected()
    {
        PrinterStatus status = Status();
        if (!status.IsConnected)
        {
            throw Explain(StatusErrors.Of(status, "does not answer"));
        }
    }
}
