using System;
using System.IO;
using System.Text;

namespace Hub.Simulator.Control;

/// <summary>A hosted verb's stdout or stderr: output is sent at once; a client that is gone causes an <see cref="IOException"/>.</summary>
internal sealed class RemoteWriter(ControlChannel channel, FrameKind kind) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.Length > 0)
        {
            channel.Send(kind, buffer);
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);
}
