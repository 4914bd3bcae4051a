using System;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Tests.Http;

/// <summary>A hostile peer: a beginning, then the same bytes for ever. Counts what was read of it.</summary>
internal sealed class EndlessStream(string beginning, string repeated) : IByteStream
{
    private readonly byte[] _beginning = Encoding.Latin1.GetBytes(beginning);
    private readonly byte[] _repeated = Encoding.Latin1.GetBytes(repeated);

    public TlsPeer? Peer => null;

    public long ReadBytes { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool WaitReadable(int timeoutMs) => true;

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        for (int i = 0; i < count; i++)
        {
            buffer[offset + i] = ReadBytes < _beginning.Length
                ? _beginning[ReadBytes]
                : _repeated[(ReadBytes - _beginning.Length) % _repeated.Length];
            ReadBytes++;
        }

        return count;
    }

    public int Write(byte[] buffer, int offset, int count, int timeoutMs) => count;

    public void Dispose() => IsDisposed = true;
}
