using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Hubs;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>HTTP statuses for a hub's refusals. Pure.</summary>
internal static class AnswerErrors
{
    /// <summary>Does nothing for an answer that reports success.</summary>
    /// <exception cref="CloudException">The hub's code and reason.</exception>
    public static void ThrowUnlessDone(HubAnswer answer)
    {
        if (!answer.IsDone)
        {
            throw new CloudException(StatusOf(answer.Code), answer.Code ?? "refused", answer.Error ?? "The hub gave no reason.");
        }
    }

    private static int StatusOf(string? code) => code switch
    {
        "bad_request" => 400,
        "unknown_printer" => 404,
        "not_supported" => 501,
        "queue_full" => 503,
        "timeout" => 504,
        _ => 409,
    };
}
