using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual;

/// <summary>An answer of a virtual printer, small enough to hold in memory.</summary>
public sealed class VirtualReply
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public int Status { get; init; } = 200;

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>True to close the connection afterwards, because the request's body stays unread.</summary>
    public bool Close { get; init; }

    public static VirtualReply Json(int status, JsonNode body) => new()
    {
        Status = status,
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body.ToJsonString(s_indented) + "\n"),
    };

    public static VirtualReply Html(int status, string html, bool close = false) => new()
    {
        Status = status,
        ContentType = "text/html; charset=UTF-8",
        Body = Encoding.UTF8.GetBytes(html),
        Close = close,
    };

    public VirtualReply With(string header, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Headers.Add(new(header, value));
        return this;
    }
}
