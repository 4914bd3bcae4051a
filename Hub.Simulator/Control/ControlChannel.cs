using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Control;

/// <summary>One connection of the control socket. Thread: any may send; one owner reads.</summary>
internal sealed class ControlChannel(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly Lock _sending = new();

    /// <summary>How long <see cref="Read"/> waits, in ms; 0 for no limit. After that, <see cref="IOException"/>.</summary>
    public int ReadTimeoutMs
    {
        set => socket.ReceiveTimeout = value;
    }

    /// <summary>Sends text, in as many frames as it needs; waits for a peer that does not read. Errors: <see cref="IOException"/>.</summary>
    public void Send(FrameKind kind, ReadOnlySpan<char> text)
    {
        while (text.Length > ControlFrames.MaxPartChars)
        {
            // Never inside a surrogate pair.
            int length = char.IsHighSurrogate(text[ControlFrames.MaxPartChars - 1]) ? ControlFrames.MaxPartChars - 1 : ControlFrames.MaxPartChars;
            SendOne(kind, text[..length]);
            text = text[length..];
        }

        SendOne(kind, text);
    }

    /// <summary>Sends text in one frame. Errors: <see cref="IOException"/>, <see cref="InvalidDataException"/>.</summary>
    public void SendOne(FrameKind kind, ReadOnlySpan<char> text)
    {
        byte[] frame = ControlFrames.Encode(kind, text);
        try
        {
            lock (_sending)
            {
                _stream.Write(frame);
            }
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the other side has closed the connection", e);
        }
    }

    public (FrameKind Kind, string Text) Read() => ControlFrames.Read(_stream);

    public Task<(FrameKind Kind, string Text)> ReadAsync(CancellationToken cancel) => ControlFrames.ReadAsync(_stream, cancel);

    /// <summary>Closes it for both sides; pending reads and sends fail.</summary>
    public void Dispose() => _stream.Dispose();
}
