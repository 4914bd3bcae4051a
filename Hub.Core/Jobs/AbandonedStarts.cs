using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Jobs;

/// <summary>The pending starts of printers that the hub does not run any more: no worker will see their outcome. Thread: any; waits for the storage.</summary>
internal static class AbandonedStarts
{
    /// <summary>True when any start is pending.</summary>
    public static bool HasAny(JobStore store) => store.PlacesWithPendingStart().Length > 0;

    /// <summary>Records the outcome of those that have no owner and whose time is over. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    public static void End(JobStore store, IHal hal, Log log)
    {
        PrinterPlace[] places = store.PlacesWithPendingStart();
        for (int i = 0; i < places.Length; i++)
        {
            using (StartClaim? claim = StartClaim.TryTake(hal.Nvs, places[i]))
            {
                PendingStart? start = claim == null ? null : store.Read(places[i]).PendingStart;
                if (start != null)
                {
                    End(store, hal, log, places[i], start);
                }
            }
        }
    }

    private static void End(JobStore store, IHal hal, Log log, PrinterPlace place, PendingStart start)
    {
        StartMachine machine = StartMachine.OwnerLost(start, hal.Clock.NowMs, store.NowMs);
        machine.EndIfOver();
        if (!machine.IsOpen)
        {
            string file = log.Shown(start.File);
            bool isRecorded = store.HasStarted(start, place.PrinterId);
            if (!isRecorded)
            {
                log.Warning(place.PrinterId, file + ": " + machine.Error!.Message);
            }

            store.Change(place, new StartOutcomeChange(machine, file, null, null, machine.Error!.Message, true, isRecorded).Do);
        }
    }
}
