using System;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Counts open sockets against a limit. Thread: any.</summary>
internal sealed class SocketBudget
{
    private int _open;

    public SocketBudget(int max)
    {
        Max = max;
    }

    public int Max { get; }

    public int Open => Volatile.Read(ref _open);

    /// <summary>Leases one socket; disposing of the lease returns it once, however often it is called.</summary>
    public IDisposable Take()
    {
        if (Interlocked.Increment(ref _open) > Max)
        {
            Interlocked.Decrement(ref _open);
            throw new HubException(ErrorCode.OutOfSockets, $"all {Max} sockets are in use; close connections or disable printers");
        }

        return new Lease(this);
    }

    private sealed class Lease : IDisposable
    {
        private SocketBudget? _budget;

        public Lease(SocketBudget budget)
        {
            _budget = budget;
        }

        public void Dispose()
        {
            SocketBudget? budget = Interlocked.Exchange(ref _budget, null);
            if (budget != null)
            {
                Interlocked.Decrement(ref budget._open);
            }
        }
    }
}
