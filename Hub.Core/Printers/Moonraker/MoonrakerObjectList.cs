using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Which of Klipper's status objects a printer has (printer.objects.list, moonraker docs/external_api/printer.md), as far as
/// the hub uses them. Immutable. Thread: any.
/// </summary>
internal sealed class MoonrakerObjectList
{
    /// <summary>For a printer whose list could not be read: Klipper answers {} for an object that it does not have.</summary>
    public static readonly MoonrakerObjectList Unknown = new MoonrakerObjectList(new[] { "extruder", "extruder1", "extruder2", "extruder3" }, null, true, false);

    private const string Extruder = "extruder";

    private static readonly JsonNames s_objects = new JsonNames(new[] { "objects" });

    private MoonrakerObjectList(string[] extruders, string? chamber, bool mayPrint, bool hasMmu)
    {
        Extruders = extruders;
        Chamber = chamber;
        MayPrint = mayPrint;
        HasMmu = hasMmu;
    }

    /// <summary>The extruders in Klipper's order: extruder, extruder1, …; the first one always.</summary>
    public string[] Extruders { get; }

    /// <summary>The first object that measures the chamber; a heated one comes before a sensor. Null without.</summary>
    public string? Chamber { get; }

    /// <summary>False when Klipper lists objects, but neither virtual_sdcard nor print_stats: its configuration lacks the section that prints files.</summary>
    public bool MayPrint { get; }

    /// <summary>True for a multi-material unit with Happy Hare.</summary>
    public bool HasMmu { get; }

    /// <summary>Reads the result of printer.objects.list. Errors: <see cref="ErrorCode.BadJson"/>.</summary>
    public static MoonrakerObjectList Read(byte[] body, int offset, int count)
    {
        JsonReader reader = JsonAnswers.Open(body, offset, count);
        if (!JsonAnswers.Find(reader, s_objects) || reader.Token != JsonToken.ArrayStart)
        {
            return Unknown;
        }

        ArrayList extruders = new ArrayList();
        extruders.Add(Extruder);
        string? heated = null;
        string? sensor = null;
        bool mayPrint = false;
        bool hasMmu = false;
        while (reader.Read() != JsonToken.ArrayEnd)
        {
            if (reader.Token != JsonToken.String)
            {
                reader.Skip();
                continue;
            }

            string name = reader.GetString();
            if (IsFurtherExtruder(name) && extruders.Count < ToolReadings.Most)
            {
                extruders.Add(name);
            }
            else if (name == "virtual_sdcard" || name == "print_stats")
            {
                mayPrint = true;
            }
            else if (name == "mmu")
            {
                hasMmu = true;
            }
            else if (IsOfChamber(name))
            {
                heated ??= name.StartsWith("heater_generic ") ? name : null;
                sensor ??= name.StartsWith("temperature_sensor ") || name.StartsWith("temperature_fan ") ? name : null;
            }
        }

        return new MoonrakerObjectList(TextList.ToArray(extruders), heated ?? sensor, mayPrint, hasMmu);
    }

    /// <summary>Klipper's own numbering (klippy/kinematics/extruder.py): extruder1, extruder2, …; not "extruder_stepper belted".</summary>
    private static bool IsFurtherExtruder(string name)
    {
        if (!name.StartsWith(Extruder) || name.Length == Extruder.Length)
        {
            return false;
        }

        char[] digits = name.ToCharArray();
        for (int i = Extruder.Length; i < digits.Length; i++)
        {
            if (digits[i] < '0' || digits[i] > '9')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOfChamber(string name)
    {
        string lower = name.ToLower();
        return lower.IndexOf("chamber") >= 0;
    }
}
