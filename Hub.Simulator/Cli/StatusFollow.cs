using System.IO;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>
/// status --follow: one line for each change, the latest state of a printer if it changes faster than the lines are read.
/// Who does not read waits in no one's way.
/// </summary>
internal sealed class StatusFollow
{
    private const int StartBytes = 1024;
    private const int MaxBytes = 64 * 1024;
    private const int LookMs = 60_000;

    private readonly CliContext _context;
    private readonly HubSession _session;
    private readonly TextWriter _output;
    private readonly StateLines _lines;
    private readonly JsonWriter _json = new(StartBytes, MaxBytes);

    private StatusFollow(CliContext context, HubSession session)
    {
        _context = context;
        _session = session;
        _output = context.Console.Out;
        _lines = new StateLines(_output);
    }

    /// <summary>Shows all printers, then each change, until it is told to stop.</summary>
    public static void Run(CliContext context, HubSession session, CancellationToken stop)
    {
        using ChangeQueue changes = session.Hub.Watch();
        StatusFollow follow = new(context, session);
        using CancellationTokenRegistration wake = stop.Register(changes.Dispose);
        while (!stop.IsCancellationRequested)
        {
            string? id = changes.Take(LookMs);
            if (id != null)
            {
                follow.Show(id);
            }
        }
    }

    private void Show(string id)
    {
        PrinterSnapshot? printer = _session.Hub.Snapshot(id);
        if (printer != null)
        {
            Show(printer.Config, printer.Status, printer.Link);
        }
        else
        {
            ShowRemoved(id);
        }
    }

    private void Show(PrinterConfig printer, PrinterStatus status, LinkState link)
    {
        if (!_context.Json)
        {
            _lines.Show(StatusRow.Of(printer, status, needsPerson: false));
            return;
        }

        Begin();
        PrinterStatusJson.WriteMembers(_json, printer.Id, printer.Type, status);
        _json.Name("link");
        _json.Value(LinkStates.Name(link));
        End();
    }

    private void ShowRemoved(string id)
    {
        if (!_context.Json)
        {
            _lines.ShowRemoved(id);
            return;
        }

        Begin();
        _json.Name("id");
        _json.Value(id);
        _json.Name("removed");
        _json.Value(true);
        End();
    }

    private void Begin()
    {
        _json.Reset();
        _json.BeginObject();
    }

    private void End()
    {
        _json.Name("at_ms");
        _json.Value(_session.Hal.Clock.NowMs);
        _json.EndObject();
        _output.WriteLine(_json.ToString());
        _output.Flush();
    }
}
