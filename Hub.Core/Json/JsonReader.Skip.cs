using System;
using Hub.Core.Errors;

namespace Hub.Core.Json;

/// <content>Skipping values.</content>
public sealed partial class JsonReader
{
    /// <summary>Levels beyond the limit that a skipped value may have.</summary>
    private const int MaxSkippedLevels = 1000;

    /// <summary>
    /// On a name: skips its value. On the start of an object or array: skips to its end, which is then the
    /// present token. Otherwise: does nothing. Inside a skipped object or array only the structure is checked
    /// (ends of strings, pairs of brackets, depth); commas, numbers and escapes are not. Errors:
    /// <see cref="ErrorCode.BadJson"/>. Values deeper than <see cref="MaxDepth"/> are skipped too, up to a thousand levels more; of
    /// their brackets only the number is checked.
    /// </summary>
    public void Skip()
    {
        if (_state == Failed)
        {
            throw new HubException(ErrorCode.BadJson, _error);
        }

        if (_token == JsonToken.Name)
        {
            // The value itself may be one level too deep.
            _depthLimit = MaxDepth + 1;
            Read();
            _depthLimit = MaxDepth;
        }

        if (_token == JsonToken.ObjectStart || _token == JsonToken.ArrayStart)
        {
            SkipToEnd();
        }
    }

    private void SkipToEnd()
    {
        int outerDepth = _depth - 1;
        int beyond = 0;
        while (_depth > outerDepth)
        {
            int symbol = SkipToBracket();
            bool isOpening = symbol == '{' || symbol == '[';
            if (isOpening && _depth < MaxDepth)
            {
                Open(symbol == '{');
            }
            else if (isOpening && beyond < MaxSkippedLevels)
            {
                beyond++;
                _position++;
            }
            else if (isOpening)
            {
                throw Fail(_position, "it is nested too deep");
            }
            else if (symbol >= 0 && beyond > 0)
            {
                beyond--;
                _position++;
            }
            else if (symbol == (_inObject ? '}' : ']'))
            {
                _token = Close();
            }
            else if (symbol >= 0 || !Refill(_position))
            {
                throw Fail(_position, "the closing bracket does not match the opening one");
            }
        }
    }

    /// <summary>The next bracket outside of a string, at the position; -1 at the end.</summary>
    private int SkipToBracket()
    {
        byte[] buffer = _buffer;
        int end = _end;
        int position = _position;
        for (; position < end; position++)
        {
            int symbol = buffer[position];
            if (symbol == '"')
            {
                // Without FindQuote's loop for short distances: this made skipping a quarter faster on nanoCLR.
                int start = position + 1;
                int quote = Array.IndexOf((Array)buffer, s_quote, start, end - start);
                if (quote >= 0 && quote < _nextBackslash)
                {
                    position = quote;
                }
                else
                {
                    position = SkipText(start);
                    end = _end;
                }
            }
            else if ((symbol & 0xDF) == '[' || (symbol & 0xDF) == ']')
            {
                // [ and { differ in this one bit, as do ] and }.
                _position = position;
                return symbol;
            }
        }

        _position = position;
        return -1;
    }

    /// <summary>The quote that ends a skipped text.</summary>
    private int SkipText(int start)
    {
        if (_source != null)
        {
            return SkipStreamedText(start);
        }

        int quote = FindQuote(start);
        if (_nextBackslash < start)
        {
            _nextBackslash = FindBackslash(start);
        }

        return _nextBackslash < quote ? PassEscapes(quote, false) : quote;
    }
}
