using System;
using System.IO;
using System.Threading;

namespace Hub.Simulator.Control;

/// <summary>A hosted verb's stdin, requested from the client only when the verb reads it. Thread: the verb's; answers come from the connection's reader.</summary>
internal sealed class RemoteInput(ControlChannel channel, CancellationToken cancel) : TextReader
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _answered = new(false);
    private bool _isAsked;
    private string? _answer;
    private string _text = "";
    private int _position;
    private bool _isAtEnd;

    public override int Peek() => Fill() ? _text[_position] : -1;

    public override int Read() => Fill() ? _text[_position++] : -1;

    public override int Read(char[] buffer, int index, int count)
    {
        if (count == 0 || !Fill())
        {
            return 0;
        }

        int length = Math.Min(count, _text.Length - _position);
        _text.CopyTo(_position, buffer, index, length);
        _position += length;
        return length;
    }

    /// <summary>Asks the client's user for a secret; null when there is none.</summary>
    public string? AskSecret(string question) => Ask(FrameKind.AskSecret, question);

    /// <summary>Accepts an answer; false when nothing was asked.</summary>
    public bool Answer(string text)
    {
        lock (_gate)
        {
            if (!_isAsked)
            {
                return false;
            }

            _isAsked = false;
            _answer = text;
        }

        _answered.Set();
        return true;
    }

    private bool Fill()
    {
        if (_position == _text.Length && !_isAtEnd)
        {
            _text = Ask(FrameKind.AskInput, "");
            _position = 0;
            _isAtEnd = _text.Length == 0;
        }

        return _position < _text.Length;
    }

    private string Ask(FrameKind kind, string question)
    {
        lock (_gate)
        {
            _isAsked = true;
        }

        channel.SendOne(kind, question);
        WaitHandle.WaitAny([_answered, cancel.WaitHandle]);
        cancel.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return _answer!;
        }
    }
}
