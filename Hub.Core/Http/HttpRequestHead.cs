using System.Text;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>Writes request line and headers into a buffer. Thread: one owner.</summary>
internal sealed class HttpRequestHead
{
    /// <summary>Most bytes that one UTF-16 unit needs in UTF-8.</summary>
    private const int MaxBytesPerCharacter = 3;

    private static readonly byte[] s_none = new byte[0];

    private readonly HttpOrigin _origin;
    private byte[] _window = s_none;
    private int _length;

    internal HttpRequestHead(HttpOrigin origin)
    {
        _origin = origin;
    }

    /// <summary>Writes the head to the front of a window; at least one byte of the window stays free.</summary>
    /// <returns>Its length.</returns>
    internal int Write(HttpRequest request, byte[] window)
    {
        _window = window;
        _length = 0;
        Append(request.Method, " ", _origin.BasePath, request.Target);
        Append(" HTTP/1.1\r\nHost: ", _origin.HostHeader, "\r\nUser-Agent: ", Product.UserAgent);
        for (int i = 0; i < request.HeaderCount; i++)
        {
            Append("\r\n", request.HeaderName(i), ": ", request.HeaderValue(i));
        }

        AppendBodyHeaders(request);
        Append("\r\n\r\n", "", "", "");
        _window = s_none;
        return _length;
    }

    private void AppendBodyHeaders(HttpRequest request)
    {
        if (request.Body != null)
        {
            if (request.ContentType != null)
            {
                Append("\r\nContent-Type: ", request.ContentType, "", "");
            }

            if (request.Body.Length < 0)
            {
                throw new HubException(ErrorCode.SourceFailed, "the length of the data to be sent is not known");
            }

            Append("\r\nContent-Length: ", request.Body.Length.ToString(), "", "");
        }
        else if (request.Method == "POST" || request.Method == "PUT" || request.Method == "PATCH")
        {
            // Without it servers answer 411 (RFC 9110 section 8.6; PrusaLink's start of a print is an empty POST).
            Append("\r\nContent-Length: 0", "", "", "");
        }
    }

    private void Append(string first, string second, string third, string fourth)
    {
        Append(first);
        Append(second);
        Append(third);
        Append(fourth);
    }

    private void Append(string text)
    {
        if (text.Length * MaxBytesPerCharacter >= _window.Length - _length)
        {
            throw new HubException(ErrorCode.Internal, "the request to " + _origin.HostAndPort + " is too long for one buffer");
        }

        _length += Encoding.UTF8.GetBytes(text, 0, text.Length, _window, _length);
    }
}
