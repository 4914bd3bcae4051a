using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Reads the short JSON body of a request.</summary>
internal static class SmallBody
{
    private const int MaxBytes = 4096;

    /// <summary>The body; null when it is not JSON of this type, or too long.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false);
        }
        catch (System.Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }
}
