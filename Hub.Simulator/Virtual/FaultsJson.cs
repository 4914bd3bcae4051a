using System;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Core.Text;

namespace Hub.Simulator.Virtual;

/// <summary>Reads and writes a set of faults; an error is one line for people.</summary>
internal static class FaultsJson
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Errors: <see cref="JsonException"/> with one line that names the key and the expected value.</summary>
    public static T Parse<T>(byte[] json)
        where T : new()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, s_json) ?? new T();
        }
        catch (JsonException e)
        {
            throw new JsonException(WhatIsWrong(typeof(T), e.Path), e);
        }
    }

    public static byte[] Write<T>(T faults) => JsonSerializer.SerializeToUtf8Bytes(faults, s_json);

    private static string WhatIsWrong(Type type, string? path)
    {
        if (path == null || !path.StartsWith("$.", StringComparison.Ordinal))
        {
            return "the faults must be a JSON object, such as {\"silent\":true}";
        }

        string key = path[2..];
        PropertyInfo[] faults = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        PropertyInfo? fault = Array.Find(faults, p => p.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (fault == null)
        {
            return $"there is no fault {OneLine.Of(key)}: there are {string.Join(", ", faults.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)))}";
        }

        Type kind = Nullable.GetUnderlyingType(fault.PropertyType) ?? fault.PropertyType;
        return key + " must be " + (kind == typeof(bool) ? "true or false" : kind == typeof(string) ? "text" : kind == typeof(double) ? "a number" : "a whole number");
    }
}
