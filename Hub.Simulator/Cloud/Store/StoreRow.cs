using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The row that a reader is at. Thread: one at a time.</summary>
internal readonly struct StoreRow(SqliteDataReader reader)
{
    /// <summary>A number; 0 for NULL.</summary>
    public long Number(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    /// <summary>A number; null for NULL.</summary>
    public long? NumberOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <summary>A text; empty for NULL.</summary>
    public string Text(int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    /// <summary>A text; null for NULL.</summary>
    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
