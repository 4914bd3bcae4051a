using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Tests.Kills;

/// <summary>One process's connection to a model printer: loses reports, commands and answers, and may be where its process is killed. Thread: the test's.</summary>
internal sealed class ModelClient(ModelPrinter printer, Random random, DyingNvs process, StepTime time) : IPrinterClient
{
    private int _numberBefore;
    private string? _file;

    /// <summary>True while nothing goes wrong on the way.</summary>
    public bool IsHealthy { get; set; }

    /// <summary>True when the process dies with its next start.</summary>
    public bool DiesAtStart { get; set; }

    public PrinterCapabilities Capabilities => PrinterCapabilities.Start | PrinterCapabilities.Upload;

    public PrinterStatus Status { get; } = new();

    public StartEvidence Start { get; } = new();

    public IReportListener? Listener { get; set; }

    public void Connect(CancellationToken cancel) => CheckReachable();

    public void Poll(CancellationToken cancel)
    {
        CheckReachable();
        Status.State = printer.State;
        Status.Job = printer.Job;
        Status.JobKey = printer.JobNumber == 0 ? null : printer.JobNumber.ToString();
        Status.ErrorCode = printer.State == PrinterState.Error ? PrinterErrorCodes.PrintFailed : null;
        Status.JobNumber = printer.JobNumber;
        Status.LastReportMs = time.NowMs;
        Listener?.Reported(Status);
        if (PrinterStates.HasJob(printer.State))
        {
            printer.SeenJobs.Add(printer.JobNumber);
        }

        if (!Start.IsOpen)
        {
            return;
        }

        if (printer.JobNumber != _numberBefore && printer.Job == _file)
        {
            Start.Shown();
        }
        else if (printer.State == PrinterState.Error && Start.Before.State != PrinterState.Error)
        {
            Start.Fail(StartEvidence.FailureOf(Status));
        }
    }

    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        _numberBefore = printer.JobNumber;
        _file = storedPath;
        int kind = IsHealthy ? 99 : random.Next(100);
        bool diesBefore = DiesAtStart && random.Next(2) == 0;
        if (diesBefore)
        {
            Die();
        }

        if (kind < 10 || !printer.IsReachable)
        {
            throw new HubException(ErrorCode.ConnectionLost, "broke the connection before the command had left");
        }

        if (kind < 15)
        {
            throw new HubException(ErrorCode.WrongState, "not ready yet") { RetryAfterMs = 2000 };
        }

        if (!printer.Receive(storedPath))
        {
            throw new HubException(ErrorCode.WrongState, "it is busy");
        }

        if (DiesAtStart)
        {
            Die();
        }

        if (kind < 30)
        {
            throw new HubException(ErrorCode.ConnectionLost, "lost the answer") { MayHaveActed = true };
        }
    }

    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel) => throw new NotSupportedException();

    public void Pause(CancellationToken cancel) => throw new NotSupportedException();

    public void Resume(CancellationToken cancel) => throw new NotSupportedException();

    public void Cancel(CancellationToken cancel) => throw new NotSupportedException();

    public void Disconnect()
    {
        // There is no connection.
    }

    public void Dispose()
    {
        // There is nothing to close.
    }

    private void Die()
    {
        process.Die();
        throw new PowerCut();
    }

    private void CheckReachable()
    {
        if (!printer.IsReachable || (!IsHealthy && random.Next(20) == 0))
        {
            throw new HubException(ErrorCode.ConnectionLost, "the connection broke");
        }
    }
}
