using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <summary>Writes the messages to the cloud, one at a time, into a buffer that is used again. A value that is not known is left out. Thread: one owner.</summary>
internal sealed class TunnelMessages
{
    /// <summary>Version of the extended protocol.</summary>
    public const int Protocol = 2;

    private const int InitialBytes = 512;
    private const int MaxBytes = 128 * 1024;
    private const int Decimals = 1;

    private readonly JsonWriter _json = new JsonWriter(InitialBytes, MaxBytes);

    /// <summary>The message's bytes, up to <see cref="Length"/>; overwritten by the next one.</summary>
    public byte[] Buffer => _json.Buffer;

    /// <summary>Bytes of the message.</summary>
    public int Length => _json.Length;

    /// <summary>True when the hub can check a file's SHA-256 while the file passes, which the hello says.</summary>
    public bool CanCheckFiles { get; set; }

    /// <summary>hub_hello. A cloud of the base protocol ignores what it does not know.</summary>
    /// <param name="hubId">Who the hub is.</param>
    /// <param name="hubName">Its name for people, or null.</param>
    /// <param name="machine">What it runs on.</param>
    /// <param name="claim">What the hello shows of the hub's code (<see cref="CloudClaim.Proof"/>), or null.</param>
    /// <param name="timestamp">When it was signed, in Unix seconds; null for an unsigned one.</param>
    /// <param name="signature">The signature, or null.</param>
    public void Hello(string hubId, string? hubName, ISystem machine, string? claim, string? timestamp, string? signature)
    {
        Begin("hub_hello");
        _json.Member("hub_id", hubId);
        _json.Member("firmware_version", Product.Version);
        _json.Member("hardware_version", machine.HardwareVersion);
        _json.Member("mac_address", machine.MacAddress);
        _json.Member("hub_name", hubName);
        _json.Name("protocol");
        _json.Value(Protocol);
        _json.Name("capabilities");
        _json.BeginArray();
        for (int i = 0; i < FeatureNames.OfHub.Length; i++)
        {
            _json.Value(FeatureNames.OfHub[i]);
        }

        if (CanCheckFiles)
        {
            _json.Value(FeatureNames.FileSha256);
        }

        _json.EndArray();
        _json.Member("claim", claim);
        if (signature != null)
        {
            _json.Name("auth");
            _json.BeginObject();
            _json.Member("timestamp", timestamp);
            _json.Member("signature", signature);
            _json.EndObject();
        }

        _json.EndObject();
    }

    /// <summary>command_ack.</summary>
    /// <param name="commandId">The command.</param>
    /// <param name="error">Why it failed; null when it is done.</param>
    public void Ack(string commandId, string? error)
    {
        Begin("command_ack");
        _json.Member("command_id", commandId);
        _json.Member("success", error == null);
        _json.Member("error", error);
        _json.EndObject();
    }

    /// <summary>response.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="result">Its result as a JSON document in UTF-8; null when it failed.</param>
    /// <param name="error">Why it failed; null when it is done.</param>
    public void Response(string requestId, byte[]? result, HubException? error)
    {
        Begin("response");
        _json.Member("request_id", requestId);
        if (error != null)
        {
            _json.Name("error");
            _json.BeginObject();
            _json.Member("code", ErrorCodes.Name(error.Code));
            _json.Member("message", error.Message);
            _json.EndObject();
        }
        else if (result != null)
        {
            _json.Name("result");
            _json.Written(result, 0, result.Length);
        }

        _json.EndObject();
    }

    /// <summary>hub_health.</summary>
    public void Health(HubHealth health)
    {
        Begin("hub_health");
        health.WriteMembers(_json);
        _json.EndObject();
    }

    /// <summary>printer_status.</summary>
    /// <param name="snapshot">The printer.</param>
    /// <param name="hasDetails">True to send all that is known of it too, as <c>status --json</c> prints it.</param>
    public void Status(PrinterSnapshot snapshot, bool hasDetails)
    {
        PrinterStatus status = snapshot.Status;
        Begin("printer_status");
        _json.Member("printer_id", WireIds.Of(snapshot.Config));
        _json.Member("status", CloudStatus.Word(status));
        _json.Member("is_connected", status.IsConnected);
        if (CloudStatus.HasProgress(status))
        {
            _json.Member("progress_percentage", status.ProgressPercentage, Decimals);
            _json.Member("remaining_time_seconds", status.RemainingTimeSeconds);
            _json.Member("current_layer", status.CurrentLayer);
            _json.Member("total_layers", status.TotalLayers);
        }

        Temperatures(status);
        _json.Member("error_code", status.ErrorCode);
        _json.Member("error_message", status.ErrorMessage);
        if (hasDetails)
        {
            _json.Name("details");
            PrinterSnapshotJson.Write(_json, snapshot);
        }

        _json.EndObject();
    }

    /// <summary>file_progress.</summary>
    public void FileProgress(FileProgressAnswer progress)
    {
        Begin("file_progress");
        _json.Member("printer_id", progress.PrinterId);
        _json.Member("job_id", progress.JobId);
        _json.Member("stage", progress.Stage);
        _json.Member("progress_percentage", progress.Percentage);
        _json.Member("error", progress.Error);
        _json.Member("error_code", progress.ErrorCode);
        if (progress.IsStarted)
        {
            _json.Member("started", true);
        }

        _json.EndObject();
    }

    /// <summary>file_credit.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="bytes">What the cloud may send besides what it was allowed before.</param>
    public void FileCredit(long streamId, long bytes)
    {
        Begin("file_credit");
        _json.Member("stream_id", streamId);
        _json.Member("bytes", bytes);
        _json.EndObject();
    }

    /// <summary>file_cancel: the hub ends a stream.</summary>
    public void FileCancel(long streamId, string error)
    {
        Begin("file_cancel");
        _json.Member("stream_id", streamId);
        _json.Member("error", error);
        _json.EndObject();
    }

    /// <summary>printer_discovered. Each printer can be added by a configure_printer with the same fields.</summary>
    /// <param name="printers">What was found.</param>
    /// <param name="configured">The hub's printers.</param>
    public void Discovered(DiscoveredPrinter[] printers, PrinterConfig[] configured)
    {
        Begin("printer_discovered");
        _json.Name("printers");
        _json.BeginArray();
        for (int i = 0; i < printers.Length; i++)
        {
            DiscoveredPrinter printer = printers[i];
            int port = printer.Type == PrinterTypes.Bambu ? printer.MqttPort : printer.Port;
            string address = port > 0 ? printer.Address + ":" + port.ToString() : printer.Address;
            bool needsUrl = printer.IsTls || printer.Path != null;
            _json.BeginObject();
            _json.Member("serial_number", WireIds.Of(configured, printer));
            _json.Member("ip_address", needsUrl ? (printer.IsTls ? "https://" : "http://") + address + printer.Path : address);
            _json.Member("model", printer.Model ?? printer.Type);
            _json.Member("name", printer.Name);
            _json.Member("connection_type", CloudTypes.NameOf(printer.Type));
            _json.EndObject();
        }

        _json.EndArray();
        _json.EndObject();
    }

    /// <summary>job_event. One that was recorded while the clock was not set has its uptime, and its time only if the clock was set in the same boot.</summary>
    /// <param name="item">The event.</param>
    /// <param name="printerId">The cloud's name for the printer.</param>
    /// <param name="logId">The log that it is of; null for one without an id.</param>
    /// <param name="ageMs">How long ago it was, in ms, where that is all that is known of its time; otherwise <see cref="JobEvent.UnknownMs"/>.</param>
    public void JobEvent(JobEvent item, string printerId, string? logId, long ageMs)
    {
        Begin("job_event");
        _json.Member("log_id", logId);
        _json.Name("event_id");
        _json.Value(item.Id);
        _json.Member("printer_id", printerId);
        _json.Member("kind", JobEventKinds.Name(item.Kind));
        Positive("time", item.TimeMs);
        if (item.Boot != 0)
        {
            _json.Name("uptime_ms");
            _json.Value(item.UptimeMs);
            Positive("boot", item.Boot);
        }

        if (ageMs >= 0)
        {
            _json.Name("age_ms");
            _json.Value(ageMs);
        }

        Positive("job_id", item.JobId);
        _json.Member("job", item.Job);
        _json.Member("command_id", item.CommandId);
        _json.Member("error_code", item.Code);
        _json.Member("error_message", item.Cause);
        if (item.DurationMs >= 0)
        {
            _json.Name("duration_ms");
            _json.Value(item.DurationMs);
        }

        _json.EndObject();
    }

    /// <summary>printer_list: all printers of the hub, without secrets.</summary>
    public void PrinterList(PrinterSnapshot[] printers)
    {
        Begin("printer_list");
        _json.Name("printers");
        _json.BeginArray();
        for (int i = 0; i < printers.Length; i++)
        {
            PrinterConfig printer = printers[i].Config;
            _json.BeginObject();
            _json.Member("printer_id", WireIds.Of(printer));
            _json.Member("id", printer.Id);
            _json.Member("name", printer.Name);
            _json.Member("type", printer.Type);
            _json.Member("enabled", printer.Enabled);
            _json.EndObject();
        }

        _json.EndArray();
        _json.EndObject();
    }

    private void Begin(string type)
    {
        _json.Reset();
        _json.BeginObject();
        _json.Member("type", type);
    }

    private void Temperatures(PrinterStatus status)
    {
        if (double.IsNaN(status.Nozzle) && double.IsNaN(status.NozzleTarget) && double.IsNaN(status.Bed) && double.IsNaN(status.BedTarget)
            && double.IsNaN(status.Chamber))
        {
            return;
        }

        _json.Name("temperatures");
        _json.BeginObject();
        _json.Member("nozzle", status.Nozzle, Decimals);
        _json.Member("nozzle_target", status.NozzleTarget, Decimals);
        _json.Member("bed", status.Bed, Decimals);
        _json.Member("bed_target", status.BedTarget, Decimals);
        _json.Member("chamber", status.Chamber, Decimals);
        _json.EndObject();
    }

    private void Positive(string name, long value)
    {
        if (value > 0)
        {
            _json.Name(name);
            _json.Value(value);
        }
    }
}
