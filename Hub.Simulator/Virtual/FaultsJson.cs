using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hub.Core.Text;
using Hub.Simulator.Virtual.Bambu;

namespace Hub.Simulator.Virtual;

/// <summary>Reads and writes a set of faults; an error is one line for people.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VirtualFaults))]
[JsonSerializable(typeof(VirtualBambuFaults))]
internal sealed partial class FaultsJson : JsonSerializerContext
{
    /// <summary>Errors: <see cref="JsonException"/> with one line that names the key and the expected value.</summary>
    public static T Parse<T>(byte[] json, JsonTypeInfo<T> type)
        where T : new()
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? new T();
        }
        catch (JsonException e)
        {
            throw new JsonException(WhatIsWrong(type, e.Path), e);
        }
    }

    private static string WhatIsWrong(JsonTypeInfo type, string? path)
    {
        if (path == null || !path.StartsWith("$.", StringComparison.Ordinal))
        {
            return "the faults must be a JSON object, such as {\"silent\":true}";
        }

        string key = path[2..];
        JsonPropertyInfo? fault = type.Properties.FirstOrDefault(p => p.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (fault == null)
        {
            return $"there is no fault {OneLine.Of(key)}: there are {string.Join(", ", type.Properties.Select(p => p.Name))}";
        }

        Type kind = Nullable.GetUnderlyingType(fault.PropertyType) ?? fault.PropertyType;
        return key + " must be " + (kind == typeof(bool) ? "true or false" : kind == typeof(string) ? "text" : kind == typeof(double) ? "a number" : "a whole number");
    }
}
