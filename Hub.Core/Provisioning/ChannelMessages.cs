using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Provisioning;

/// <summary>Writes the messages to the central (docs/provisioning.md, "Requests"). Pure. Thread: any. Ownership: results are the caller's.</summary>
internal static class ChannelMessages
{
    /// <summary>Version of the protocol.</summary>
    public const int Version = 1;

    private const int InitialBytes = 256;
    private const int MaxBytes = 62 * 1024;

    /// <summary>hello.</summary>
    public static byte[] Hello(byte[] nonce, string deviceId, bool isProvisioned, int triesLeft)
    {
        JsonWriter json = Begin("hello");
        json.Member("version", Version);
        json.Member("nonce", Convert.ToBase64String(nonce));
        json.Member("device_id", deviceId);
        json.Member("firmware_version", Product.Version);
        json.Member("provisioned", isProvisioned);
        json.Member("locked", triesLeft == 0);
        json.Member("tries_left", (long)triesLeft);
        return End(json);
    }

    /// <summary>login.</summary>
    public static byte[] Login(byte[] proof)
    {
        JsonWriter json = Begin("login");
        json.Member("proof", Convert.ToBase64String(proof));
        return End(json);
    }

    /// <summary>error, before a login.</summary>
    /// <param name="code">One of docs/provisioning.md.</param>
    /// <param name="message">For people.</param>
    /// <param name="triesLeft">Logins that may still fail; -1 where that says nothing.</param>
    public static byte[] Error(string code, string message, int triesLeft)
    {
        JsonWriter json = Begin("error");
        json.Name("error");
        json.BeginObject();
        json.Member("code", code);
        json.Member("message", message);
        if (triesLeft >= 0)
        {
            json.Member("tries_left", (long)triesLeft);
        }

        json.EndObject();
        return End(json);
    }

    /// <summary>response: a result, or else an error.</summary>
    public static byte[] Response(string requestId, byte[]? result, HubException? error)
    {
        JsonWriter json = Begin("response");
        json.Member("request_id", requestId);
        if (result != null)
        {
            json.Name("result");
            json.Written(result, 0, result.Length);
        }
        else
        {
            json.Name("error");
            json.BeginObject();
            json.Member("code", error == null ? "internal" : ErrorCodes.Name(error.Code));
            json.Member("message", error == null ? "" : error.Message);
            json.EndObject();
        }

        json.EndObject();
        return json.ToArray();
    }

    /// <summary>step.</summary>
    /// <param name="requestId">The request that goes on.</param>
    /// <param name="step">An object of <c>step</c>, <c>ok</c>, <c>message</c> and perhaps <c>error_code</c>, as JSON.</param>
    public static byte[] Step(string requestId, byte[] step)
    {
        // What was written stays as it is: its members follow after its opening brace.
        byte[] head = Encoding.UTF8.GetBytes("{\"type\":\"step\",\"request_id\":");
        JsonWriter id = new JsonWriter(InitialBytes, InitialBytes * 2);
        id.Value(requestId);
        byte[] quoted = id.ToArray();
        byte[] message = new byte[head.Length + quoted.Length + step.Length];
        head.CopyTo(message, 0);
        quoted.CopyTo(message, head.Length);
        message[head.Length + quoted.Length] = (byte)',';
        Array.Copy(step, 1, message, head.Length + quoted.Length + 1, step.Length - 1);
        return message;
    }

    /// <summary>wifi.</summary>
    public static byte[] Wifi(string state, string ssid, int signalDbm)
    {
        JsonWriter json = Begin("wifi");
        json.Member("state", state);
        if (ssid.Length > 0)
        {
            json.Member("ssid", ssid);
        }

        if (signalDbm != 0)
        {
            json.Member("signal_dbm", (long)signalDbm);
        }

        return End(json);
    }

    private static JsonWriter Begin(string type)
    {
        JsonWriter json = new JsonWriter(InitialBytes, MaxBytes);
        json.BeginObject();
        json.Member("type", type);
        return json;
    }

    private static byte[] End(JsonWriter json)
    {
        json.EndObject();
        return json.ToArray();
    }
}
