using System;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>Says what is wrong with a request's body, for people: the words of .NET name the types of this program. Pure.</summary>
internal static class BodyFaults
{
    private const string See = ": /openapi/v1.json describes it.";
    private const string Missing = "missing required properties including: ";
    private const string Unknown = "The JSON property ";
    private const string WrongType = "The JSON value could not be converted";

    /// <summary>One line.</summary>
    public static string Explain(BadHttpRequestException error)
    {
        if (error.InnerException is not JsonException json)
        {
            return error.Message.StartsWith("Implicit body", StringComparison.Ordinal) ? "The body is missing or null" + See : error.Message;
        }

        int path = json.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        string text = path < 0 ? json.Message : json.Message[..path];
        int missing = text.IndexOf(Missing, StringComparison.Ordinal);
        return missing >= 0 ? "The body lacks " + text[(missing + Missing.Length)..].TrimEnd('.') + See
            : text.StartsWith(Unknown, StringComparison.Ordinal) ? "The body has the unknown member " + text.Split('\'')[1] + See
            : text.StartsWith(WrongType, StringComparison.Ordinal) ? "The body has a value that cannot be used at " + (json.Path ?? "$") + See
            : "The body is not JSON: " + text;
    }
}
