using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Requests;

/// <summary>cloud.get, set and claim: cloud.json and the connection. Thread: any.</summary>
internal sealed class CloudRequests
{
    private const int MsPerSecond = 1000;

    private readonly IHal _hal;
    private readonly ConfigManager _config;

    public CloudRequests(IHal hal, ConfigManager config)
    {
        _hal = hal;
        _config = config;
    }

    /// <summary>The connection; null for a hub without one.</summary>
    public ICloudLink? Link { get; set; }

    /// <summary>Does what a method says, and writes the members of its result.</summary>
    public void Write(HubRequest request, JsonWriter json)
    {
        switch (request.Method)
        {
            case RequestMethods.CloudGet:
                Get(json);
                break;
            case RequestMethods.CloudSet:
                Set(request);
                json.Name("result");
                json.Value("changed");
                break;
            case RequestMethods.CloudClaim:
                Claim(json);
                break;
            default:
                throw HubRequests.Unknown(request.Method);
        }
    }

    private void Get(JsonWriter json)
    {
        json.Name("cloud");
        JsonTree.Write(json, _config.Document(ConfigManager.CloudKey, false));
        json.Name("device_id");
        json.Value(_hal.System.DeviceId);
        ICloudLink? link = Link;
        if (link != null)
        {
            json.Name("connection");
            json.BeginObject();
            link.WriteState(json);
            json.EndObject();
            if (link.ClaimLeftMs > 0)
            {
                json.Name("claim_expires_in_seconds");
                json.Value((long)(link.ClaimLeftMs / MsPerSecond));
            }
        }
    }

    private void Set(HubRequest request)
    {
        Hashtable changes = request.Params.Values;
        if (request.IsOfCloud && changes.Contains(CloudDocument.PrivateDownloads))
        {
            throw new HubException(ErrorCode.Refused, "private_downloads protects this network from the cloud: set it at the hub itself, in cloud.json");
        }

        if (changes.Count == 0)
        {
            throw new HubException(ErrorCode.BadRequest, "nothing to change: name a key of cloud.json, such as url");
        }

        _config.SetCloud(changes);
    }

    private void Claim(JsonWriter json)
    {
        ICloudLink link = Link ?? throw new HubException(ErrorCode.ConfigInvalid, "this hub runs without a cloud");
        string code = link.BeginClaim();
        json.Name("code");
        json.Value(code);
        json.Name("expires_in_seconds");
        json.Value((long)(link.ClaimLeftMs / MsPerSecond));
    }
}
