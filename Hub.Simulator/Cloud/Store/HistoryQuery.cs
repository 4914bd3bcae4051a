using System;
using System.Collections.Generic;
using System.Text;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The WHERE, ORDER and LIMIT that a <see cref="HistoryFilter"/> asks for. Few different texts come of it, so each stays prepared.</summary>
internal sealed class HistoryQuery
{
    private readonly List<object?> _values = [];
    private readonly StringBuilder _sql;

    /// <param name="select">Up to FROM.</param>
    /// <param name="kindColumn">What <see cref="HistoryFilter.Kind"/> is about; null for nothing.</param>
    /// <param name="filter">What is wanted.</param>
    public HistoryQuery(string select, string? kindColumn, HistoryFilter filter)
    {
        _sql = new StringBuilder(select);
        Add("printer_id =", filter.PrinterId);
        Add("hub_id =", filter.HubId);
        if (kindColumn != null)
        {
            Add(kindColumn + " =", filter.Kind);
        }

        Add("at_ms >=", filter.FromMs);
        Add("at_ms <", filter.ToMs);
        _values.Add((long)Math.Clamp(filter.Limit, 1, HistoryFilter.MaxLimit));
        _sql.Append(" ORDER BY at_ms DESC, seq DESC LIMIT $").Append(_values.Count);
    }

    /// <summary>Runs it.</summary>
    public List<T> Rows<T>(StoreConnection connection, Func<StoreRow, T> read) => connection.Rows(_sql.ToString(), read, [.. _values]);

    private void Add(string condition, object? value)
    {
        if (value != null)
        {
            _sql.Append(_values.Count == 0 ? " WHERE " : " AND ");
            _values.Add(value);
            _sql.Append(condition).Append(" $").Append(_values.Count);
        }
    }
}
