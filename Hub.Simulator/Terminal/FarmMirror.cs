using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Simulator.Terminal;

/// <summary>
/// Snapshots of all printers of a hub that follow its changes: an update costs what has changed, however many printers there are. Thread: one owner.
/// </summary>
internal sealed class FarmMirror : IDisposable
{
    /// <summary>The order may change without any printer: so often all are read anew, in ms.</summary>
    private const int RereadMs = 10_000;

    private readonly FarmHub _hub;
    private readonly ChangeQueue _changes;
    private readonly Dictionary<string, PrinterSnapshot> _byId = [];
    private readonly List<PrinterSnapshot> _changed = [];
    private long _rereadMs;
    private bool _isUploading;

    /// <summary>Makes it with all printers as they are now, each of them changed.</summary>
    public FarmMirror(FarmHub hub)
    {
        _hub = hub;
        _changes = hub.Watch();
        Reread();
    }

    /// <summary>All printers in the order of the configuration.</summary>
    public PrinterSnapshot[] Printers { get; private set; } = [];

    /// <summary>Those that the last update, or the beginning, found changed. An upload that continues is no change; one that begins is.</summary>
    public IReadOnlyList<PrinterSnapshot> Changed => _changed;

    /// <summary>Brings all up to date. True when something changed, the progress of an upload included.</summary>
    public bool Update()
    {
        _changed.Clear();
        bool isOtherFarm = _hub.Hal.Clock.NowMs >= _rereadMs;

        // A printer that changes all the time must not keep this going.
        for (int i = 0; i <= Printers.Length && _changes.Take(0) is { } id; i++)
        {
            isOtherFarm |= !Refresh(id);
        }

        if (isOtherFarm)
        {
            Reread();
        }

        bool wasUploading = _isUploading;
        _isUploading = Printers.Any(printer => printer.LastTransfer is { IsFinished: false });
        return wasUploading || _isUploading || _changed.Count > 0;
    }

    /// <summary>Follows no more.</summary>
    public void Dispose() => _changes.Dispose();

    /// <summary>False when the printer came, went or has another configuration.</summary>
    private bool Refresh(string id)
    {
        if (!_byId.TryGetValue(id, out PrinterSnapshot? printer))
        {
            return false;
        }

        PrinterConfig before = printer.Config;
        _changed.Add(printer);
        return _hub.Refresh(printer) && ReferenceEquals(before, printer.Config);
    }

    private void Reread()
    {
        Printers = _hub.Snapshot();
        _rereadMs = _hub.Hal.Clock.NowMs + RereadMs;
        _byId.Clear();
        foreach (PrinterSnapshot printer in Printers)
        {
            _byId[printer.Config.Id] = printer;
        }

        _changed.Clear();
        _changed.AddRange(Printers);
    }
}
