using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>The request that starts a stored file. Thread: any.</summary>
internal static class BambuStart
{
    private const int LeftSpool = 254;

    /// <summary>True for a sliced project, which project_file starts; false for plain G-code. Errors: <see cref="ErrorCode.BadFileType"/>.</summary>
    public static bool IsProject(string name, BambuModel model)
    {
        string lower = name.ToLower();
        if (lower.EndsWith(".3mf"))
        {
            return true;
        }

        if (!lower.EndsWith(".gcode"))
        {
            throw new HubException(ErrorCode.BadFileType, "Bambu printers accept only .gcode.3mf and .gcode files");
        }

        return model.PrintsPlainGcode
            ? false
            : throw new HubException(ErrorCode.BadFileType, model.Name + " prints no plain .gcode: export the sliced plate as .gcode.3mf");
    }

    /// <summary>Where the printer looks for a file in the root of its card.</summary>
    public static string Url(string name, BambuModel model) => (model.WantsCardUrl ? "file:///sdcard/" : "ftp:///") + name;

    /// <summary>The job's name for people: the file's without its extensions.</summary>
    public static string JobName(string name)
    {
        string lower = name.ToLower();
        int length = lower.EndsWith(".gcode.3mf") ? name.Length - 10 : lower.EndsWith(".3mf") ? name.Length - 4 : name.Length;
        return length == 0 ? name : name.Substring(0, length);
    }

    /// <summary>Writes the members of project_file after its command.</summary>
    /// <param name="writer">Inside the command's object.</param>
    /// <param name="name">The file in the root of the card.</param>
    /// <param name="model">The printer's model.</param>
    /// <param name="plate">Number of the plate, from 1.</param>
    /// <param name="filament">Where its filaments come from.</param>
    /// <param name="jobId">1 to 2^31-1 and new: the printer merges a job of an id it knows with the last one (bambuddy 1011).</param>
    public static void WriteProject(JsonWriter writer, string name, BambuModel model, int plate, BambuFilament filament, int jobId)
    {
        string id = jobId.ToString();
        Text(writer, "param", "Metadata/plate_" + plate.ToString() + ".gcode");
        Text(writer, "url", Url(name, model));
        Text(writer, "file", name);
        Text(writer, "md5", "");
        Text(writer, "subtask_name", JobName(name));
        Text(writer, "project_id", id);
        Text(writer, "profile_id", "0");
        Text(writer, "task_id", id);
        Text(writer, "subtask_id", id);
        Text(writer, "bed_type", "auto");
        Text(writer, "cfg", "0");
        Flag(writer, "timelapse", false);
        Flag(writer, "bed_leveling", true);
        Flag(writer, "bed_levelling", true);
        Flag(writer, "flow_cali", false);
        Flag(writer, "vibration_cali", true);
        Flag(writer, "layer_inspect", false);
        WriteFilament(writer, filament);
    }

    /// <summary>
    /// Writes the members of gcode_file after its command. The path is absolute (OpenBambuAPI, mqtt.md): an X1 has its card at
    /// /mnt/sdcard (issues 23 and 38 there). What a P1 needs is not certain: some never start, whatever it is.
    /// </summary>
    public static void WriteGcode(JsonWriter writer, string name, BambuModel model) => Text(writer, "param", (model.IsX1 ? "/mnt/sdcard/" : "/sdcard/") + name);

    /// <summary>Errors: <see cref="ErrorCode.Refused"/> for options that plain G-code does not have.</summary>
    public static void CheckOptions(bool isProject, StartOptions options)
    {
        if (!isProject && (options.UseAms || options.Plate != 1))
        {
            throw new HubException(ErrorCode.Refused, "plain G-code has no plates and no slots: export the sliced plate as .gcode.3mf for --plate and --ams");
        }
    }

    /// <summary>True when the slots name the external spool that means something else on other models.</summary>
    public static bool NamesSpool(StartOptions options)
    {
        int[]? slots = options.UseAms ? options.AmsMapping : null;
        for (int i = 0; slots != null && i < slots.Length; i++)
        {
            if (slots[i] == LeftSpool)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One entry for each filament, in both forms: single or missing ones make the printer stop with 07FF_8012 (bambu-printer-manager issues 55 and 62).</summary>
    private static void WriteFilament(JsonWriter writer, BambuFilament filament)
    {
        Flag(writer, "use_ams", filament.UsesChanger);
        writer.Name("ams_mapping");
        writer.BeginArray();
        for (int i = 0; i < filament.Numbers.Length; i++)
        {
            writer.Value(filament.Numbers[i]);
        }

        writer.EndArray();
        writer.Name("ams_mapping2");
        writer.BeginArray();
        for (int i = 0; i < filament.Units.Length; i++)
        {
            writer.BeginObject();
            writer.Name("ams_id");
            writer.Value(filament.Units[i]);
            writer.Name("slot_id");
            writer.Value(filament.Slots[i]);
            writer.EndObject();
        }

        writer.EndArray();
    }

    private static void Text(JsonWriter writer, string name, string value)
    {
        writer.Name(name);
        writer.Value(value);
    }

    private static void Flag(JsonWriter writer, string name, bool value)
    {
        writer.Name(name);
        writer.Value(value);
    }
}
