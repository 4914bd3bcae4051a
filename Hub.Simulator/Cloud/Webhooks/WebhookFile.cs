using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>Reads <c>webhooks.json</c> (docs/cloud.md).</summary>
internal static class WebhookFile
{
    /// <summary>The file in the data folder.</summary>
    public const string FileName = "webhooks.json";

    /// <summary>Most targets.</summary>
    public const int MaxTargets = 20;

    private const int MaxText = 2000;
    private const int MaxBytes = 256 * 1024;

    private static readonly string[] s_keys = ["name", "url", "kinds", "format", "text", "body", "secret", "authorization", "enabled"];

    /// <summary>The targets of a file, none when there is none. Errors: config_invalid with the key that is wrong, and without what it holds.</summary>
    public static List<WebhookTarget> Load(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            return new FileInfo(file).Length > MaxBytes ? throw new FormatException("it is too long") : Read(File.ReadAllBytes(file));
        }
        catch (JsonException e)
        {
            throw new HubException(ErrorCode.ConfigInvalid, $"'{file}' is no JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}", e);
        }
        catch (FormatException e)
        {
            throw new HubException(ErrorCode.ConfigInvalid, $"'{file}': {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(ErrorCode.ConfigInvalid, $"cannot read '{file}': {e.Message}", e);
        }
    }

    /// <summary>Reads the document.</summary>
    /// <exception cref="FormatException">What is wrong, with its key.</exception>
    public static List<WebhookTarget> Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("webhooks", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("it is no object with a list 'webhooks'");
        }

        if (list.GetArrayLength() > MaxTargets)
        {
            throw new FormatException($"'webhooks' has more than {MaxTargets} entries");
        }

        List<WebhookTarget> targets = [];
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            try
            {
                if (ReadTarget(item) is not WebhookTarget target)
                {
                    continue;
                }

                if (targets.Exists(t => t.Name == target.Name))
                {
                    throw new FormatException($"another one has the name '{target.Name}'");
                }

                targets.Add(target);
            }
            catch (FormatException e)
            {
                throw new FormatException($"webhooks[{index}]: {e.Message}", e);
            }
            finally
            {
                index++;
            }
        }

        return targets;
    }

    /// <summary>Null for one that is switched off.</summary>
    private static WebhookTarget? ReadTarget(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it is no object");
        }

        foreach (JsonProperty property in item.EnumerateObject())
        {
            if (!s_keys.Contains(property.Name))
            {
                throw new FormatException($"there is no key '{property.Name}': the keys are {string.Join(", ", s_keys)}");
            }
        }

        Uri url = WebhookTarget.Address(Text(item, "url") ?? throw new FormatException("'url' is missing"));
        WebhookTemplate? body = Text(item, "body") is string whole ? Body(whole) : null;
        WebhookTarget target = new()
        {
            Name = Text(item, "name") ?? url.Host,
            Url = url,
            Kinds = Kinds(item),
            Format = Format(item, url, body != null),
            Text = Text(item, "text") is string text ? NoText(new WebhookTemplate(text)) : WebhookTemplate.Default,
            Body = body,
            Secret = Text(item, "secret") is string secret ? Checked(new Secret(secret)) : null,
            Authorization = Text(item, "authorization") is string authorization ? Header(authorization) : null,
        };
        return item.TryGetProperty("enabled", out JsonElement enabled) && enabled.ValueKind == JsonValueKind.False ? null : target;
    }

    private static HashSet<string> Kinds(JsonElement item)
    {
        if (!item.TryGetProperty("kinds", out JsonElement list))
        {
            return [.. WebhookKinds.Default];
        }

        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(k => k.ValueKind != JsonValueKind.String))
        {
            throw new FormatException("'kinds' is no list of words");
        }

        HashSet<string> kinds = [.. list.EnumerateArray().Select(k => k.GetString()!)];
        return kinds.FirstOrDefault(k => !WebhookKinds.All.Contains(k)) is string unknown
            ? throw new FormatException($"there is no kind '{unknown}': the kinds are {string.Join(", ", WebhookKinds.All)}")
            : kinds;
    }

    private static WebhookFormat Format(JsonElement item, Uri url, bool hasBody)
    {
        string? word = Text(item, "format");
        return (word, hasBody) switch
        {
            (null, true) => WebhookFormat.Body,
            (null, false) => WebhookTarget.FormatOf(url),
            (_, true) => throw new FormatException("'format' and 'body' exclude each other"),
            ("json", _) => WebhookFormat.Json,
            ("text", _) => WebhookFormat.Text,
            ("ntfy", _) => WebhookFormat.Ntfy,
            ("slack", _) => WebhookFormat.Slack,
            ("discord", _) => WebhookFormat.Discord,
            _ => throw new FormatException("'format' is none of json, text, ntfy, slack, discord"),
        };
    }

    private static WebhookTemplate Body(string text)
    {
        WebhookTemplate template = new(text);
        try
        {
            JsonDocument.Parse(template.Fill(_ => "x")).Dispose();
        }
        catch (JsonException)
        {
            throw new FormatException("'body' is no JSON with its fields filled in: a field stands within quotation marks");
        }

        return template;
    }

    private static WebhookTemplate NoText(WebhookTemplate template) =>
        template.Has("text") ? throw new FormatException("'text' has the field {text}, which is the text itself: write {summary}") : template;

    private static Secret Checked(Secret secret)
    {
        try
        {
            return WebhookSignature.Key(secret).Length == 0 ? throw new FormatException() : secret;
        }
        catch (FormatException)
        {
            throw new FormatException("'secret' has no base64 after whsec_, or nothing at all");
        }
    }

    private static Secret Header(string value) =>
        value.All(c => c is >= ' ' and <= '~') ? new Secret(value) : throw new FormatException("'authorization' has characters that a header cannot hold");

    private static string? Text(JsonElement item, string key)
    {
        if (!item.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 and <= MaxText } ? text : throw new FormatException($"'{key}' is no text of 1 to {MaxText} characters");
    }
}
