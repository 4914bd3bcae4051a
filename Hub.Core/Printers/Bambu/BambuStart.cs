using Hub.Core.Json;

namespace Hub.Core.Printers.Bambu;

/// <summary>The request that starts a stored file (facts A4). Thread: any.</summary>
internal static class BambuStart
{
    private const int SlotsOfUnit = 4;
    private const int FirstSingleSlotUnit = 128;
    private const int NoUnit = 255;

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
            throw new HubException(ErrorCode.BadFileType, "Bambu printers take .gcode.3mf and .gcode files");
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

    /// <summary>Writes the members of project_file behind its command.</summary>
    /// <param name="writer">Inside the command's object.</param>
    /// <param name="name">The file in the root of the card.</param>
    /// <param name="model">The printer's model.</param>
    /// <param name="options">Plate and filament.</param>
    /// <param name="jobId">1 to 2^31-1 and new: the printer merges a job of an id it knows with the last one (bambuddy 1011).</param>
    public static void WriteProject(JsonWriter writer, string name, BambuModel model, StartOptions options, int jobId)
    {
        string id = jobId.ToString();
        Text(writer, "param", "Metadata/plate_" + options.Plate.ToString() + ".gcode");
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
        Flag(writer, "use_ams", options.UseAms);
        WriteMapping(writer, options);
    }

    /// <summary>Writes the members of gcode_file behind its command.</summary>
    public static void WriteGcode(JsonWriter writer, string name) => Text(writer, "param", name);

    private static void WriteMapping(JsonWriter writer, StartOptions options)
    {
        int[]? mapping = options.UseAms ? options.AmsMapping : new[] { -1 };
        if (mapping == null)
        {
            return;
        }

        writer.Name("ams_mapping");
        writer.BeginArray();
        for (int i = 0; i < mapping.Length; i++)
        {
            writer.Value(mapping[i]);
        }

        writer.EndArray();
        if (!options.UseAms)
        {
            return;
        }

        // Newer models read the unit and its slot apart.
        writer.Name("ams_mapping2");
        writer.BeginArray();
        for (int i = 0; i < mapping.Length; i++)
        {
            WriteSlot(writer, mapping[i]);
        }

        writer.EndArray();
    }

    private static void WriteSlot(JsonWriter writer, int slot)
    {
        bool isSingle = slot >= FirstSingleSlotUnit;
        int unit = slot < 0 ? NoUnit : isSingle ? slot : slot / SlotsOfUnit;
        writer.BeginObject();
        writer.Name("ams_id");
        writer.Value(unit);
        writer.Name("slot_id");
        writer.Value(slot < 0 ? NoUnit : isSingle ? 0 : slot % SlotsOfUnit);
        writer.EndObject();
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
