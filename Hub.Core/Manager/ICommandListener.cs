namespace Hub.Core.Manager;

/// <summary>
/// Hears of a command's end, so that its asker need not wait for it. Thread: one of the manager's own, never under a lock of the
/// manager; it tells all listeners, so each must return soon. What a listener throws is logged and hurts nothing else.
/// </summary>
public interface ICommandListener
{
    /// <summary>The command is done or failed (<see cref="PrinterCommand.Error"/>). Called exactly once for a submitted command, a refused one included.</summary>
    void Ended(PrinterCommand command);
}
