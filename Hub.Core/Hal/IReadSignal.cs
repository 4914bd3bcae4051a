using System.Threading;

namespace Hub.Core.Hal;

/// <summary>
/// A connection that sets an event when there is something to read, so that its owner can sleep in one wait for that and for
/// everything else. A HAL's streams need not support it. Thread: as for <see cref="IByteStream"/>.
/// </summary>
public interface IReadSignal
{
    /// <summary>
    /// Has the event set, once, as soon as a read would return at once (data, end of stream or an error): in this call if it would now. It may
    /// also be set for nothing. Asking again before it was set asks for one event, the one given last. Throws nothing.
    /// </summary>
    /// <param name="readable">Set from any thread, also after the connection was closed: it must not be disposed of.</param>
    void SignalReadable(AutoResetEvent readable);
}
