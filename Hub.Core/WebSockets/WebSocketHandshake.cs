using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.WebSockets;

/// <summary>The opening handshake (RFC 6455 section 4.1) as one HTTP request. Thread: one owner.</summary>
internal sealed class WebSocketHandshake
{
    /// <summary>Appended to the key by every server (RFC 6455 section 1.3).</summary>
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private const int KeyBytes = 16;

    private const int MaxShownBodyBytes = 100;

    private readonly IHal _hal;
    private readonly HttpClient _http;

    internal WebSocketHandshake(IHal hal, HttpClient http)
    {
        _hal = hal;
        _http = http;
    }

    /// <summary>Sends the request and checks the answer. Errors: see <see cref="WebSocketClient.Connect"/>.</summary>
    /// <param name="request">A GET with its target and the caller's headers.</param>
    /// <param name="channel">Takes the connection over, with what the server sent after its answer.</param>
    /// <param name="cancel">Seen within 100 ms.</param>
    internal void Open(HttpRequest request, ByteChannel channel, CancellationToken cancel)
    {
        string key = NewKey();
        request.AskUpgrade("websocket");
        request.AddHeader("Sec-WebSocket-Key", key);
        request.AddHeader("Sec-WebSocket-Version", "13");
        HttpResponse response = _http.Send(request, cancel);
        if (response.Status != 101)
        {
            throw Refused(response);
        }

        CheckAnswer(response, key, request);
        _http.MoveUpgraded(channel);
    }

    private static ErrorCode CodeOf(int status)
    {
        switch (status)
        {
            case 401:
            case 403:
                return ErrorCode.AuthRejected;
            case 404:
            case 410:
                return ErrorCode.NotFound;
            case 429:
                return ErrorCode.Throttled;
            default:
                return status < 300 ? ErrorCode.BadResponse
                    : status < 400 ? ErrorCode.Redirected
                    : status < 500 ? ErrorCode.Refused
                    : ErrorCode.ServerError;
        }
    }

    private static int RetryAfterMs(HttpResponse response)
    {
        string? value = response.Header("Retry-After");
        return value != null && int.TryParse(value, out int seconds) && seconds > 0 && seconds < 3600 ? seconds * 1000 : 0;
    }

    private static string BodyBeginning(HttpResponse response)
    {
        byte[] body = new byte[MaxShownBodyBytes];
        int length = 0;
        try
        {
            int read = response.Read(body, 0, body.Length);
            while (read > 0)
            {
                length += read;
                read = length < body.Length ? response.Read(body, length, body.Length - length) : 0;
            }
        }
        catch (HubException error)
        {
            if (error.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // The status says enough; a body that breaks off needs no second error.
        }

        return Ascii.Printable(body, 0, length, MaxShownBodyBytes).Trim('.', ' ');
    }

    private string NewKey()
    {
        byte[] nonce = new byte[KeyBytes];
        _hal.System.FillRandom(nonce);
        return Convert.ToBase64String(nonce);
    }

    private string AcceptFor(string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key + KeySuffix);
        return Convert.ToBase64String(_hal.Hash.Sha1(bytes, 0, bytes.Length));
    }

    private void CheckAnswer(HttpResponse response, string key, HttpRequest request)
    {
        if (!_http.ResponseHeaderLists("upgrade", "websocket") || !_http.ResponseHeaderLists("connection", "upgrade"))
        {
            throw Bad("switches to a protocol other than WebSocket");
        }

        if (response.Header("Sec-WebSocket-Accept") != AcceptFor(key))
        {
            throw Bad("answers another WebSocket request than this one (Sec-WebSocket-Accept is wrong); is there a proxy in between?");
        }

        if (!string.IsNullOrEmpty(response.Header("Sec-WebSocket-Extensions")))
        {
            throw Bad("uses a WebSocket extension that was not requested");
        }

        if (response.Header("Sec-WebSocket-Protocol") != null && !request.HasHeader("sec-websocket-protocol"))
        {
            throw Bad("uses a WebSocket subprotocol that was not requested");
        }
    }

    /// <summary>The error for a status other than 101, with the beginning of the server's own words.</summary>
    private HubException Refused(HttpResponse response)
    {
        int retryAfterMs = RetryAfterMs(response);
        string words = BodyBeginning(response);
        string message = _http.Origin.HostAndPort + " answers " + response.Status.ToString() + " instead of opening a WebSocket";
        return new HubException(CodeOf(response.Status), words.Length == 0 ? message : message + ": " + words)
        {
            HttpStatus = response.Status,
            RetryAfterMs = retryAfterMs,
        };
    }

    private HubException Bad(string what) => new HubException(ErrorCode.BadResponse, _http.Origin.HostAndPort + " " + what);
}
