using Hub.Core.Json;

namespace Hub.Core.Health;

/// <summary>A part of the hub that has figures of its own. Thread: any.</summary>
public interface IHealthSource
{
    /// <summary>Writes its members, such as <c>"cloud":{…}</c>, into an object that the caller has begun.</summary>
    void WriteHealth(JsonWriter json);
}
