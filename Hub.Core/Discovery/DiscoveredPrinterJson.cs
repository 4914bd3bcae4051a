using Hub.Core.Json;
using Hub.Core.Systems;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>Writes a found printer, by the names of <c>discover --json</c>. Foreign texts are made safe to show. Thread: the writer's owner.</summary>
public static class DiscoveredPrinterJson
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>Writes one object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="printer">What was found.</param>
    /// <param name="configuredId">The id of the configured printer that it is, or null.</param>
    /// <param name="configuredAddress">Where the configuration has it, if it has moved; else null.</param>
    public static void Write(JsonWriter json, DiscoveredPrinter printer, string? configuredId, string? configuredAddress)
    {
        json.BeginObject();
        Member(json, "type", printer.Type);
        Member(json, "address", printer.Address);
        if (PrinterSystems.HasUrl(printer.Type))
        {
            Member(json, "port", printer.Port);
            Member(json, "url", UrlOf(printer));
        }
        else
        {
            Member(json, "host", printer.Address);
        }

        Member(json, "name", printer.Name);
        Member(json, "serial", printer.Serial);
        Member(json, "model", printer.Model);
        Member(json, "version", printer.Version);
        Member(json, "mqtt_port", printer.MqttPort);
        Member(json, "ftps_port", printer.FtpsPort);
        if (printer.IsSilent)
        {
            json.Name("answers");
            json.Value(false);
        }

        Member(json, "configured_id", configuredId);
        Member(json, "configured_address", configuredAddress);
        json.EndObject();
    }

    private static string UrlOf(DiscoveredPrinter printer)
    {
        string port = printer.Port == (printer.IsTls ? HttpsPort : HttpPort) ? "" : ":" + printer.Port.ToString();
        return (printer.IsTls ? "https://" : "http://") + printer.Address + port + printer.Path;
    }

    private static void Member(JsonWriter json, string name, string? value)
    {
        if (value != null)
        {
            json.Name(name);
            json.Value(OneLine.Of(value));
        }
    }

    private static void Member(JsonWriter json, string name, int value)
    {
        if (value != 0)
        {
            json.Name(name);
            json.Value((long)value);
        }
    }
}
