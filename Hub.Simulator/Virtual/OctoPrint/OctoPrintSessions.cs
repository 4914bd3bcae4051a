using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The sessions that passive logins open (docs/api/general.rst). Thread: any.</summary>
internal sealed class OctoPrintSessions(string prefix, OctoPrintEvents events)
{
    private const int MaxSessions = 64;

    private readonly Lock _gate = new();
    private readonly Queue<string> _sessions = new();
    private int _sessionCounter;

    /// <summary>Answers POST /api/login.</summary>
    public async Task<VirtualReply> LoginAsync(HttpRequest request, bool isAllowed)
    {
        JsonObject? body = await OctoPrintRequest.ReadJsonAsync(request).ConfigureAwait(false);
        if (body?["passive"] == null)
        {
            // The simulator has no passwords, so none is right.
            return OctoPrintTexts.Forbidden();
        }

        if (!isAllowed)
        {
            return VirtualReply.Json(200, OctoPrintTexts.GuestLogin());
        }

        lock (_gate)
        {
            string session = prefix + "sessionfakefakefakefakefakefakefakefakefakefakefake" + (++_sessionCounter).ToString("D5");
            _sessions.Enqueue(session);
            if (_sessions.Count > MaxSessions)
            {
                _sessions.Dequeue();
            }

            events.Add("UserLoggedIn", new JsonObject { ["username"] = OctoPrintTexts.UserName });
            return VirtualReply.Json(200, OctoPrintTexts.Login(session));
        }
    }

    /// <summary>True for what a push client authenticates with: the user's name and the session of a login.</summary>
    public bool IsSession(string? credentials)
    {
        lock (_gate)
        {
            return credentials != null && credentials.StartsWith(OctoPrintTexts.UserName + ":", StringComparison.Ordinal)
                && _sessions.Contains(credentials[(OctoPrintTexts.UserName.Length + 1)..]);
        }
    }
}
