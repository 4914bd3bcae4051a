using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Tests.Nano;

/// <summary>A printer that is always reached and prints; its nozzle shows what the test says.</summary>
internal sealed class StillClient : IPrinterClient
{
    public int Nozzle { get; set; } = 200;

    public int Connects { get; private set; }

    public int Polls { get; private set; }

    public bool IsPaused { get; private set; }

    public bool IsDisposed { get; private set; }

    public PrinterCapabilities Capabilities => PrinterCapabilities.Pause;

    public PrinterStatus Status { get; } = new PrinterStatus();

    public IReportListener? Listener { get; set; }

    public StartEvidence Start { get; } = new StartEvidence();

    public void Connect(CancellationToken cancel) => Connects++;

    public void Poll(CancellationToken cancel)
    {
        Polls++;
        Status.State = IsPaused ? PrinterState.Paused : PrinterState.Printing;
        Status.Nozzle = Nozzle;
        Listener?.Reported(Status);
    }

    public void Pause(CancellationToken cancel) => IsPaused = true;

    public void Resume(CancellationToken cancel) => throw Refusal();

    public void Cancel(CancellationToken cancel) => throw Refusal();

    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel) => throw Refusal();

    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel) => throw Refusal();

    public void Disconnect()
    {
        // There is no link.
    }

    public void Dispose() => IsDisposed = true;

    private static HubException Refusal() => new HubException(ErrorCode.NotSupported, "this printer only pauses");
}

/// <summary>Makes such printers and keeps the last one.</summary>
internal sealed class StillClients : IPrinterClientFactory
{
    public StillClient? Last { get; private set; }

    public int Made { get; private set; }

    public IPrinterClient Create(PrinterConfig config)
    {
        Made++;
        Last = new StillClient();
        return Last;
    }
}
