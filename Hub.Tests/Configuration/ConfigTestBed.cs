using System.Collections;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
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
