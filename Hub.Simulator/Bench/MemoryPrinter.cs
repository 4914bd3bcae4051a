using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Simulator.Bench;

/// <summary>
/// A printer that is only a client: it prints for ever and shows each new bed target as a push system's report. For measurements of what
/// lies above the printers. Thread: any for <see cref="SetBedTarget"/>, the worker's for the rest.
/// </summary>
internal sealed class MemoryPrinter(IClock clock) : IPrinterClient, IPushClient
{
    private const int CheckMs = 1000;
    private const int StaleAfterMs = 60_000;

    private readonly Lock _gate = new();
    private AutoResetEvent? _wake;
    private int _target;
    private bool _isNew = true;

    public PrinterCapabilities Capabilities => PrinterCapabilities.Pause;

    public PrinterStatus Status { get; } = new PrinterStatus();

    public IReportListener? Listener { get; set; }

    public StartEvidence Start { get; } = new StartEvidence();

    public bool IsPushing => true;

    public int StaleMs => StaleAfterMs;

    /// <summary>The printer reports a bed target.</summary>
    public void SetBedTarget(int target)
    {
        lock (_gate)
        {
            _target = target;
            _isNew = true;
            _wake?.Set();
        }
    }

    public int SignalReport(AutoResetEvent wake)
    {
        lock (_gate)
        {
            _wake = wake;
            if (_isNew)
            {
                wake.Set();
            }
        }

        return CheckMs;
    }

    public void Connect(CancellationToken cancel)
    {
    }

    public void Poll(CancellationToken cancel)
    {
        lock (_gate)
        {
            _isNew = false;
            Status.BedTarget = _target;
        }

        Status.State = PrinterState.Printing;
        Status.Job = "bench.gcode";
        Status.JobKey = "bench";
        Status.ProgressPercentage = 50;
        Status.Nozzle = 215;
        Status.NozzleTarget = 215;
        Status.Bed = 60;
        Status.LastReportMs = clock.NowMs;
        Listener?.Reported(Status);
    }

    public void Pause(CancellationToken cancel)
    {
    }

    public void Resume(CancellationToken cancel)
    {
    }

    public void Cancel(CancellationToken cancel)
    {
    }

    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel) => name;

    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
    }

    public void Disconnect()
    {
    }

    public void Dispose()
    {
    }
}
