using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Tests.Support;

/// <summary>What differs between the shapes of two JSON documents: members and types, not values. Null may stand for any type.</summary>
internal static class JsonShape
{
    public static string Differences(JsonNode? recorded, JsonNode? ours, params string[] ignored)
    {
        List<string> differences = [];
        Compare("", recorded, ours, ignored, differences);
        return string.Join("; ", differences);
    }

    private static void Compare(string path, JsonNode? recorded, JsonNode? ours, string[] ignored, List<string> differences)
    {
        if (recorded == null || ours == null || ignored.Contains(path))
        {
            return;
        }

        string wanted = Kind(recorded);
        string given = Kind(ours);
        if (wanted != given)
        {
            differences.Add($"{path} is {given}, recorded {wanted}");
        }
        else if (recorded is JsonObject wantedObject)
        {
            JsonObject givenObject = ours.AsObject();
            foreach (string key in wantedObject.Select(m => m.Key).Union(givenObject.Select(m => m.Key)).ToList())
            {
                string member = path + "/" + key;
                if (ignored.Contains(member))
                {
                    continue;
                }

                if (!givenObject.ContainsKey(key))
                {
                    differences.Add(member + " is missing");
                }
                else if (!wantedObject.ContainsKey(key))
                {
                    differences.Add(member + " is not in the recording");
                }
                else
                {
                    Compare(member, wantedObject[key], givenObject[key], ignored, differences);
                }
            }
        }
        else if (recorded is JsonArray { Count: > 0 } wantedList && ours is JsonArray { Count: > 0 } givenList)
        {
            Compare(path + "[0]", wantedList[0], givenList[0], ignored, differences);
        }
    }

    private static string Kind(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind kind => kind.ToString().ToLowerInvariant(),
    };
}
