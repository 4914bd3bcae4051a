using System;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Keeps the printers: one worker each, commands routed by id, transfers beside them, the status of
/// all. Thread: any member from any thread; none waits for a printer.
/// </summary>
public sealed class PrinterManager : IDisposable
{
    /// <summary>Makes an empty manager.</summary>
    public PrinterManager(IHal hal, Log log) => throw new NotImplementedException();

    /// <summary>
    /// Adds a printer, or replaces the one of the same id, and starts its worker. A disabled one is
    /// listed as offline. Errors: <see cref="ErrorCode.NotSupported"/> for a type this build lacks.
    /// </summary>
    public void Register(PrinterConfig config) => throw new NotImplementedException();

    /// <summary>Removes a printer; its commands and transfer fail with <see cref="ErrorCode.UnknownPrinter"/>. False when there is none.</summary>
    public bool Deregister(string id) => throw new NotImplementedException();

    /// <summary>Ids in the order of registration.</summary>
    public string[] Ids() => throw new NotImplementedException();

    /// <summary>The configuration of a printer, or null.</summary>
    public PrinterConfig? Config(string id) => throw new NotImplementedException();

    /// <summary>Copies what is known of a printer; false when there is none.</summary>
    public bool TryGetStatus(string id, PrinterStatus into) => throw new NotImplementedException();

    /// <summary>
    /// True when the first full report came, or when it is known that none will come soon (wrong key,
    /// disabled, a first failure to connect): the status is then worth showing.
    /// </summary>
    public bool HasFirstAnswer(string id) => throw new NotImplementedException();

    /// <summary>
    /// Hands a command to the printer's worker. Refusals (unknown printer, verb it lacks, read-only,
    /// queue full) finish the command at once.
    /// </summary>
    public void Submit(string id, PrinterCommand command) => throw new NotImplementedException();

    /// <summary>Queues an upload; one per printer at a time, refusals finish it at once.</summary>
    public void Submit(string id, Transfer transfer) => throw new NotImplementedException();

    /// <summary>Stops all workers; running commands fail, connections are closed.</summary>
    public void Dispose() => throw new NotImplementedException();
}
