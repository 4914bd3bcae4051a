using System;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>
/// A manager with real sockets and clients, and what tests do with it: read a printer's status, wait for a state, give a command.
/// Its disposal checks that no connection and no buffer is left and that no unexpected error was logged. Order: dispose of
/// <see cref="Manager"/>, stop the printers, dispose of this.
/// </summary>
internal sealed class ManagerOnSockets : IDisposable
{
    /// <summary>Time for one command or upload, in ms.</summary>
    public const int WaitMs = Patience.LimitMs;

    private readonly DesktopHal _desktop = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly TestLog _log;

    /// <summary>Makes a manager without printers.</summary>
    /// <param name="log">Receives its log.</param>
    /// <param name="clockSpeed">How much faster than real time the hub's clock runs.</param>
    /// <param name="wrap">Makes the HAL that the manager gets of the desktop's; null for the desktop's own.</param>
    public ManagerOnSockets(TestLog log, int clockSpeed = 1, Func<IHal, IHal>? wrap = null)
    {
        _log = log;
        IHal hal = clockSpeed == 1 ? _desktop : new QuickHal(_desktop, clockSpeed);
        Hal = wrap == null ? hal : wrap(hal);
        Manager = NewManager();
    }

    public IHal Hal { get; }

    public PrinterManager Manager { get; }

    /// <summary>Connections that are open now.</summary>
    public int OpenSockets => _desktop.Sockets.OpenSockets;

    /// <summary>Another manager on the same HAL, as after a restart; the caller disposes it.</summary>
    public PrinterManager NewManager() => new(Hal, _log.Log, new PrinterClientFactory(Hal, _log.Log));

    public PrinterStatus Status(string id) => Status(Manager, id);

    public static PrinterStatus Status(PrinterManager manager, string id)
    {
        PrinterStatus status = new();
        Assert.IsTrue(manager.TryGetStatus(id, status), "no printer " + id);
        return status;
    }

    /// <summary>Waits for a condition; a failure shows the status of the printer.</summary>
    public void WaitFor(string id, Func<bool> condition, string what) => Patience.Until(condition, what, () => Describe(id));

    /// <summary>Waits for a status and returns it.</summary>
    public PrinterStatus WaitFor(string id, Predicate<PrinterStatus> isMet, string what)
    {
        PrinterStatus status = Status(id);
        WaitFor(id, () => isMet(status = Status(id)), what);
        return status;
    }

    public PrinterStatus WaitFor(string id, PrinterState state) => WaitFor(id, s => s.State == state, PrinterStates.Name(state));

    /// <summary>Gives a command and waits for its end.</summary>
    public PrinterCommand Ask(string id, PrinterVerb verb, Action<PrinterCommand>? fill = null, int timeoutMs = WaitMs)
    {
        PrinterCommand command = new(verb, timeoutMs);
        fill?.Invoke(command);
        Manager.Submit(id, command);
        Assert.IsTrue(command.Wait(2 * timeoutMs), verb + " never ended\n" + _log);
        return command;
    }

    /// <summary>Begins an upload and waits for its end.</summary>
    public Transfer Upload(string id, Transfer transfer)
    {
        Manager.Submit(id, transfer);
        return Patience.Ended(transfer, _log.ToString);
    }

    public void Dispose()
    {
        Manager.Dispose();
        Assert.AreEqual(0, OpenSockets, "open sockets");
        Assert.AreEqual(0, _desktop.Buffers.Rented, "rented buffers");
        _log.AssertNoErrors();
        _desktop.Dispose();
    }

    private string Describe(string id)
    {
        PrinterStatus status = Status(id);
        return $"it is {PrinterStates.Name(status.State)}, {status.ErrorCode} {status.ErrorMessage}\n{_log}";
    }
}
