using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <content>The values of keys: one that cannot be used is a fault that names the key.</content>
internal sealed partial class CloudMessageReader
{
    private const long MaxStreamId = 0xFFFFFFFF;
    private const int DigestDigits = 64;
    private const int MaxItems = 64;

    /// <summary>A text; null, and a fault, for anything else and for one that is empty or too long.</summary>
    private string? Text(JsonToken token, int key, int maxBytes)
    {
        if (token != JsonToken.String)
        {
            Fault(key, "text");
            _json.Skip();
            return null;
        }

        if (_json.ValueLength > maxBytes)
        {
            Fault(key, "at most " + maxBytes.ToString() + " bytes long");
            return null;
        }

        string text = _json.GetString();
        return text.Length == 0 ? null : text;
    }

    private long Whole(JsonToken token, int key)
    {
        if (token == JsonToken.Number && _json.TryGetInt64(out long value) && value >= 0)
        {
            return value;
        }

        Fault(key, "a whole number from 0");
        _json.Skip();
        return -1;
    }

    private TriState Flag(JsonToken token, int key)
    {
        if (token == JsonToken.True || token == JsonToken.False)
        {
            return token == JsonToken.True ? TriState.Yes : TriState.No;
        }

        Fault(key, "true or false");
        _json.Skip();
        return TriState.Unknown;
    }

    /// <summary>The first fault counts.</summary>
    private void Fault(int key, string expected) => _message.Fault ??= Wrong(CloudKeys.NameOf(key) + " must be " + expected);

    private long StreamId(JsonToken token, int key)
    {
        long id = Whole(token, key);
        if (id > MaxStreamId)
        {
            Fault(key, "a number of 32 bits");
            return -1;
        }

        return id;
    }

    private string? Digest(JsonToken token, int key)
    {
        string? text = Text(token, key, MaxTextBytes);
        if (text == null)
        {
            return null;
        }

        char[] digits = text.ToLower().ToCharArray();
        bool isDigest = digits.Length == DigestDigits;
        for (int i = 0; i < digits.Length; i++)
        {
            isDigest &= Ascii.HexValue(digits[i]) >= 0;
        }

        if (!isDigest)
        {
            Fault(key, "64 hex digits");
            return null;
        }

        return new string(digits);
    }

    private string[]? Texts(JsonToken token, int key)
    {
        if (token != JsonToken.ArrayStart)
        {
            Fault(key, "a list of texts");
            _json.Skip();
            return null;
        }

        ArrayList texts = new ArrayList();
        while (_json.Read() != JsonToken.ArrayEnd)
        {
            string? text = Text(_json.Token, key, MaxTextBytes);
            if (text != null && texts.Count < MaxItems)
            {
                texts.Add(text);
            }
            else if (text != null)
            {
                Fault(key, "at most " + MaxItems.ToString() + " texts");
            }
        }

        return TextList.ToArray(texts);
    }

    private void ReadOptions(JsonToken token)
    {
        if (token != JsonToken.ObjectStart)
        {
            Fault(CloudKeys.Options, "an object");
            _json.Skip();
            return;
        }

        StartOptions options = new StartOptions();
        _message.Options = options;
        while (_json.Read() == JsonToken.Name)
        {
            int key = CloudKeys.OptionNames.IndexOf(_json);
            JsonToken value = _json.Read();
            if (key < 0 || value == JsonToken.Null)
            {
                _json.Skip();
            }
            else if (CloudKeys.OfOptions + key == CloudKeys.Plate)
            {
                long plate = Whole(value, CloudKeys.Plate);
                options.Plate = plate <= int.MaxValue ? (int)plate : int.MaxValue;
            }
            else
            {
                ReadSlots(value, options);
            }
        }
    }

    /// <summary>One slot for each filament of the file; an empty list leaves the order to the hub.</summary>
    private void ReadSlots(JsonToken token, StartOptions options)
    {
        if (token != JsonToken.ArrayStart)
        {
            Fault(CloudKeys.Filaments, "a list of slots");
            _json.Skip();
            return;
        }

        ArrayList slots = new ArrayList();
        while (_json.Read() != JsonToken.ArrayEnd)
        {
            if (_json.Token != JsonToken.Number || !_json.TryGetInt64(out long slot) || slot < -1 || slot > byte.MaxValue || slots.Count == MaxItems)
            {
                Fault(CloudKeys.Filaments, "a list of slots");
                _json.Skip();
                continue;
            }

            slots.Add((int)slot);
        }

        options.UseAms = true;
        options.AmsMapping = slots.Count == 0 ? null : new int[slots.Count];
        for (int i = 0; i < slots.Count; i++)
        {
            options.AmsMapping![i] = (int)slots[i]!;
        }
    }
}
