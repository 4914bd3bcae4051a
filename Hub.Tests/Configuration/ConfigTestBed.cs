using System.Collections;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Configuration;

/// <summary>A ConfigManager over memory, with what it wrote and logged.</summary>
internal sealed class ConfigTestBed : ILogSink
{
    public const string OctoPrint = """{"id":"octo-1","type":"octoprint","url":"http://192.168.1.20"}""";
    public const string Bambu = """{"id":"bambu-1","type":"bambu","host":"192.168.1.30","serial":"01p00a000000001","access_code":"00000000"}""";

    public ConfigTestBed()
    {
        Nvs.Setup(n => n.Read(ConfigManager.NvsNamespace, ConfigManager.PrintersKey)).Returns(() => Stored);
        Nvs.Setup(n => n.Write(ConfigManager.NvsNamespace, ConfigManager.PrintersKey, It.IsAny<byte[]>()))
            .Callback((string _, string _, byte[] value) => Write(value));
        Log = new Log(this, Mock.Of<IClock>(), LogLevel.Debug);
        Config = NewManager();
    }

    public Mock<INvs> Nvs { get; } = new(MockBehavior.Strict);

    public byte[]? Stored { get; set; }

    public bool FailWrites { get; set; }

    public int Writes { get; private set; }

    public Log Log { get; }

    public List<string> Lines { get; } = [];

    public ConfigManager Config { get; }

    public string StoredText => Encoding.UTF8.GetString(Stored ?? []);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Document(params string[] entries) => $$"""{"version":1,"printers":[{{string.Join(',', entries)}}]}""";

    public static Hashtable Entry(string json) => (Hashtable)new FakeJsonDocuments().Parse(Utf8(json))!;

    public static ConfigTestBed Loaded(params string[] entries)
    {
        ConfigTestBed bed = new();
        bed.Stored = entries.Length == 0 ? null : Utf8(Document(entries));
        bed.Config.Load();
        return bed;
    }

    public ConfigManager NewManager() => new(Nvs.Object, new FakeJsonDocuments(), Log);

    public string ImportError(string document) =>
        Refusal(() => Config.Import(Utf8(document)));

    public static string Refusal(System.Action action)
    {
        HubException e = Assert.ThrowsExactly<HubException>(action);
        Assert.AreEqual(ErrorCode.ConfigInvalid, e.Code);
        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
        return e.Message;
    }

    void ILogSink.Write(long timeMs, LogLevel level, string area, string message) => Lines.Add($"{level} {message}");

    private void Write(byte[] value)
    {
        if (FailWrites)
        {
            throw new HubException(ErrorCode.StorageFailed, "no space is left");
        }

        Writes++;
        Stored = value;
    }
}

/// <summary>System.Text.Json behind IJsonDocuments, as far as these tests need it.</summary>
internal sealed class FakeJsonDocuments : IJsonDocuments
{
    public object? Parse(byte[] utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            return ToTree(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new HubException(ErrorCode.BadJson, $"line {e.LineNumber + 1}: unexpected text", e);
        }
    }

    public byte[] Write(object? tree) => JsonSerializer.SerializeToUtf8Bytes(ToSorted(tree));

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
                ArrayList list = [];
                foreach (JsonElement item in element.EnumerateArray())
                {
                    list.Add(ToTree(item));
                }

                return list;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.TryGetInt64(out long whole) ? (object)whole : element.GetDouble();
            default:
                return element.ValueKind == JsonValueKind.Null ? null : element.GetBoolean();
        }
    }

    private static object? ToSorted(object? node)
    {
        if (node is Hashtable table)
        {
            SortedDictionary<string, object?> sorted = new(System.StringComparer.Ordinal);
            foreach (string key in table.Keys)
            {
                sorted[key] = ToSorted(table[key]);
            }

            return sorted;
        }

        if (node is ArrayList list)
        {
            List<object?> items = [];
            foreach (object? item in list)
            {
                items.Add(ToSorted(item));
            }

            return items;
        }

        return node;
    }
}
