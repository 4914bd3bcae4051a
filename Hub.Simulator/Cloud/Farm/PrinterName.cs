namespace Hub.Simulator.Cloud.Farm;

/// <summary>A printer of a hub's printer_list.</summary>
/// <param name="WireId">Its name on the wire.</param>
/// <param name="Id">Its id in the hub.</param>
/// <param name="Name">The name that people gave it, or null.</param>
/// <param name="Type">Its system, or null.</param>
/// <param name="Enabled">False for one that is switched off.</param>
internal sealed record PrinterName(string WireId, string Id, string? Name, string? Type, bool Enabled);
