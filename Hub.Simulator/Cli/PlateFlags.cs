using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags of "print" for Bambu printers only: the plate of a .3mf and the AMS slots.</summary>
internal sealed class PlateFlags
{
    private const int MaxPlate = 99;
    private const int MaxSlots = 64;
    private const int MaxSlot = 255;

    private readonly Option<int> _plate = new("--plate") { Description = "Number of the plate in a .gcode.3mf", HelpName = "N", DefaultValueFactory = _ => 1 };

    private readonly Option<string?> _ams = new("--ams")
    {
        Description = "Filament source: off (default) for the external spool, auto for the AMS slots in order, or the slot of each filament, such as 0,1,-1 (0 to 15: AMS A to D; 128 to 135: AMS HT; 24 to 27: AMS Lite of an A2L; 254, 255: external spool; -1: not used)",
        HelpName = "auto|off|SLOTS",
    };

    public IEnumerable<Option> All => [_plate, _ams];

    /// <summary>The options, or null without any of the flags.</summary>
    public StartOptions? Read(CliContext context)
    {
        if (!context.IsGiven(_plate) && !context.IsGiven(_ams))
        {
            return null;
        }

        StartOptions options = new() { Plate = context.Get(_plate) };
        if (options.Plate is < 1 or > MaxPlate)
        {
            throw VerbException.Usage($"--plate is a number from 1 to {MaxPlate}");
        }

        string ams = context.Get(_ams) ?? "off";
        options.UseAms = ams != "off";
        options.AmsMapping = ams is "off" or "auto" ? null : Slots(ams);
        Check(options);
        return options;
    }

    /// <summary>Checks numbers that no printer has; those that one printer lacks are checked once it is known.</summary>
    private static void Check(StartOptions options)
    {
        try
        {
            BambuStartCheck.CheckNumbers(options);
        }
        catch (HubException e)
        {
            throw VerbException.Usage("--ams: " + e.Message);
        }
    }

    private static int[] Slots(string text)
    {
        string[] parts = text.Split(',');
        int[] slots = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out slots[i]) || slots[i] is < -1 or > MaxSlot)
            {
                throw VerbException.Usage("--ams is auto, off, or slots such as 0,1,-1: the slot of each filament of the file, -1 for an unused one");
            }
        }

        return slots.Length <= MaxSlots && slots.Any(slot => slot >= 0)
            ? slots
            : throw VerbException.Usage("--ams names no slot: use --ams off");
    }
}
