using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Keys, logins and one-shot tokens (docs/external_api/authorization.md). Thread: any.</summary>
internal sealed class MoonrakerAccess(TimeProvider time, string apiKey)
{
    public const string UserName = "farm";

    private const int MaxTokens = 64;
    private static readonly TimeSpan s_oneShot = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_session = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _oneShots = [];
    private readonly Dictionary<string, long> _sessions = [];
    private readonly Dictionary<string, long> _refreshers = [];

    /// <summary>False disables authentication, as for trusted clients of a LAN.</summary>
    public bool IsRequired { get; set; } = true;

    /// <summary>The password of the only user, derived from the key so that both are visibly fake.</summary>
    public string Password => "pass-" + apiKey[..8];

    public bool IsKey(string? key) => key == apiKey;

    public bool IsToken(string? token)
    {
        lock (_gate)
        {
            return token != null && _sessions.TryGetValue(token, out long since) && time.GetElapsedTime(since) < s_session;
        }
    }

    public string OneShot() => New(_oneShots, "");

    /// <summary>True once, within 5 s.</summary>
    public bool TakeOneShot(string? token)
    {
        lock (_gate)
        {
            return token != null && _oneShots.Remove(token, out long since) && time.GetElapsedTime(since) < s_oneShot;
        }
    }

    public JsonObject Login(string? user, string? password)
    {
        if (user != UserName || password != Password)
        {
            throw new MoonrakerError(401, user == UserName ? "Invalid Password" : "Unregistered User: " + user);
        }

        return new JsonObject
        {
            ["username"] = UserName,
            ["token"] = New(_sessions, "eyJhbGciOiAiRmFrZSJ9."),
            ["refresh_token"] = New(_refreshers, "eyJhbGciOiAiRmFrZSJ9.r"),
            ["action"] = "user_logged_in",
            ["source"] = "moonraker",
        };
    }

    public JsonObject Refresh(string? refreshToken)
    {
        lock (_gate)
        {
            if (refreshToken == null || !_refreshers.ContainsKey(refreshToken))
            {
                throw new MoonrakerError(401, "Invalid Refresh Token");
            }
        }

        return new JsonObject { ["username"] = UserName, ["token"] = New(_sessions, "eyJhbGciOiAiRmFrZSJ9."), ["source"] = "moonraker", ["action"] = "user_jwt_refresh" };
    }

    private string New(Dictionary<string, long> tokens, string prefix)
    {
        string token = prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        lock (_gate)
        {
            if (tokens.Count >= MaxTokens)
            {
                tokens.Remove(tokens.MinBy(t => t.Value).Key);
            }

            tokens[token] = time.GetTimestamp();
        }

        return token;
    }
}
