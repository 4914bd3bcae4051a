using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Copies what can be read of a damaged database into a new one: all but the temperatures, which the next hours bring again.</summary>
internal static class StoreSalvage
{
    private static readonly string[] s_tables =
        ["settings", "hubs", "event_logs", "events", "jobs", "idempotency", "transfers", "sessions", "notices", "needs", "webhook_targets"];

    /// <summary>Copies, and returns the number of rows by table.</summary>
    public static Dictionary<string, int> Run(SqliteConnection damaged, StoreConnection target)
    {
        Dictionary<string, int> counts = [];
        foreach (string table in s_tables)
        {
            int count = 0;
            bool isWhole = Copy(damaged, target, table, "", ref count);
            if (!isWhole)
            {
                // What lies beyond the damage is reached from the other end.
                Copy(damaged, target, table, " ORDER BY 1 DESC", ref count);
            }

            counts[table] = count;
        }

        return counts;
    }

    /// <summary>False when the damage ended it.</summary>
    private static bool Copy(SqliteConnection damaged, StoreConnection target, string table, string order, ref int count)
    {
        target.Run("BEGIN IMMEDIATE");
        try
        {
            using SqliteCommand command = damaged.CreateCommand();
            command.CommandText = "SELECT * FROM " + table + order;
            using SqliteDataReader reader = command.ExecuteReader();
            string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
            string insert = $"INSERT OR IGNORE INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => "$" + (i + 1)))})";
            object?[] values = new object?[columns.Length];
            while (reader.Read())
            {
                reader.GetValues(values!);
                count += TryInsert(target, insert, values);
            }

            return true;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not StoreErrors.Full)
        {
            return false;
        }
        finally
        {
            target.Run("COMMIT");
        }
    }

    /// <summary>A row with values that do not belong there is left out.</summary>
    private static int TryInsert(StoreConnection target, string insert, object?[] values)
    {
        try
        {
            return target.Run(insert, values);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not StoreErrors.Full)
        {
            return 0;
        }
    }
}
