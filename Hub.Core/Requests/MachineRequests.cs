using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Requests;

/// <summary>restart and factory_reset: the hub as a whole. Thread: any; a reset waits for the storage.</summary>
internal sealed class MachineRequests
{
    /// <summary>How long a restart waits for its answer to leave, in ms.</summary>
    private const int RestartAfterMs = 1000;

    private readonly IHal _hal;
    private readonly ConfigManager _config;

    public MachineRequests(IHal hal, ConfigManager config)
    {
        _hal = hal;
        _config = config;
    }

    /// <summary>Does what a method says, and writes the members of its result. A restart follows with <see cref="Restart"/>.</summary>
    public void Write(string method, RequestParams values, JsonWriter json)
    {
        if (method == RequestMethods.Restart)
        {
            json.Name("result");
            json.Value("restarting");
            return;
        }

        if (!values.Flag("confirm"))
        {
            throw RequestParams.Wrong("confirm", "must be true: a factory reset forgets all printers, the cloud, the Wi-Fi network and the history");
        }

        Reset(json);
    }

    /// <summary>Restarts the machine, a second later.</summary>
    public void Restart()
    {
        _hal.Clock.Sleep(RestartAfterMs);
        _hal.System.Reboot("a request asked for it");
    }

    private void Reset(JsonWriter json)
    {
        FactoryReset reset = new FactoryReset(_hal.Nvs, _config);
        reset.Run();
        if (reset.Failed.Length > 0)
        {
            throw new HubException(ErrorCode.StorageFailed, "not everything could be deleted: " + reset.Failed[0]);
        }

        string[] deleted = reset.Deleted;
        json.Name("result");
        json.Value(deleted.Length == 0 ? "nothing was set up" : "reset");
        json.Name("deleted_documents");
        json.Value((long)deleted.Length);
        json.Name("kept");
        json.BeginArray();
        json.Value("device id");
        json.EndArray();
    }
}
