using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Requests;

/// <summary>The parameters of a request. Errors: <see cref="ErrorCode.BadRequest"/> naming the key. Thread: one owner.</summary>
internal sealed class RequestParams
{
    public RequestParams(Hashtable values)
    {
        Values = values;
    }

    /// <summary>All of them; the request's own.</summary>
    public Hashtable Values { get; }

    /// <summary>A text that must be there.</summary>
    public string Text(string key) => OptionalText(key) ?? throw Wrong(key, "is missing");

    /// <summary>A text; null when it is not there. An empty one counts as not there.</summary>
    public string? OptionalText(string key)
    {
        object? value = Values[key];
        if (value == null || value is string)
        {
            return string.IsNullOrEmpty((string?)value) ? null : (string?)value;
        }

        throw Wrong(key, "must be text");
    }

    /// <summary>A whole number within limits.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="least">The least one.</param>
    /// <param name="most">The largest one.</param>
    /// <param name="otherwise">The value when it is not there.</param>
    public long Whole(string key, long least, long most, long otherwise)
    {
        object? value = Values[key];
        if (value == null)
        {
            return otherwise;
        }

        return value is long number && number >= least && number <= most
            ? number
            : throw Wrong(key, most == long.MaxValue ? "must be a whole number from " + least.ToString() : "must be a whole number, " + least.ToString() + " to " + most.ToString());
    }

    /// <summary>true or false, which must be there.</summary>
    public bool Flag(string key)
    {
        object? value = Values[key] ?? throw Wrong(key, "is missing");
        return value is bool flag ? flag : throw Wrong(key, "must be true or false");
    }

    /// <summary>A list of texts that must be there.</summary>
    public string[] Texts(string key)
    {
        ArrayList list = Values[key] as ArrayList ?? throw Wrong(key, "must be a list of texts");
        string[] texts = new string[list.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = list[i] as string ?? throw Wrong(key, "must be a list of texts");
        }

        return texts;
    }

    /// <summary>The error of a parameter.</summary>
    public static HubException Wrong(string key, string why) => new HubException(ErrorCode.BadRequest, key + " " + why);
}
