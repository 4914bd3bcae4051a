using System;
using System.Collections.Generic;
using Hub.Core.Errors;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Brings a database to the newest version of its tables.</summary>
internal static class StoreMigration
{
    /// <summary>Runs the steps that the database lacks, each as a whole or not at all. Errors: storage_failed for a newer or foreign database.</summary>
    public static void Run(StoreConnection connection, IReadOnlyList<string> steps)
    {
        long version = connection.Number("PRAGMA user_version") ?? 0;
        long application = connection.Number("PRAGMA application_id") ?? 0;
        bool isEmpty = connection.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && application != StoreSchema.ApplicationId)
        {
            throw new HubException(
                ErrorCode.StorageFailed, $"'{connection.Connection.DataSource}' is a database of another program: move it away, or use --data with another folder");
        }

        if (version > steps.Count)
        {
            throw new HubException(
                ErrorCode.StorageFailed,
                $"'{connection.Connection.DataSource}' was made by a newer version of this program (its tables have version {version}, this program knows {steps.Count}): "
                + "install that version, or use --data with another folder");
        }

        for (long next = version; next < steps.Count; next++)
        {
            connection.Script($"BEGIN IMMEDIATE; {steps[(int)next]}; PRAGMA application_id={StoreSchema.ApplicationId}; PRAGMA user_version={next + 1}; COMMIT");
        }
    }
}
