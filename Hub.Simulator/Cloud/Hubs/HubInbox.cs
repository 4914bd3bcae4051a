using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>What the messages of welcomed hubs lead to. Thread: those of the sessions, several at once.</summary>
/// <param name="hubs">The hubs.</param>
/// <param name="farm">The printers.</param>
/// <param name="files">Who hears of files.</param>
/// <param name="store">Where events and temperatures are kept.</param>
/// <param name="gate">Who may connect.</param>
/// <param name="log">The cloud's log.</param>
/// <param name="clock">The cloud's clock.</param>
internal sealed class HubInbox(HubRegistry hubs, FarmPicture farm, IFileEvents files, CloudStore store, IHubGate gate, Log log, TimeProvider clock)
{
    private const string LogArea = "cloud";

    /// <summary>The hubs.</summary>
    public HubRegistry Hubs => hubs;

    /// <summary>Who may connect.</summary>
    public IHubGate Gate => gate;

    /// <summary>The cloud's clock.</summary>
    public TimeProvider Clock => clock;

    /// <summary>A connection was welcomed.</summary>
    public void Welcomed(KnownHub hub, HubSession session)
    {
        HubSession? former = hub.Attach(session);
        if (former != null)
        {
            log.Warning(LogArea, "hub " + hub.Id + " connected from " + session.Remote + " while its connection from " + former.Remote + " was open: the newer one counts. If this repeats, two hubs use this id");
            _ = former.CloseAsync(HubSession.Replaced, "another connection of this hub took over");
        }
        else
        {
            log.Info(LogArea, "hub " + hub.Id + " connected from " + session.Remote);
        }

        session.Events = new EventIntake(store, session, files, log);
        store.Hubs.Seen(hub.Id, hub.Name);
        farm.HubIs(hub.Id, isOnline: true);
    }

    /// <summary>A welcomed connection ended.</summary>
    public void Lost(KnownHub hub, HubSession session)
    {
        files.Lost(session);
        session.Events?.Dispose();
        store.Hubs.Seen(hub.Id, hub.Name);
        if (hub.Detach(session))
        {
            log.Info(LogArea, "hub " + hub.Id + " is not connected any more");
            farm.HubIs(hub.Id, isOnline: false);
        }
    }

    /// <summary>Handles a message of a welcomed hub.</summary>
    /// <param name="hub">From this hub.</param>
    /// <param name="session">Over this connection.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="message">The message; gone once this returns.</param>
    /// <param name="bytes">Its bytes; gone once this returns.</param>
    public async Task HandleAsync(KnownHub hub, HubSession session, string type, JsonElement message, ReadOnlyMemory<byte> bytes)
    {
        switch (type)
        {
            case "printer_status":
                if (farm.Report(hub.Id, message, bytes.ToArray()) is { } printer && TemperatureIntake.Read(message) is { } sample)
                {
                    store.Temperatures.Add(hub.Id, printer.WireId, sample);
                }

                break;
            case "job_event":
                if (EventIntake.Read(message) is not { } record)
                {
                    await session.ErrorAsync("INVALID_MESSAGE", "a job_event has event_id, printer_id and kind");
                }
                else if (!session.Events!.TryAdd(record))
                {
                    await session.CloseAsync(HubSession.TooMuch, "too many events without an acknowledgement");
                }

                break;
            case "printer_list":
                farm.List(hub.Id, NamesOf(message));
                break;
            case "command_ack":
                Answered(hub, message.Text("command_id"), new HubAnswer(message.Flag("success") == true, null, message.Text("error"), default));
                break;
            case "response":
                Answered(hub, message.Text("request_id"), AnswerOf(message));
                break;
            case "file_credit":
                if (StreamOf(message) is { } credited)
                {
                    files.Credit(session, credited, message.Number("bytes") ?? 0);
                }

                break;
            case "file_cancel":
                if (StreamOf(message) is { } cancelled)
                {
                    files.Cancelled(session, cancelled, message.Text("error"));
                }

                break;
            case "file_progress":
                files.Progress(hub, message);
                break;
            case "hub_health":
                hub.Health = bytes.ToArray();
                farm.HubsChanged();
                break;
            default:
                await session.ErrorAsync("UNKNOWN_MESSAGE_TYPE", "this cloud does not know " + (type.Length > 40 ? type[..40] : type));
                break;
        }
    }

    private static uint? StreamOf(JsonElement message) => message.Number("stream_id") is >= 0 and <= uint.MaxValue and { } id ? (uint)id : null;

    private static void Answered(KnownHub hub, string? id, HubAnswer answer)
    {
        if (id != null)
        {
            hub.Answers.Complete(id, answer);
        }
    }

    private static HubAnswer AnswerOf(JsonElement message)
    {
        JsonElement error = message.Object("error");
        if (error.ValueKind == JsonValueKind.Object)
        {
            return new HubAnswer(false, error.Text("code"), error.Text("message") ?? "the hub gave no reason", default);
        }

        JsonElement result = message.Object("result");
        return result.ValueKind == JsonValueKind.Object
            ? new HubAnswer(true, null, null, result.Clone())
            : new HubAnswer(false, "bad_response", "the hub answered with neither a result nor an error: the outcome is not known", default);
    }

    private static List<PrinterName> NamesOf(JsonElement message)
    {
        List<PrinterName> names = [];
        foreach (JsonElement item in message.Items("printers"))
        {
            if (item.ValueKind == JsonValueKind.Object && item.Text("printer_id") is { Length: > 0 } wireId)
            {
                names.Add(new PrinterName(wireId, item.Text("id") ?? wireId, item.Text("name"), item.Text("type"), item.Flag("enabled") ?? true));
            }
        }

        return names;
    }
}
