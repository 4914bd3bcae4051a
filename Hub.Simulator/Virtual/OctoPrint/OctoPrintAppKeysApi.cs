using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The requests of OctoPrint's application keys plugin (docs/bundledplugins/appkeys.rst). Thread: any.</summary>
internal sealed class OctoPrintAppKeysApi(OctoPrintAppKeys keys)
{
    /// <summary>Answers a request below /plugin/appkeys/.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The rest of its path.</param>
    /// <param name="isAllowed">True when it came with a key.</param>
    public async Task<VirtualReply> HandleAsync(HttpContext context, string[] path, bool isAllowed)
    {
        bool isPost = HttpMethods.IsPost(context.Request.Method);
        switch (path)
        {
            case ["probe"]:
                return OctoPrintTexts.NoContent();
            case ["request"] when isPost:
                JsonObject? body = await OctoPrintRequest.ReadJsonAsync(context.Request).ConfigureAwait(false);
                if (body == null)
                {
                    return OctoPrintTexts.BadJson();
                }

                if (OctoPrintRequest.Text(body["app"]) is not { Length: > 0 } app)
                {
                    return OctoPrintTexts.Error(400, "No app name provided");
                }

                if (keys.Ask(app) is not { } token)
                {
                    return OctoPrintTexts.Error(429, "Too many requests");
                }

                string home = OctoPrintRequest.BaseUrl(context.Request) + "/plugin/appkeys/";
                return VirtualReply.Json(201, new JsonObject { ["app_token"] = token, ["auth_dialog"] = home + "auth/" + token }).With("Location", home + "request/" + token);
            case ["request", var asked]:
                (bool isKnown, string? key) = keys.Poll(asked);
                if (!isKnown)
                {
                    return OctoPrintTexts.NotFound();
                }

                return key == null
                    ? VirtualReply.Json(202, new JsonObject { ["message"] = "Awaiting decision" })
                    : VirtualReply.Json(200, new JsonObject { ["api_key"] = key });
            case ["decision", ..] when isPost:
                if (!isAllowed)
                {
                    return OctoPrintTexts.Forbidden();
                }

                JsonObject? decision = await OctoPrintRequest.ReadJsonAsync(context.Request).ConfigureAwait(false);
                if (decision?["decision"] is not JsonValue verdict || !verdict.TryGetValue(out bool accept))
                {
                    return OctoPrintTexts.Error(400, "No decision provided");
                }

                // Without a token the decision applies to all pending requests, which is easier by hand than the real path.
                string? userToken = path.Length > 1 ? path[1] : OctoPrintRequest.Text(decision["user_token"]);
                return keys.Decide(userToken, accept) ? OctoPrintTexts.NoContent() : OctoPrintTexts.NotFound();
            default:
                return OctoPrintTexts.NotFound();
        }
    }

    /// <summary>The requests that wait for a decision.</summary>
    public JsonObject Pending()
    {
        JsonObject pending = [];
        foreach ((string app, string userToken) in keys.Pending)
        {
            pending[userToken] = new JsonObject { ["app_id"] = app, ["user_id"] = null, ["user_token"] = userToken };
        }

        return new JsonObject { ["keys"] = new JsonArray(), ["pending"] = pending };
    }
}
