namespace Hub.Simulator.Cloud.Farm;

/// <summary>Names one printer: two hubs may have one of the same id.</summary>
/// <param name="HubId">The hub.</param>
/// <param name="WireId">The printer's name on the wire.</param>
internal readonly record struct PrinterKey(string HubId, string WireId);
