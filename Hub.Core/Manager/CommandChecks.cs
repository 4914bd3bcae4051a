using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Manager;

/// <summary>What is checked before a command or an upload reaches a printer's worker. Pure. Thread: any.</summary>
internal static class CommandChecks
{
    private const int LeastSpeed = 1;
    private const int MostSpeed = 4;

    /// <summary>Why nothing can be sent to a printer, or null.</summary>
    /// <param name="id">The id that was asked for.</param>
    /// <param name="entry">The printer, or null when there is none.</param>
    /// <param name="needed">What it has to be capable of.</param>
    public static HubException? Refusal(string id, PrinterEntry? entry, PrinterCapabilities needed)
    {
        if (entry == null)
        {
            return new HubException(ErrorCode.UnknownPrinter, "no printer has the id '" + id + "'");
        }

        if (entry.Worker == null)
        {
            return entry.Refusal;
        }

        if (!entry.Config.Enabled)
        {
            return new HubException(ErrorCode.Refused, "the printer is disabled in the configuration: enable it first");
        }

        if (entry.Config.ReadOnly)
        {
            return new HubException(ErrorCode.Refused, "the printer is read-only in the configuration");
        }

        return entry.Worker.RefuseUnlessCapable(needed);
    }

    /// <summary>What is wrong with a command's arguments, or null.</summary>
    public static HubException? BadArguments(PrinterCommand command)
    {
        switch (command.Verb)
        {
            case PrinterVerb.Gcode:
                return BadLines(command.Lines);
            case PrinterVerb.Light:
                return command.Level == 0 || command.Level == 1 ? null : new HubException(ErrorCode.Refused, "a light is on (1) or off (0)");
            case PrinterVerb.Speed:
                return command.Level >= LeastSpeed && command.Level <= MostSpeed ? null : new HubException(ErrorCode.Refused, "a speed level is 1 to 4");
            case PrinterVerb.Pause:
            case PrinterVerb.Resume:
            case PrinterVerb.Cancel:
            case PrinterVerb.Start:
            case PrinterVerb.ClearError:
            case PrinterVerb.EmergencyStop:
                return null;
            default:
                throw VerbRule.Missing(command.Verb);
        }
    }

    /// <summary>A line break would smuggle in a second command, an empty line says nothing.</summary>
    private static HubException? BadLines(string[]? lines)
    {
        bool isGood = lines != null && lines.Length > 0;
        for (int i = 0; isGood && i < lines!.Length; i++)
        {
            isGood = lines[i].Trim().Length > 0 && OneLine.Of(lines[i]) == lines[i];
        }

        return isGood ? null : new HubException(ErrorCode.Refused, "a G-code line is empty, too long or holds a control character");
    }
}
