using System.Text;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.Moonraker;

/// <summary>Which fields of Klipper's status objects the hub reads. Thread: any.</summary>
internal static class MoonrakerQuery
{
    private const string Heater = "temperature,target";

    private static readonly string[] s_objects = MoonrakerObjects.All();
    private static readonly string[] s_fields = Fields();

    /// <summary>Writes the member "objects" of a subscription.</summary>
    public static void Write(JsonWriter writer, MoonrakerObjectList objects)
    {
        writer.Name("objects");
        writer.BeginObject();
        for (int i = 0; i < Count(objects); i++)
        {
            WriteObject(writer, s_objects[i], s_fields[i]);
        }

        for (int i = 0; i < objects.Extruders.Length; i++)
        {
            WriteObject(writer, objects.Extruders[i], Heater);
        }

        if (objects.Chamber != null)
        {
            WriteObject(writer, objects.Chamber, "temperature");
        }

        writer.EndObject();
    }

    /// <summary>Target of the same query over HTTP.</summary>
    public static string Target(MoonrakerObjectList objects)
    {
        StringBuilder target = new StringBuilder("/printer/objects/query?");
        for (int i = 0; i < Count(objects); i++)
        {
            Append(target, s_objects[i], s_fields[i]);
        }

        for (int i = 0; i < objects.Extruders.Length; i++)
        {
            Append(target, objects.Extruders[i], Heater);
        }

        if (objects.Chamber != null)
        {
            Append(target, UrlText.PercentEncode(objects.Chamber), "temperature");
        }

        return target.ToString(0, target.Length - 1);
    }

    private static int Count(MoonrakerObjectList objects) => objects.HasMmu ? MoonrakerObjects.Mmu + 1 : MoonrakerObjects.Mmu;

    private static string[] Fields()
    {
        string[] fields = new string[s_objects.Length];
        fields[MoonrakerObjects.Webhooks] = "state,state_message";
        fields[MoonrakerObjects.PrintStats] = "filename,total_duration,print_duration,filament_used,state,message,info";
        fields[MoonrakerObjects.VirtualSdcard] = "progress";
        fields[MoonrakerObjects.DisplayStatus] = "progress";
        fields[MoonrakerObjects.HeaterBed] = Heater;
        fields[MoonrakerObjects.Toolhead] = "extruder";
        fields[MoonrakerObjects.Mmu] = MoonrakerMmu.Fields;
        return fields;
    }

    private static void Append(StringBuilder target, string name, string fields) => target.Append(name).Append('=').Append(fields).Append('&');

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
