using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual;

/// <summary>The real state of a virtual printer for GET /virtual/state, to compare a hub's view with.</summary>
internal static class MachineJson
{
    /// <summary>The words are those of <see cref="MachineLink"/>, <see cref="MachineState"/> and <see cref="JobResult"/>.</summary>
    public static JsonObject Of(MachineSnapshot machine, int jobsStarted) => new()
    {
        ["link"] = machine.Link.ToString(),
        ["state"] = machine.State.ToString(),
        ["result"] = machine.Result.ToString(),
        ["jobs_started"] = jobsStarted,
        ["job"] = machine.Job?.Name,
        ["completion"] = machine.Completion,
        ["nozzle"] = machine.Nozzle,
        ["nozzle_target"] = machine.NozzleTarget,
        ["bed"] = machine.Bed,
        ["bed_target"] = machine.BedTarget,
    };
}
