using System;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Counts open sockets against a limit. Thread: any.</summary>
internal sealed class SocketLimit
{
    private int _open;

    public SocketLimit(int max)
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
        private SocketLimit? _budget;

        public Lease(SocketLimit budget)
        {
            _budget = budget;
        }

        public void Dispose()
        {
            SocketLimit? budget = Interlocked.Exchange(ref _budget, null);
            if (budget != null)
            {
                Interlocked.Decrement(ref budget._open);
            }
        }
    }
}
