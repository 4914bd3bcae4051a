using System.Collections;

namespace Hub.Core.Json;

/// <summary>
/// JSON as trees, for small documents of which any key may matter: objects are <see cref="Hashtable"/>, arrays <see cref="ArrayList"/>, then
/// string, bool, long, double and null. Pure. Thread: any.
/// </summary>
public static class JsonTree
{
    /// <summary>Reads the value at the reader's present token, to its end. Of a name that comes twice, the last counts. Errors: those of <see cref="JsonReader.Read"/>.</summary>
    public static object? Read(JsonReader json)
    {
        switch (json.Token)
        {
            case JsonToken.ObjectStart:
                return ReadObject(json);
            case JsonToken.ArrayStart:
                return ReadArray(json);
            case JsonToken.String:
                return json.GetString();
            case JsonToken.True:
                return true;
            case JsonToken.False:
                return false;
            case JsonToken.Number:
                return ReadNumber(json);
            default:
                return null;
        }
    }

    /// <summary>Writes a tree as one value, the keys of an object in ordinal order.</summary>
    public static void Write(JsonWriter json, object? node)
    {
        if (node is Hashtable table)
        {
            WriteObject(json, table);
        }
        else if (node is ArrayList list)
        {
            json.BeginArray();
            for (int i = 0; i < list.Count; i++)
            {
                Write(json, list[i]);
            }

            json.EndArray();
        }
        else if (node is bool flag)
        {
            json.Value(flag);
        }
        else if (node is long whole)
        {
            json.Value(whole);
        }
        else if (node is int number)
        {
            json.Value(number);
        }
        else if (node is double real)
        {
            json.Value(real, JsonWriter.MaxDecimals);
        }
        else
        {
            json.Value(node as string);
        }
    }

    private static Hashtable ReadObject(JsonReader json)
    {
        Hashtable table = new Hashtable();
        while (json.Read() == JsonToken.Name)
        {
            string name = json.GetString();
            json.Read();
            table[name] = Read(json);
        }

        return table;
    }

    private static ArrayList ReadArray(JsonReader json)
    {
        ArrayList list = new ArrayList();
        while (json.Read() != JsonToken.ArrayEnd)
        {
            list.Add(Read(json));
        }

        return list;
    }

    private static object ReadNumber(JsonReader json)
    {
        if (json.TryGetInt64(out long whole))
        {
            return whole;
        }

        json.TryGetDouble(out double real);
        return real;
    }

    private static void WriteObject(JsonWriter json, Hashtable table)
    {
        string[] names = new string[table.Count];
        int count = 0;
        foreach (object key in table.Keys)
        {
            // An insertion: objects have few names.
            string name = (string)key;
            int at = count;
            while (at > 0 && string.Compare(names[at - 1], name) > 0)
            {
                names[at] = names[at - 1];
                at--;
            }

            names[at] = name;
            count++;
        }

        json.BeginObject();
        for (int i = 0; i < count; i++)
        {
            json.Name(names[i]);
            Write(json, table[names[i]]);
        }

        json.EndObject();
    }
}
