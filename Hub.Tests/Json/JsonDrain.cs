using System;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Tests.Json;

/// <summary>Reads a document to its end with everything the reader offers, as a printer client might.</summary>
internal sealed class JsonDrain
{
    private readonly JsonReader _reader = new JsonReader(64);
    private readonly JsonNames _names = new JsonNames(["print", "temp", "a", "state"]);
    private readonly byte[] _copy = new byte[64];
    private readonly byte[] _word = JsonSamples.Utf8("idle");

    /// <summary>Null when the document is whole, else the error. Anything but <see cref="ErrorCode.BadJson"/> comes out as it is.</summary>
    public string? Run(byte[] json, int offset, int count, int skipEvery)
    {
        try
        {
            _reader.Reset(json, offset, count);
            ReadAll(count, skipEvery);
            return null;
        }
        catch (HubException exception) when (exception.Code == ErrorCode.BadJson)
        {
            return exception.Message;
        }
    }

    public string? Run(byte[] json, int skipEvery) => Run(json, 0, json.Length, skipEvery);

    private void ReadAll(int count, int skipEvery)
    {
        int tokens = 0;
        while (_reader.Read() != JsonToken.End)
        {
            tokens++;
            if (tokens > count)
            {
                throw new InvalidOperationException("More tokens than bytes.");
            }

            UseValue();
            if (skipEvery > 0 && tokens % skipEvery == 0)
            {
                _reader.Skip();
            }
        }
    }

    private void UseValue()
    {
        _reader.TryGetInt64(out _);
        _reader.TryGetDouble(out _);
        _reader.TryParseInt64(out _);
        _reader.TryParseDouble(out _);
        _reader.ValueIs(_word);
        _names.IndexOf(_reader);
        if (_reader.Token == JsonToken.Name || _reader.Token == JsonToken.String)
        {
            _reader.CopyString(_copy);
            _reader.GetString();
        }
    }
}
