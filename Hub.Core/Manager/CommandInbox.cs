using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Manager;

/// <summary>Commands on their way to a worker: first in, first out, bounded. Thread: any.</summary>
internal sealed class CommandInbox
{
    /// <summary>More than a person sends at once; beyond it a script is running wild.</summary>
    private const int Capacity = 16;

    private readonly Queue _commands = new Queue();
    private bool _isClosed;

    /// <summary>Takes a command; else says why not.</summary>
    public HubException? Put(PrinterCommand command)
    {
        lock (_commands)
        {
            if (_isClosed)
            {
                return new HubException(ErrorCode.UnknownPrinter, "the printer was removed, disabled or given another address or login, or the hub stops");
            }

            if (_commands.Count >= Capacity)
            {
                return new HubException(ErrorCode.QueueFull, "too many commands wait for this printer: try again");
            }

            _commands.Enqueue(command);
            return null;
        }
    }

    /// <summary>The next command, or null.</summary>
    public PrinterCommand? TryTake()
    {
        lock (_commands)
        {
            return _commands.Count == 0 ? null : (PrinterCommand)_commands.Dequeue()!;
        }
    }

    /// <summary>True when something waits.</summary>
    public bool HasCommands
    {
        get
        {
            lock (_commands)
            {
                return _commands.Count > 0;
            }
        }
    }

    /// <summary>Takes no more commands.</summary>
    public void Close()
    {
        lock (_commands)
        {
            _isClosed = true;
        }
    }
}
