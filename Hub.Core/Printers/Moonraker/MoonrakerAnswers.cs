using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>Small results of Moonraker (docs/external_api/*.md of its repository): the bytes of <c>result</c> in, values out. Errors: <see cref="ErrorCode.BadJson"/>. Thread: any.</summary>
internal static class MoonrakerAnswers
{
    private static readonly JsonNames s_klippyState = new JsonNames(new[] { "klippy_state" });
    private static readonly JsonNames s_components = new JsonNames(new[] { "components" });
    private static readonly JsonNames s_spoolman = new JsonNames(new[] { "spoolman" });
    private static readonly JsonNames s_state = new JsonNames(new[] { "state" });
    private static readonly JsonNames s_stateMessage = new JsonNames(new[] { "state_message" });
    private static readonly JsonNames s_token = new JsonNames(new[] { "token" });
    private static readonly JsonNames s_item = new JsonNames(new[] { "item" });
    private static readonly JsonNames s_path = new JsonNames(new[] { "path" });
    private static readonly JsonNames s_size = new JsonNames(new[] { "size" });
    private static readonly JsonNames s_modified = new JsonNames(new[] { "modified" });
    private static readonly JsonNames s_result = new JsonNames(new[] { "result" });
    private static readonly JsonNames s_estimatedTime = new JsonNames(new[] { "estimated_time" });
    private static readonly JsonNames s_layerCount = new JsonNames(new[] { "layer_count" });

    /// <summary>server.info's klippy_state; Unknown when the server is no Moonraker.</summary>
    public static KlippyState Klippy(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        return JsonAnswers.Find(reader, s_klippyState) ? MoonrakerReport.KlippyOf(reader) : KlippyState.Unknown;
    }

    /// <summary>True when server.info's components include spoolman.</summary>
    public static bool HasSpoolman(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        if (!JsonAnswers.Find(reader, s_components) || reader.Token != JsonToken.ArrayStart)
        {
            return false;
        }

        bool isThere = false;
        while (reader.Read() != JsonToken.ArrayEnd)
        {
            isThere |= reader.Token == JsonToken.String && s_spoolman.IndexOf(reader) == 0;
            reader.Skip();
        }

        return isThere;
    }

    /// <summary>printer.info's state.</summary>
    public static KlippyState PrinterInfoState(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        return JsonAnswers.Find(reader, s_state) ? MoonrakerReport.KlippyOf(reader) : KlippyState.Unknown;
    }

    /// <summary>printer.info's state_message, or null.</summary>
    public static string? StateMessage(byte[] body, int offset, int count) => JsonAnswers.Text(JsonAnswers.Open(body, offset, count), s_stateMessage);

    /// <summary>The access token of a login, or null.</summary>
    public static string? Token(byte[] body, int offset, int count) => JsonAnswers.Text(JsonAnswers.Open(body, offset, count), s_token);

    /// <summary>
    /// Path of an uploaded file below its root, or null. Old versions wrap it in "result"; before May 2021 that was the
    /// path itself (moonraker docs/api_changes.md).
    /// </summary>
    public static string? StoredPath(byte[] body, int count)
    {
        string? path = JsonAnswers.Text(Item(body, count), s_path) ?? JsonAnswers.Text(JsonAnswers.Open(body, 0, count), s_result);
        return path == null || path.Length == 0 ? null : path;
    }

    /// <summary>Size of an uploaded file as the server counts it, or -1.</summary>
    public static long StoredSize(byte[] body, int count) => Number(Item(body, count), s_size);

    /// <summary>Size in a file's metadata, or -1.</summary>
    public static long Size(byte[] body, int offset, int count) => Number(JsonAnswers.Open(body, offset, count), s_size);

    /// <summary>When the file was changed last, in its metadata: Unix seconds, or -1.</summary>
    public static double Modified(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        return JsonAnswers.Find(reader, s_modified) && reader.TryGetDouble(out double seconds) ? seconds : -1;
    }

    /// <summary>The slicer's estimate in seconds, or NaN.</summary>
    public static double EstimatedTime(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        return JsonAnswers.Find(reader, s_estimatedTime) && reader.TryGetDouble(out double seconds) && Plausible.Seconds(seconds) > 0 ? seconds : double.NaN;
    }

    /// <summary>The file's layers, or -1.</summary>
    public static int LayerCount(byte[] body, int offset, int count)
    {
        long layers = Number(JsonAnswers.Open(body, offset, count), s_layerCount);
        return layers > 0 && layers < int.MaxValue ? (int)layers : -1;
    }

    private static JsonReader Item(byte[] body, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, 0, count);
        if (JsonAnswers.Enter(reader, s_item))
        {
            return reader;
        }

        reader = JsonAnswers.Open(body, 0, count);
        JsonAnswers.Enter(reader, s_result);
        JsonAnswers.Enter(reader, s_item);
        return reader;
    }

    private static long Number(JsonReader reader, JsonNames name) =>
        JsonAnswers.Find(reader, name) && reader.TryGetInt64(out long value) ? value : -1;
}
