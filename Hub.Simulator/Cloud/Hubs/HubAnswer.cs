using System.Text.Json;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>A hub's answer to a command or a request.</summary>
/// <param name="IsDone">True when it was done.</param>
/// <param name="Code">The error's code, or null.</param>
/// <param name="Error">Why it was not done, one line; null when it was.</param>
/// <param name="Result">A request's result; a default element for a command.</param>
internal sealed record HubAnswer(bool IsDone, string? Code, string? Error, JsonElement Result);
