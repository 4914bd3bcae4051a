using System;
using System.Collections;
using System.Text.Json;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Bytes to a tree of Hashtable, ArrayList, string, bool, long, double and null.</summary>
internal static class JsonTreeReader
{
    public static object? Read(byte[] utf8)
    {
        if (utf8.Length > SystemTextJsonDocuments.MaxBytes)
        {
            throw new HubException(ErrorCode.TooLarge, $"the JSON document has {utf8.Length} bytes; at most {SystemTextJsonDocuments.MaxBytes} are read");
        }

        ReadOnlySpan<byte> document = utf8;
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (document.StartsWith(byteOrderMark))
        {
            document = document[byteOrderMark.Length..];
        }

        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = SystemTextJsonDocuments.MaxDepth });
        try
        {
            reader.Read();
            object? tree = ReadValue(ref reader, document);
            reader.Read();
            return tree;
        }
        catch (JsonException e)
        {
            string place = Place((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1);
            throw new HubException(ErrorCode.BadJson, $"not JSON at {place}: {Reason(e.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            // Broken UTF-8 and lone surrogates show only when a string is read.
            throw new HubException(ErrorCode.BadJson, $"not JSON at {PlaceOf(ref reader, document)}: a string is not valid Unicode", e);
        }
    }

    private static object? ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, document);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, document);
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number:
                return ReadNumber(ref reader, document);
            default:
                return null;
        }
    }

    private static Hashtable ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        var members = new Hashtable();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (members.ContainsKey(key))
            {
                throw new HubException(ErrorCode.BadJson, $"the key '{key}' occurs twice in one object, again at {PlaceOf(ref reader, document)}");
            }

            reader.Read();
            members.Add(key, ReadValue(ref reader, document));
        }

        return members;
    }

    private static ArrayList ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        var items = new ArrayList();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, document));
        }

        return items;
    }

    private static object ReadNumber(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        if (reader.TryGetInt64(out long whole))
        {
            return whole;
        }

        if (reader.TryGetDouble(out double number) && double.IsFinite(number))
        {
            return number;
        }

        throw new HubException(ErrorCode.BadJson, $"the number at {PlaceOf(ref reader, document)} is out of range");
    }

    private static string PlaceOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        ReadOnlySpan<byte> before = document[..(int)reader.TokenStartIndex];
        return Place(before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }

    private static string Place(long line, long column) => $"line {line}, column {column}";

    // System.Text.Json quotes the text that it could not read, which may be part of a secret.
    private static string Reason(string message)
    {
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = place < 0 ? message : message[..place];
        int quoteEnd = reason.LastIndexOf("' is ", StringComparison.Ordinal);
        return reason.StartsWith('\'') && quoteEnd > 0 ? "the text" + reason[(quoteEnd + 1)..] : reason;
    }
}
