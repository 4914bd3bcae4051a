using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>Reads the lines of an FTP control connection. Thread: the session's.</summary>
internal sealed class FtpLines(Stream stream)
{
    private const int MaxLineBytes = 4096;
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(300);

    private readonly byte[] _buffer = new byte[MaxLineBytes];
    private int _buffered;

    /// <summary>A line without its end; null when the client is gone, silent for too long, or sends too long a line.</summary>
    public async Task<string?> ReadAsync(CancellationToken stop)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(s_idleTimeout);
        while (true)
        {
            int end = Array.IndexOf(_buffer, (byte)'\n', 0, _buffered);
            if (end >= 0)
            {
                string line = Encoding.UTF8.GetString(_buffer, 0, end).TrimEnd('\r');
                _buffered -= end + 1;
                Array.Copy(_buffer, end + 1, _buffer, 0, _buffered);
                return line;
            }

            if (_buffered == _buffer.Length)
            {
                return null;
            }

            int count = await stream.ReadAsync(_buffer.AsMemory(_buffered), timeout.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _buffered += count;
        }
    }
}
