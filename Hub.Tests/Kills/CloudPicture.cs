using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;

namespace Hub.Tests.Kills;

/// <summary>Compares what the cloud's API shows with what the printers are really doing. Thread: one task.</summary>
/// <param name="rest">The cloud's API.</param>
/// <param name="people">Who used the printers.</param>
/// <param name="hub">The hub of the printers.</param>
internal sealed class CloudPicture(KeyedCloud rest, IReadOnlyList<CloudPerson> people, KillableProcess hub)
{
    private const int NearPercent = 3;

    /// <summary>What differs, a line each; empty when nothing does.</summary>
    public async Task<string> DifferencesAsync()
    {
        if (await rest.TryGetAsync("/api/printers") is not { } answer)
        {
            return "no answer";
        }

        Dictionary<string, JsonElement> shown = answer.GetProperty("printers").EnumerateArray().ToDictionary(p => p.GetProperty("id").GetString()!);
        return string.Join("\n", people.Select(p => shown.TryGetValue(p.Truth.Printer.Id, out JsonElement s) ? Difference(p, s) : p.Truth.Printer.Id + " is not shown").OfType<string>());
    }

    private string? Difference(CloudPerson person, JsonElement shown)
    {
        MachineSnapshot machine = person.Truth.Printer.Machine.Read();
        string state = shown.GetProperty("state").GetString()!;
        string? wrong = !StatesOf(machine, person.Truth.Printer.Type).Contains(state) ? "state"
            : machine.IsActive && PrinterTruth.NameOf(Text(shown, "job")) != PrinterTruth.NameOf(machine.Job!.Name) ? "job"
            : machine.IsActive && !(Math.Abs(Number(shown, "progress_percentage") - machine.Completion!.Value) <= NearPercent) ? "progress"
            : !machine.IsActive && BedOf(person) is { } isClear && !IsBed(person, shown, isClear) ? "bed, really " + isClear
            : null;
        return wrong == null ? null : $"{person.Truth.Printer.Id}: {wrong}: the printer is {machine.State} ({machine.Result}) {machine.Job?.Name} {machine.Completion:0} %, the cloud shows {shown}";
    }

    /// <summary>OctoPrint keeps nothing of a cancelled job, and a PrusaLink shows its end for a while (docs/jobs.md).</summary>
    private static string[] StatesOf(MachineSnapshot machine, string type) => machine.State switch
    {
        MachineState.Paused => ["paused"],
        MachineState.Printing => ["printing"],
        MachineState.Idle when machine.Result == JobResult.Finished => type == PrinterTypes.Bambu || type == PrinterTypes.Moonraker ? ["finished"] : ["finished", "idle"],
        MachineState.Idle when machine.Result == JobResult.Cancelled => type == PrinterTypes.Bambu || type == PrinterTypes.Moonraker ? ["cancelled"] : ["cancelled", "idle"],
        MachineState.Idle => ["idle"],
        _ => [],
    };

    /// <summary>True when the bed was reported clear after the last print; null where an answer leaves it open, or nothing was printed.</summary>
    private static bool? BedOf(CloudPerson person)
    {
        DateTimeOffset ended = person.Truth.Runs is [.., { } last] ? last.Ended : DateTimeOffset.MaxValue;
        return ended == DateTimeOffset.MaxValue || person.PerhapsCleared > ended ? null : person.Cleared > ended;
    }

    /// <summary>
    /// A PrusaLink names no job once it has ended, so a hub that was started after the bed was cleared cannot know this end again, and asks once more (docs/jobs.md).
    /// </summary>
    private bool IsBed(CloudPerson person, JsonElement shown, bool isClear)
    {
        bool? isShownClear = shown.TryGetProperty("bed_clear", out JsonElement bed) ? bed.GetBoolean() : null;
        bool mayWaitAgain = isClear && person.Truth.Printer.Type == PrinterTypes.PrusaLink && hub.Lives[^1].From > person.Cleared;
        return isShownClear == isClear || (mayWaitAgain && isShownClear == false);
    }

    private static string? Text(JsonElement item, string key) => item.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;

    private static double Number(JsonElement item, string key) => item.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : double.NaN;
}
