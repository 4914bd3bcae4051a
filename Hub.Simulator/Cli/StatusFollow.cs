using System.IO;
using System.Threading;
using Hub.Core;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>
/// status --follow: one line per change; the latest state of a printer if it changes faster than the lines are read.
/// A slow reader blocks neither the hub nor others.
/// </summary>
internal sealed class StatusFollow
{
    private const int StartBytes = 1024;
    private const int MaxBytes = 64 * 1024;
    private const int CheckMs = 60_000;

    private readonly CliContext _context;
    private readonly FarmHub _hub;
    private readonly TextWriter _output;
    private readonly StateLines _lines;
    private readonly JsonWriter _json = new(StartBytes, MaxBytes);

    private StatusFollow(CliContext context, FarmHub hub)
    {
        _context = context;
        _hub = hub;
        _output = context.Console.Out;
        _lines = new StateLines(_output);
    }

    /// <summary>Shows all printers, then each change, until it is stopped.</summary>
    public static void Run(CliContext context, FarmHub hub, CancellationToken stop)
    {
        using ChangeQueue changes = hub.Watch();
        StatusFollow follow = new(context, hub);
        using CancellationTokenRegistration wake = stop.Register(changes.Dispose);
        while (!stop.IsCancellationRequested)
        {
            string? id = changes.Take(CheckMs);
            if (id != null)
            {
                follow.Show(id);
            }
        }
    }

    private void Show(string id)
    {
        PrinterSnapshot? printer = _hub.Snapshot(id);
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
        _json.Value(_hub.Hal.Clock.NowMs);
        _json.EndObject();
        _output.WriteLine(_json.ToString());
        _output.Flush();
    }
}
