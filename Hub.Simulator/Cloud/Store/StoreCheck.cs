using System;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Looks for damage in a database, for a limited time.</summary>
internal static class StoreCheck
{
    private const int Interrupted = 9;
    private const int StepsBetween = 10_000;

    /// <summary>What is wrong with it; null when nothing is found within the time. Errors: <see cref="SqliteException"/> for what is no damage.</summary>
    public static string? Damage(StoreConnection connection, TimeSpan limit)
    {
        long begin = Stopwatch.GetTimestamp();
        sqlite3 handle = connection.Connection.Handle!;
        raw.sqlite3_progress_handler(handle, StepsBetween, _ => Stopwatch.GetElapsedTime(begin) > limit ? 1 : 0, null);
        try
        {
            string? found = connection.Text("PRAGMA quick_check(1)");

            // The first of its two lines names the database only.
            return found == "ok" ? null : found?.Split('\n')[^1] ?? "the check gave no answer";
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted)
        {
            return null;
        }
        catch (SqliteException e) when (StoreErrors.IsDamage(e))
        {
            return e.Message;
        }
        finally
        {
            raw.sqlite3_progress_handler(handle, 0, null, null);
        }
    }
}
