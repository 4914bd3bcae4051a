// AT THE MERGE: delete this file; the real DesktopHal, FileNvs and SystemTextJsonDocuments take its place.
#pragma warning disable CA1822
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Core;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Stand-in: storage, JSON and clock only.</summary>
public sealed class DesktopHal : IHal, IDisposable, IClock, INvs, IJsonDocuments
{
    private readonly string _folder;

    /// <summary>Makes the stand-in.</summary>
    public DesktopHal(string dataDirectory)
    {
        _folder = Path.Combine(dataDirectory, "nvs");
    }

    /// <inheritdoc/>
    public IClock Clock => this;

    /// <inheritdoc/>
    public INvs Nvs => this;

    /// <inheritdoc/>
    public ISocketFactory Sockets => throw new NotImplementedException();

    /// <inheritdoc/>
    public IBufferPool Buffers => throw new NotImplementedException();

    /// <inheritdoc/>
    public IJsonDocuments JsonDocuments => this;

    /// <inheritdoc/>
    public IHash Hash => throw new NotImplementedException();

    /// <inheritdoc/>
    public ISystem System => throw new NotImplementedException();

    /// <inheritdoc/>
    public IIndicator Indicator { get; } = new NullIndicator();

    /// <inheritdoc/>
    public IGpio Gpio { get; } = new NullGpio();

    /// <inheritdoc/>
    public IRadio Radio { get; } = new NullRadio();

    /// <inheritdoc/>
    public IMqttFactory Mqtt { get; } = new NullMqttFactory();

    /// <inheritdoc/>
    public IUpdateStore Updates { get; } = new NullUpdateStore();

    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public DateTime UtcNow => DateTime.UtcNow;

    /// <inheritdoc/>
    public bool IsUtcSynced => true;

    /// <inheritdoc/>
    public bool IsHealthy => true;

    /// <inheritdoc/>
    public void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

    /// <inheritdoc/>
    public byte[]? Read(string ns, string key) => File.Exists(PathOf(ns, key)) ? File.ReadAllBytes(PathOf(ns, key)) : null;

    /// <inheritdoc/>
    public void Write(string ns, string key, byte[] value)
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(PathOf(ns, key), value);
    }

    /// <inheritdoc/>
    public void Delete(string ns, string key) => File.Delete(PathOf(ns, key));

    /// <inheritdoc/>
    public string[] Keys(string ns) => [];

    /// <inheritdoc/>
    public object? Parse(byte[] utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            return ToTree(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new HubException(ErrorCode.BadJson, $"line {e.LineNumber + 1} is no JSON", e);
        }
    }

    /// <inheritdoc/>
    public byte[] Write(object? tree) => JsonSerializer.SerializeToUtf8Bytes(ToSorted(tree));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private string PathOf(string ns, string key) => Path.Combine(_folder, ns + "_" + key);

    private static object? ToTree(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Hashtable table = [];
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    table[member.Name] = ToTree(member.Value);
                }

                return table;
            case JsonValueKind.Array:
                return new ArrayList(element.EnumerateArray().Select(ToTree).ToArray());
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.TryGetInt64(out long whole) ? (object)whole : element.GetDouble();
            default:
                return element.ValueKind == JsonValueKind.Null ? null : element.GetBoolean();
        }
    }

    private static object? ToSorted(object? node) => node switch
    {
        Hashtable table => new SortedDictionary<string, object?>(
            table.Keys.Cast<string>().ToDictionary(k => k, k => ToSorted(table[k])), StringComparer.Ordinal),
        ArrayList list => list.Cast<object?>().Select(ToSorted).ToArray(),
        _ => node,
    };
}
