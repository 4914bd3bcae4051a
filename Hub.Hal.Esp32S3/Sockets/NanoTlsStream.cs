using System.Net.Security;
using System.Net.Sockets;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// An SslStream that may fail in its constructor, because the connection broke or memory is short: System.Net's own has no socket then, and its
/// finalizer fails on the thread of the finalizers, where nobody catches it. Thread: that of its socket.
/// </summary>
internal sealed class NanoTlsStream : SslStream
{
    private readonly bool _isMade;

    /// <summary>Takes over a connected socket. Errors: those of System.Net.</summary>
    /// <param name="socket">The socket.</param>
    internal NanoTlsStream(Socket socket)
        : base(socket)
    {
        _isMade = true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isMade)
        {
            base.Dispose(disposing);
        }
    }
}
