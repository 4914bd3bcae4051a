using System.Collections.Generic;
using Hub.Core.Errors;

namespace Hub.Simulator.Cloud.Store;

/// <summary>Brings a database to the newest version of its tables.</summary>
internal static class StoreMigration
{
    /// <summary>Refuses a database of another program or of a newer version, before anything is written. Errors: storage_failed.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="file">Its name.</param>
    /// <param name="newest">The newest version that this program knows.</param>
    public static void Check(StoreConnection connection, string file, int newest)
    {
        long version = connection.Number("PRAGMA user_version") ?? 0;
        long application = connection.Number("PRAGMA application_id") ?? 0;
        bool isEmpty = connection.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && application != StoreSchema.ApplicationId)
        {
            throw new HubException(ErrorCode.StorageFailed, $"'{file}' is a database of another program: move it away, or use --data with another folder");
        }

        if (version > newest)
        {
            throw new HubException(
                ErrorCode.StorageFailed,
                $"'{file}' was made by a newer version of this program (its tables have version {version}, this program knows {newest}): "
                + "install that version, or use --data with another folder");
        }
    }

    /// <summary>Runs the steps that the database lacks, each as a whole or not at all.</summary>
    public static void Run(StoreConnection connection, IReadOnlyList<string> steps)
    {
        for (long next = connection.Number("PRAGMA user_version") ?? 0; next < steps.Count; next++)
        {
            connection.Script($"BEGIN IMMEDIATE; {steps[(int)next]}; PRAGMA application_id={StoreSchema.ApplicationId}; PRAGMA user_version={next + 1}; COMMIT");
        }
    }
}
