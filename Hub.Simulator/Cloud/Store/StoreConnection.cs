using System;
using System.Collections.Generic;
using Microsoft.Data.Sqlite;

namespace Hub.Simulator.Cloud.Store;

/// <summary>One connection with its prepared statements. Thread: one at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    /// <summary>Opens it. Errors: <see cref="SqliteException"/>.</summary>
    public StoreConnection(string connectionString, params ReadOnlySpan<string> pragmas)
    {
        Connection = new SqliteConnection(connectionString);
        try
        {
            Connection.Open();
            foreach (string pragma in pragmas)
            {
                Script(pragma);
            }
        }
        catch
        {
            Connection.Dispose();
            throw;
        }
    }

    /// <summary>The connection itself.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Runs statements that are needed once.</summary>
    public void Script(string sql)
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a prepared statement and returns the number of changed rows.</summary>
    /// <param name="sql">With parameters $1, $2 …</param>
    /// <param name="values">Their values; null for NULL.</param>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row as a number; null for none or NULL.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteScalar() as long?;

    /// <summary>The first column of the first row as text; null for none or NULL.</summary>
    public string? Text(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteScalar() as string;

    /// <summary>All rows. The list is the caller's.</summary>
    public List<T> Rows<T>(string sql, Func<StoreRow, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using SqliteDataReader reader = Bound(sql, values).ExecuteReader();
        StoreRow row = new(reader);
        while (reader.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    /// <summary>Goes through all rows without keeping them.</summary>
    public void Each(string sql, Action<StoreRow> read, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader reader = Bound(sql, values).ExecuteReader();
        StoreRow row = new(reader);
        while (reader.Read())
        {
            read(row);
        }
    }

    /// <summary>The first row, or null.</summary>
    public T? Row<T>(string sql, Func<StoreRow, T> read, params ReadOnlySpan<object?> values)
        where T : class
    {
        using SqliteDataReader reader = Bound(sql, values).ExecuteReader();
        return reader.Read() ? read(new StoreRow(reader)) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
        Connection.Dispose();
    }

    private SqliteCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
            {
                SqliteParameter parameter = command.CreateParameter();
                parameter.ParameterName = "$" + (i + 1);
                command.Parameters.Add(parameter);
            }

            _commands.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
