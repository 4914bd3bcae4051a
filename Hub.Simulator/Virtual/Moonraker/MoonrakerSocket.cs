using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>One client of /websocket: JSON-RPC 2.0, and changes four times a second.</summary>
internal sealed class MoonrakerSocket(VirtualMoonraker printer, WebSocket socket, bool isAuthorized) : IDisposable
{
    /// <summary>SUBSCRIPTION_REFRESH_TIME of klippy/webhooks.py.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    /// <summary>STAT_UPDATE_TIME of moonraker/components/proc_stats.py: 1 s.</summary>
    private const int TicksPerStatistics = 4;

    private static long s_connections = 1_000_000;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly long _id = Interlocked.Increment(ref s_connections);
    private volatile bool _isAuthorized = isAuthorized;
    private readonly ConcurrentQueue<JsonObject> _posts = new();
    private readonly MoonrakerSubscription _subscription = new(printer);
    private string _klippyState = printer.KlippyState;

    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        printer.Sockets[_id] = this;
        Task push = PushAsync(end.Token);
        try
        {
            await ReceiveAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            printer.Sockets.TryRemove(_id, out _);
            await end.CancelAsync().ConfigureAwait(false);
            await push.ConfigureAwait(false);
        }
    }

    public void Dispose() => _sending.Dispose();

    /// <summary>Sends a notification with the next tick.</summary>
    public void Post(string method, JsonNode parameter) => _posts.Enqueue(Notification(method, parameter));

    /// <summary>Aborts the connection, as a server that ends does.</summary>
    public void Abort() => socket.Abort();

    private Task ReceiveAsync(CancellationToken stop)
    {
        return TextMessages.ReceiveAsync(socket, TakeAsync, stop);

        Task TakeAsync(string text)
        {
            // Not awaited: a blocking macro delays its own answer, not the socket.
            _ = AnswerAsync(text, stop);
            return Task.CompletedTask;
        }
    }

    private async Task AnswerAsync(string text, CancellationToken stop)
    {
        JsonObject answer = new() { ["jsonrpc"] = "2.0" };
        JsonNode? id = null;
        try
        {
            JsonObject request = JsonNode.Parse(text) as JsonObject ?? throw new MoonrakerError(-32600, "Invalid Request");
            id = request["id"]?.DeepClone();
            string method = MoonrakerMethods.Text(request, "method") ?? throw new MoonrakerError(-32600, "Invalid Request");
            if (method is "printer.print.pause" or "printer.print.resume" or "printer.print.cancel")
            {
                printer.CommandArrives?.Invoke();
            }

            answer["result"] = await CallAsync(method, request["params"] as JsonObject ?? [], stop).ConfigureAwait(false);
        }
        catch (MoonrakerError e)
        {
            answer["error"] = e.ToRpc();
        }
        catch (JsonException)
        {
            answer["error"] = new JsonObject { ["code"] = -32700, ["message"] = "Parse error" };
        }
        catch (OperationCanceledException)
        {
            return;
        }

        answer["id"] = id;
        try
        {
            await SendAsync(answer, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client did not wait for this answer.
        }
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters, CancellationToken stop)
    {
        if (!_isAuthorized && !MoonrakerMethods.IsOpen(method))
        {
            throw MoonrakerError.Unauthorized;
        }

        VirtualFaults faults = printer.TakeFaults("/" + method, hasBody: true);
        if (faults.Silent)
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
        }

        if (faults.Drop)
        {
            socket.Abort();
            throw new OperationCanceledException();
        }

        if (faults.ErrorStatus > 0)
        {
            throw new MoonrakerError(faults.ErrorStatus, "The server met a fault");
        }

        await Task.Delay(faults.DelayMs, stop).ConfigureAwait(false);
        JsonNode result = method switch
        {
            "server.connection.identify" => Identify(parameters),
            "printer.objects.subscribe" => Subscribe(parameters),
            _ => await printer.Methods.CallAsync(method, parameters, stop).ConfigureAwait(false),
        };
        if (faults.LoseAnswer)
        {
            socket.Abort();
            throw new OperationCanceledException();
        }

        if (method == "access.login")
        {
            _isAuthorized = true;
        }

        return result;
    }

    private JsonObject Identify(JsonObject parameters)
    {
        string? key = MoonrakerMethods.Text(parameters, "api_key");
        string? token = MoonrakerMethods.Text(parameters, "access_token");
        bool isGiven = key != null || token != null;
        bool isGood = printer.Access.IsKey(key) || printer.Access.IsToken(token);
        if (isGiven && !isGood)
        {
            throw new MoonrakerError(401, key != null ? "Invalid API Key" : "Invalid JWT");
        }

        _isAuthorized |= isGood;
        if (!_isAuthorized)
        {
            throw MoonrakerError.Unauthorized;
        }

        foreach (string name in new[] { "client_name", "version", "type", "url" })
        {
            if (MoonrakerMethods.Text(parameters, name) == null)
            {
                throw new MoonrakerError(400, "No data for argument: " + name);
            }
        }

        return new JsonObject { ["connection_id"] = _id };
    }

    /// <summary>Sets what the websocket reports from now on; a request over HTTP may name this connection.</summary>
    public JsonObject Subscribe(JsonObject parameters)
    {
        if (printer.StartingState != null)
        {
            throw new MoonrakerError(MoonrakerError.MethodNotFound, "Method not found");
        }

        printer.Methods.RequireKlippy();
        return _subscription.Replace(parameters);
    }

    private async Task PushAsync(CancellationToken stop)
    {
        try
        {
            for (int tick = 1; ; tick++)
            {
                await Task.Delay(s_tick, printer.Time, stop).ConfigureAwait(false);
                if (IsBroken(printer.Faults))
                {
                    socket.Abort();
                    return;
                }

                while (_posts.TryDequeue(out JsonObject? post) && _isAuthorized && !printer.IsMuted)
                {
                    await SendAsync(post, stop).ConfigureAwait(false);
                }

                await NotifyKlippyAsync(stop).ConfigureAwait(false);
                if (_subscription.Change() is { } change && !printer.IsMuted)
                {
                    printer.LastPushTimestamp = Stopwatch.GetTimestamp();
                    if (change["heater_bed"]?["target"] is { } target)
                    {
                        printer.BedTargetLeaves?.Invoke(target.GetValue<double>());
                    }

                    if (change["print_stats"]?["state"] is { } state)
                    {
                        printer.StateLeaves?.Invoke(state.GetValue<string>());
                    }

                    await SendAsync(Notification("notify_status_update", change, printer.Methods.EventTime), stop).ConfigureAwait(false);
                }

                if (tick % TicksPerStatistics == 0 && _isAuthorized && !printer.IsMuted)
                {
                    await SendAsync(Notification("notify_proc_stat_update", printer.Methods.Statistics(printer.Sockets.Count)), stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }

    /// <summary>A server that fails its requests drops its sockets too.</summary>
    private static bool IsBroken(VirtualFaults faults) =>
        faults.Applies("/websocket") && (faults.Drop || faults.NotHttp || faults.Garbage || faults.HalfResponse || faults.ErrorStatus > 0);

    private async Task NotifyKlippyAsync(CancellationToken stop)
    {
        string state = printer.KlippyState;
        if (state == _klippyState)
        {
            return;
        }

        string former = _klippyState;
        _klippyState = state;
        if (former != "disconnected" && (state == "startup" || (state == "ready" && former == "shutdown")))
        {
            // The restart was faster than a tick, but it ended the subscriptions.
            await SendAsync(Notification("notify_klippy_disconnected"), stop).ConfigureAwait(false);
        }

        if (state is "disconnected" or "startup" || (state == "ready" && former == "shutdown"))
        {
            _subscription.End();
        }

        if (state is "ready" or "disconnected" or "shutdown")
        {
            await SendAsync(Notification("notify_klippy_" + state), stop).ConfigureAwait(false);
        }
    }

    private static JsonObject Notification(string method, params JsonNode[] parameters)
    {
        JsonObject notification = new() { ["jsonrpc"] = "2.0", ["method"] = method };
        if (parameters.Length > 0)
        {
            notification["params"] = new JsonArray(parameters);
        }

        return notification;
    }

    private async Task SendAsync(JsonObject message, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(MoonrakerObjects.ToBytes(message), WebSocketMessageType.Text, endOfMessage: true, stop).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }
}
