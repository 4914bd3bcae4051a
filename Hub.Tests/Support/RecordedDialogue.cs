using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Tests.Support;

/// <summary>
/// A dialogue with a real server (Recordings/README.md), replayed to a client that asks what and when it likes: each question
/// gets the server's latest answer to it. The replay advances by rounds of the recording's own client, so that no answer is
/// older than the others of its round.
/// </summary>
internal sealed class RecordedDialogue
{
    /// <summary>Answers within this time of each other belong to one round of questions, in ms.</summary>
    private const int RoundMs = 150;

    private readonly List<JsonObject> _entries;
    private readonly Dictionary<string, byte[]> _answers = new(StringComparer.Ordinal);
    private int _next;

    private RecordedDialogue(IEnumerable<string> lines)
    {
        _entries = [.. lines.Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    /// <summary>Time of the current round in ms since the recording began.</summary>
    public long NowMs { get; private set; }

    /// <summary>The change that the recording's client asked for in this step, such as "POST /api/job"; null in a round of questions.</summary>
    public string? Command { get; private set; }

    /// <summary>Its body.</summary>
    public JsonNode? CommandBody { get; private set; }

    /// <summary>What happened last, in the recorder's words.</summary>
    public string Note { get; private set; } = "";

    /// <summary>One recording, such as "OctoPrint", "job".</summary>
    public static RecordedDialogue Of(string system, string name) =>
        new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", system, name + ".jsonl")));

    /// <summary>Advances by one command or one round of questions; false at the end.</summary>
    public bool MoveNext()
    {
        Command = null;
        CommandBody = null;
        bool hasMoved = false;
        while (_next < _entries.Count)
        {
            JsonObject entry = _entries[_next];
            long atMs = (long)((double)entry["t"]! * 1000);
            bool isQuestion = (string?)entry["method"] is "GET" or null;
            if (hasMoved && (!isQuestion || atMs - NowMs > RoundMs))
            {
                return true;
            }

            _next++;
            NowMs = Math.Max(NowMs, atMs);
            if (entry["note"] != null)
            {
                Note = (string)entry["note"]!;
                continue;
            }

            if (entry["status"] == null)
            {
                continue;
            }

            string key = (string)entry["method"]! + " " + ((string)entry["path"]!).Split('?')[0];
            _answers[key] = AnswerOf(entry);
            hasMoved = true;
            if (!isQuestion)
            {
                Command = key;
                CommandBody = entry["request_body"]?.DeepClone();
                return true;
            }
        }

        return hasMoved;
    }

    /// <summary>The server's current answer, a complete HTTP message; a 404 to what the recording's client never asked.</summary>
    /// <param name="question">Such as "GET /api/job".</param>
    public byte[] Answer(string question) =>
        _answers.TryGetValue(question, out byte[]? answer) ? answer : Encoding.UTF8.GetBytes("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");

    /// <summary>The first answer to a question in the whole recording.</summary>
    public JsonNode? FirstBody(string question, Func<JsonNode, bool> isIt) => _entries
        .Where(e => e["method"] != null && (string)e["method"]! + " " + ((string)e["path"]!).Split('?')[0] == question && (int?)e["status"] == 200)
        .Select(e => e["body"])
        .FirstOrDefault(body => body != null && isIt(body));

    private static byte[] AnswerOf(JsonObject entry)
    {
        JsonNode? body = entry["body"];
        string text = body == null ? "" : body is JsonValue value && value.TryGetValue(out string? plain) ? plain : body.ToJsonString();
        StringBuilder head = new();
        head.Append(entry["version"]?.ToString() ?? "HTTP/1.1").Append(' ').Append((int)entry["status"]!).Append(" Recorded\r\n");
        foreach (KeyValuePair<string, JsonNode?> header in entry["headers"]?.AsObject() ?? [])
        {
            if (header.Key is not ("content-length" or "transfer-encoding" or "connection"))
            {
                head.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
            }
        }

        // The body was parsed when it was recorded, so its length is calculated from what is sent now.
        bool hasBody = (int)entry["status"]! is not (204 or 304);
        head.Append(hasBody ? "Content-Length: " + Encoding.UTF8.GetByteCount(text) + "\r\n\r\n" : "\r\n");
        return Encoding.UTF8.GetBytes(head + text);
    }
}
