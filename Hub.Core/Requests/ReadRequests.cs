using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Requests;

/// <summary>history, health, log.tail, and the result of a search: what is only read. Thread: any.</summary>
internal sealed class ReadRequests
{
    private const string LimitKey = "limit";
    private const string BeforeKey = "before";
    private const int MaxLimit = 200;
    private const int DefaultJobs = 20;
    private const int DefaultLines = 50;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly PrinterManager _manager;
    private readonly HubHealth _health;

    public ReadRequests(IHal hal, Log log, PrinterManager manager, HubHealth health)
    {
        _hal = hal;
        _log = log;
        _manager = manager;
        _health = health;
    }

    /// <summary>Writes the members of a method's result.</summary>
    public void Write(string method, RequestParams values, JsonWriter json)
    {
        switch (method)
        {
            case RequestMethods.History:
                History(values, json);
                break;
            case RequestMethods.Health:
                _health.WriteMembers(json);
                break;
            case RequestMethods.LogTail:
                Tail(values, json);
                break;
            default:
                throw HubRequests.Unknown(method);
        }
    }

    /// <summary>The result of a search.</summary>
    public static byte[] Found(DiscoveredPrinter[] found, PrinterConfig[] configured)
    {
        JsonWriter json = new JsonWriter(HubRequest.MaxResultBytes / 16, HubRequest.MaxResultBytes);
        json.BeginObject();
        AnswerPage page = new AnswerPage(json, found.Length);
        int shown = 0;
        bool isFull = false;
        while (shown < found.Length && !isFull)
        {
            PrinterConfig? known = ConfiguredMatch.Find(configured, found[shown]);
            bool isMoved = known != null && known.Host != null && known.Host != found[shown].Address;
            DiscoveredPrinterJson.Write(page.Item, found[shown], known?.Id, isMoved ? known!.Host : null);
            isFull = !page.TryAdd();
            shown += isFull ? 0 : 1;
        }

        page.Write("printers", false);
        if (isFull)
        {
            json.Name("left_out");
            json.Value((long)(found.Length - shown));
        }

        json.EndObject();
        return json.ToArray();
    }

    private void History(RequestParams values, JsonWriter json)
    {
        int limit = (int)values.Whole(LimitKey, 1, MaxLimit, DefaultJobs);
        long before = values.Whole(BeforeKey, 1, long.MaxValue, long.MaxValue);

        // One more shows whether there is a next page.
        JobEntry[] jobs = JobHistory.Read(_manager.Jobs, values.OptionalText("printer"), limit + 1, before);
        AnswerPage page = new AnswerPage(json, limit);
        int shown = 0;
        bool isFull = false;
        while (shown < jobs.Length && !isFull)
        {
            JobEntryJson.Write(page.Item, jobs[shown]);
            isFull = !page.TryAdd();
            shown += isFull ? 0 : 1;
        }

        page.Write("jobs", false);
        Next(json, isFull, shown == 0 ? 0 : jobs[shown - 1].Id);
    }

    private void Tail(RequestParams values, JsonWriter json)
    {
        int limit = (int)values.Whole(LimitKey, 1, MaxLimit, DefaultLines);
        long before = values.Whole(BeforeKey, 1, long.MaxValue, long.MaxValue);
        long id = before > _log.Tail.LastId ? _log.Tail.LastId : before - 1;
        AnswerPage page = new AnswerPage(json, limit);
        LogLine? line = _log.Tail.Find(id);
        bool isFull = false;
        while (line != null && !isFull)
        {
            Write(page.Item, line);
            isFull = !page.TryAdd();
            id -= isFull ? 0 : 1;
            line = _log.Tail.Find(id);
        }

        page.Write("lines", true);
        Next(json, isFull, id + 1);
    }

    private void Write(JsonWriter json, LogLine line)
    {
        json.BeginObject();
        json.Name("id");
        json.Value(line.Id);
        json.Name("age_ms");
        json.Value(_hal.Clock.NowMs - line.TimeMs);
        json.Name("level");
        json.Value(LogLevels.Name(line.Level));
        json.Name("area");
        json.Value(line.Area);
        json.Name("message");
        json.Value(line.Message);
        json.EndObject();
    }

    private static void Next(JsonWriter json, bool hasNext, long before)
    {
        if (hasNext)
        {
            json.Name("next");
            json.Value(before);
        }
    }
}
