using System.Collections;

namespace Hub.Core.Manager;

/// <summary>Commands on their way to a worker: first in, first out, bounded. Thread: any.</summary>
internal sealed class CommandInbox
{
    /// <summary>More than a person can mean at once; beyond it somebody's script runs wild.</summary>
    private const int Capacity = 16;

    private readonly Queue _commands = new Queue();
    private bool _isClosed;

    /// <summary>False when the queue is full or closed.</summary>
    public bool TryPut(PrinterCommand command)
    {
        lock (_commands)
        {
            if (_isClosed || _commands.Count >= Capacity)
            {
                return false;
            }

            _commands.Enqueue(command);
            return true;
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
