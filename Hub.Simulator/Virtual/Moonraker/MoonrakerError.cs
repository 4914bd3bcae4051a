using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>A refusal in Moonraker's words; over HTTP its code is the status.</summary>
internal sealed class MoonrakerError(int code, string message) : Exception(message)
{
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;

    // Real bodies carry several kB of these lines (Hub.Tests/Recordings/Moonraker/key.jsonl).
    private static readonly string s_traceback = "Traceback (most recent call last):\n\n" + string.Concat(Enumerable.Range(1, 40).Select(
        i => $"  File \"/opt/moonraker/components/part{i}.py\", line {100 + i}, in _process_request_{i}\n    result = await self.request_{i}(args)\n"));

    public int Code { get; } = code;

    public static MoonrakerError Unauthorized => new(401, "Unauthorized");

    public static MoonrakerError NoKlippy => new(503, "Klippy Host not connected");

    public VirtualReply ToReply() => VirtualReply.Json(Code < 0 ? 404 : Code, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = Code < 0 ? 404 : Code,
            ["message"] = Code == MethodNotFound ? "Not Found" : Message,
            ["traceback"] = s_traceback + "moonraker.utils.exceptions.ServerError: " + Message + "\n",
        },
    });

    /// <summary>Over a websocket a missing login is reported as an invalid parameter, and "not found" as an unknown method (moonraker/common.py, JsonRPC.execute_method).</summary>
    public JsonObject ToRpc() => new()
    {
        ["code"] = Code switch { 401 => InvalidParams, 404 => MethodNotFound, _ => Code },
        ["message"] = Message,
    };
}
