using Hub.Core.Errors;
using Hub.Core.Text;
using Hub.Core.WebSockets;

namespace Hub.Core.Printers.Moonraker;

/// <content>JSON-RPC requests and their answers.</content>
internal sealed partial class MoonrakerSocketLink
{
    private const int SendMs = 5000;
    private const int MaxIds = 1000000;

    private int _lastId;

    private void Member(string name, string value)
    {
        Writer.Name(name);
        Writer.Value(value);
    }

    /// <summary>A request without parameters and its answer.</summary>
    private void Call(string method)
    {
        int id = Begin(method);
        Send(id);
        AwaitAnswer(id);
    }

    private int Begin(string method)
    {
        _lastId = _lastId >= MaxIds ? 1 : _lastId + 1;
        Writer.Reset();
        Writer.BeginObject();
        Member("jsonrpc", "2.0");
        Member("method", method);
        return _lastId;
    }

    private void Send(int id)
    {
        Writer.Name("id");
        Writer.Value((long)id);
        Writer.EndObject();
        _socket.SendText(Writer.Buffer, 0, Writer.Length, SendMs);
    }

    private void AwaitAnswer(int id)
    {
        if (!Await(id, AnswerMs))
        {
            throw new HubException(ErrorCode.Timeout, _socket.Origin.HostAndPort + " did not answer within " + Ascii.Duration(AnswerMs));
        }
    }

    /// <summary>Waits for an answer, which is then the current message; other messages that arrive first are handled. Errors: the refusal.</summary>
    private bool Await(int id, int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        long leftMs = timeoutMs;
        while (leftMs > 0)
        {
            if (_socket.Receive(leftMs < SliceMs ? (int)leftMs : SliceMs))
            {
                ReadMessage();
                if (_socket.IsCut && !_message.IsNotification)
                {
                    // Its id comes after the part that did not fit.
                    throw new HubException(
                        ErrorCode.BadResponse,
                        _socket.Origin.HostAndPort + " sent an answer of more than " + (WebSocketClient.DefaultMaxMessageBytes / 1024).ToString() + " KiB");
                }

                if (_message.Id == id)
                {
                    ThrowIfRefused();
                    return true;
                }

                Handle();
            }

            leftMs = untilMs - _clock.NowMs;
        }

        return false;
    }

    private void ThrowIfRefused()
    {
        if (_message.IsError)
        {
            throw MoonrakerErrors.Explain(_message.ErrorNumber, _message.ErrorText, _access.HasCredentials);
        }
    }
}
