namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>How a target is, for people; without its secrets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">Its host.</param>
/// <param name="Waiting">Notices that wait for it, those that it does not want included.</param>
/// <param name="Dropped">Notices that it should have got and did not.</param>
/// <param name="DeliveredMs">When it last got one, in Unix ms; null for not since the start.</param>
/// <param name="Problem">Why the last one was not delivered; null when it was.</param>
internal sealed record WebhookState(string Name, string Host, long Waiting, long Dropped, long? DeliveredMs, string? Problem);
