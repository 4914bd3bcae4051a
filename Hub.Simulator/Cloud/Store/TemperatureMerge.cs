using System.Collections.Generic;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Replaces a printer's older temperatures by their averages over a minute. Thread: the writer's.</summary>
internal static class TemperatureMerge
{
    /// <summary>Merges those before a time and returns the number of rows that are left of them.</summary>
    /// <param name="c">The writer's connection.</param>
    /// <param name="key">The printer's key.</param>
    /// <param name="toS">Before this time, in Unix seconds: a full minute.</param>
    public static int Run(StoreConnection c, long key, long toS)
    {
        long fromS = c.Number("SELECT coarse_to_s FROM series WHERE key = $1", key) ?? toS;
        if (fromS >= toS)
        {
            return 0;
        }

        List<object?[]> minutes = c.Rows(
            """
            SELECT at_s / $4 * $4, round(avg(nozzle)), round(avg(nozzle_target)), round(avg(bed)), round(avg(bed_target)), round(avg(chamber))
            FROM temperatures WHERE key = $1 AND at_s >= $2 AND at_s < $3 GROUP BY 1
            """,
            r => new object?[] { key, r.Number(0), r.NumberOrNull(1), r.NumberOrNull(2), r.NumberOrNull(3), r.NumberOrNull(4), r.NumberOrNull(5) },
            key,
            fromS,
            toS,
            (long)TemperatureTable.CoarseSeconds);
        c.Run("DELETE FROM temperatures WHERE key = $1 AND at_s >= $2 AND at_s < $3", key, fromS, toS);
        foreach (object?[] minute in minutes)
        {
            c.Run("INSERT INTO temperatures (key, at_s, nozzle, nozzle_target, bed, bed_target, chamber) VALUES ($1, $2, $3, $4, $5, $6, $7)", minute);
        }

        c.Run("UPDATE series SET coarse_to_s = $2 WHERE key = $1", key, toS);
        return minutes.Count;
    }
}
