using System.Collections;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;
using Hub.Hal.Desktop;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Configuration;

/// <summary>A ConfigManager over memory, with what it wrote and logged.</summary>
internal sealed class ConfigTestBed : ILogSink
{
    public const string OctoPrint = """{"id":"octo-1","type":"octoprint","url":"http://192.168.1.20"}""";
    public const string Bambu = """{"id":"bambu-1","type":"bambu","host":"192.168.1.30","serial":"01p00a000000001","access_code":"00000000"}""";

    private readonly List<string> _lines = [];

    public ConfigTestBed()
    {
        Nvs.Setup(n => n.Read(ConfigManager.NvsNamespace, It.IsAny<string>())).Returns((string _, string key) => Read(key));
        Nvs.Setup(n => n.ReadDamaged(ConfigManager.NvsNamespace, It.IsAny<string>())).Returns((string _, string key) => Damaged.GetValueOrDefault(key));
        Nvs.Setup(n => n.Write(ConfigManager.NvsNamespace, It.IsAny<string>(), It.IsAny<byte[]>()))
            .Callback((string _, string key, byte[] value) => Write(key, value));
        Nvs.Setup(n => n.Delete(ConfigManager.NvsNamespace, It.IsAny<string>())).Callback((string _, string key) => Delete(key));
        Log = new Log(this, Mock.Of<IClock>(), LogLevel.Debug);
        Config = NewManager();
    }

    public Mock<INvs> Nvs { get; } = new(MockBehavior.Strict);

    /// <summary>All that is stored.</summary>
    public Dictionary<string, byte[]> Values { get; } = [];

    /// <summary>What is left of damaged values.</summary>
    public Dictionary<string, byte[]> Damaged { get; } = [];

    /// <summary>The stored printers.json.</summary>
    public byte[]? Stored
    {
        get => Values.GetValueOrDefault(ConfigManager.PrintersKey);
        set
        {
            Values.Remove(ConfigManager.PrintersKey);
            if (value != null)
            {
                Values[ConfigManager.PrintersKey] = value;
            }
        }
    }

    /// <summary>Keys that cannot be written, such as those of a full disk.</summary>
    public HashSet<string> Full { get; } = [];

    /// <summary>When set, nothing can be read.</summary>
    public HubException? ReadError { get; set; }

    public bool FailWrites { get; set; }

    /// <summary>Writes of documents; their second copies are not counted.</summary>
    public int Writes { get; private set; }

    public Log Log { get; }

    /// <summary>What was logged so far, on whatever thread.</summary>
    public List<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ConfigManager Config { get; }

    /// <summary>What is stored, without indentation.</summary>
    public string StoredText => Compact(Stored ?? []);

    public static string Compact(byte[] utf8)
    {
        using JsonDocument document = JsonDocument.Parse(utf8);
        return JsonSerializer.Serialize(document.RootElement);
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Document(params string[] entries) => $$"""{"version":1,"printers":[{{string.Join(',', entries)}}]}""";

    public static Hashtable Entry(string json) => (Hashtable)new SystemTextJsonDocuments().Parse(Utf8(json))!;

    public static ConfigTestBed Loaded(params string[] entries)
    {
        ConfigTestBed bed = new();
        bed.Stored = entries.Length == 0 ? null : Utf8(Document(entries));
        bed.Config.Load();
        return bed;
    }

    public ConfigManager NewManager() => new(Nvs.Object, new SystemTextJsonDocuments(), Log);

    public string ImportError(string document) =>
        Refusal(() => Config.Import(Utf8(document)));

    public static string Refusal(System.Action action)
    {
        HubException e = Assert.ThrowsExactly<HubException>(action);
        Assert.AreEqual(ErrorCode.ConfigInvalid, e.Code);
        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
        return e.Message;
    }

    void ILogSink.Write(long timeMs, LogLevel level, string area, string message)
    {
        lock (_lines)
        {
            _lines.Add($"{level} {message}");
        }
    }

    private byte[]? Read(string key)
    {
        if (ReadError != null)
        {
            throw ReadError;
        }

        return Damaged.ContainsKey(key)
            ? throw new HubException(ErrorCode.StorageFailed, "the stored value 'config/" + key + "' is damaged; restore a backup, or start anew with 'factory-reset'")
            : Values.GetValueOrDefault(key);
    }

    private void Delete(string key)
    {
        if (FailWrites)
        {
            throw new HubException(ErrorCode.StorageFailed, "nothing can be deleted");
        }

        Values.Remove(key);
        Damaged.Remove(key);
    }

    private void Write(string key, byte[] value)
    {
        if (FailWrites || Full.Contains(key))
        {
            throw new HubException(ErrorCode.StorageFailed, "no space is left");
        }

        Writes += key.EndsWith(".json", System.StringComparison.Ordinal) ? 1 : 0;
        Damaged.Remove(key);
        Values[key] = value;
    }
}
