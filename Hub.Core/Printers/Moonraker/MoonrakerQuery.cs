using System.Text;
using Hub.Core.Http;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>Which fields of Klipper's status objects the hub wants. Thread: any.</summary>
internal static class MoonrakerQuery
{
    private static readonly string[] s_objects =
    {
        "webhooks", "print_stats", "virtual_sdcard", "display_status", "extruder", "heater_bed",
    };

    private static readonly string[] s_fields =
    {
        "state,state_message", "filename,print_duration,filament_used,state,message,info", "progress", "progress", "temperature,target", "temperature,target",
    };

    /// <summary>Writes the member "objects" of a subscription.</summary>
    public static void Write(JsonWriter writer, string? chamber)
    {
        writer.Name("objects");
        writer.BeginObject();
        for (int i = 0; i < s_objects.Length; i++)
        {
            WriteObject(writer, s_objects[i], s_fields[i]);
        }

        if (chamber != null)
        {
            WriteObject(writer, chamber, "temperature");
        }

        writer.EndObject();
    }

    /// <summary>Target of the same query over HTTP.</summary>
    public static string Target(string? chamber)
    {
        StringBuilder target = new StringBuilder("/printer/objects/query?");
        for (int i = 0; i < s_objects.Length; i++)
        {
            target.Append(s_objects[i]).Append('=').Append(s_fields[i]).Append('&');
        }

        if (chamber != null)
        {
            target.Append(HttpText.PercentEncode(chamber)).Append("=temperature&");
        }

        return target.ToString(0, target.Length - 1);
    }

    private static void WriteObject(JsonWriter writer, string name, string fields)
    {
        writer.Name(name);
        writer.BeginArray();
        string[] names = fields.Split(',');
        for (int i = 0; i < names.Length; i++)
        {
            writer.Value(names[i]);
        }

        writer.EndArray();
    }
}
