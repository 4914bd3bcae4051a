using System.Collections.Generic;
using System.IO;
using System.Text;
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

    /// <summary>Lines that are due together are written together, up to this many characters: with a thousand printers, each write costs more than its line.</summary>
    private const int BatchChars = 8 * 1024;

    private readonly CliContext _context;
    private readonly FarmHub _hub;
    private readonly TextWriter _output;
    private readonly StateLines _lines;
    private readonly JsonWriter _json = new(StartBytes, MaxBytes);
    private readonly Dictionary<string, PrinterSnapshot> _printers = [];
    private readonly char[] _batch = new char[BatchChars];
    private int _batched;

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
        while (!stop.IsCancellationRequested)
        {
            string? id = changes.Take(CheckMs, stop);
            while (id != null)
            {
                follow.Show(id);
                id = changes.Take(0, stop);
            }

            follow.Flush();
        }
    }

    private void Show(string id)
    {
        PrinterSnapshot? printer = Read(id);
        if (printer != null)
        {
            Show(printer);
        }
        else
        {
            ShowRemoved(id);
        }
    }

    private PrinterSnapshot? Read(string id)
    {
        if (_printers.TryGetValue(id, out PrinterSnapshot? known) && _hub.Refresh(known))
        {
            return known;
        }

        PrinterSnapshot? printer = _hub.Snapshot(id);
        if (printer == null)
        {
            _printers.Remove(id);
        }
        else
        {
            _printers[id] = printer;
        }

        return printer;
    }

    private void Show(PrinterSnapshot printer)
    {
        if (!_context.Json)
        {
            _lines.Show(StatusRow.Of(printer));
            return;
        }

        Begin();
        PrinterSnapshotJson.WriteMembers(_json, printer);
        _json.Name("link");
        _json.Value(LinkStates.Name(printer.Link));
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
        if (_json.Length + _output.NewLine.Length > BatchChars - _batched)
        {
            Flush();
        }

        if (_json.Length + _output.NewLine.Length > BatchChars)
        {
            _output.WriteLine(_json.ToString());
            return;
        }

        // As many characters as bytes at most.
        _batched += Encoding.UTF8.GetChars(_json.Buffer, 0, _json.Length, _batch, _batched);
        _output.NewLine.CopyTo(0, _batch, _batched, _output.NewLine.Length);
        _batched += _output.NewLine.Length;
    }

    private void Flush()
    {
        if (_batched > 0)
        {
            _output.Write(_batch, 0, _batched);
            _batched = 0;
        }

        _output.Flush();
    }
}
