using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Core.Printers;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>What "discover" shows of the printers it found.</summary>
internal static class DiscoverOutput
{
    public static void WriteJson(TextWriter output, FoundPrinter[] found) =>
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("printers");
            foreach (FoundPrinter printer in found)
            {
                printer.Write(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>The table, and the commands that add what is new.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="found">The printers.</param>
    /// <param name="isProbed">True when addresses were asked.</param>
    public static void Show(CliContext context, FoundPrinter[] found, bool isProbed)
    {
        if (found.Length == 0)
        {
            context.Say(!isProbed
                ? "no printers found: many Moonrakers do not announce themselves (try --probe 192.168.1.0/24), announcements do not cross VLANs, and Bambu printers need LAN mode"
                : "no printers found: check that the addresses are right, that the printers are switched on, and that no firewall blocks them");
            return;
        }

        TextTable table = new(
            new TextColumn("TYPE"), new TextColumn("ADDRESS", 15), new TextColumn("NAME", 16), new TextColumn("SERIAL"),
            new TextColumn("MODEL", 6, IsOptional: true), new TextColumn("VERSION", 6, IsOptional: true), new TextColumn("CONFIGURED AS", 8), new TextColumn("NOTE"));
        foreach (FoundPrinter printer in found)
        {
            bool isMoved = printer.OldAddress != null;
            table.Add(
                new TextCell(printer.Type),
                new TextCell(printer.Place),
                new TextCell(printer.Name ?? ""),
                new TextCell(printer.Serial ?? ""),
                new TextCell(printer.Model ?? ""),
                new TextCell(printer.Version ?? ""),
                isMoved ? new TextCell($"{printer.ConfiguredId} at {printer.OldAddress}", new Style(Color.Yellow)) : new TextCell(printer.ConfiguredId ?? "", new Style(Color.Green)),
                printer.IsSilent ? new TextCell("does not answer as " + printer.Type, new Style(Color.Yellow)) : new TextCell(""));
        }

        IAnsiConsole ansi = context.Console.Ansi;
        ansi.Write(table.Render(ansi.Profile.Width, ansi.Profile.Capabilities.Unicode));
        ansi.WriteLine();
        ShowCommands(context, found);
    }

    /// <summary>Not wrapped at the terminal's width: a line to paste must stay one line.</summary>
    private static void ShowCommands(CliContext context, FoundPrinter[] found)
    {
        TextWriter output = context.Console.Out;
        foreach (FoundPrinter moved in found.Where(f => f.OldAddress != null))
        {
            output.WriteLine();
            output.WriteLine($"{moved.ConfiguredId} has moved from {moved.OldAddress}; 'printers edit {moved.ConfiguredId} --host {moved.Place.Split(':')[0]}' follows it");
        }

        FoundPrinter[] added = [.. found.Where(f => f.AddCommand != null)];
        if (added.Length == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(Instructions(added));
        foreach (FoundPrinter printer in added)
        {
            output.WriteLine(Program() + printer.AddCommand + DataFlag(context));
        }
    }

    private static string Instructions(FoundPrinter[] added)
    {
        List<string> notes = [];
        if (added.Any(f => f.Login == PrinterLogin.ApiKey))
        {
            notes.Add("KEY is PrusaLink's API key or password");
        }

        if (added.Any(f => f.Login == PrinterLogin.AccessCode))
        {
            notes.Add("CODE is shown on the printer's screen in LAN mode");
        }

        if (added.Any(f => f.HasOwnPorts))
        {
            notes.Add("virtual Bambu printers also need the --ca FILE that 'fleet --bambu-ca FILE' writes");
        }

        return "To add " + (added.Length == 1 ? "it" : "them") + (notes.Count == 0 ? ":" : " (" + string.Join("; ", notes) + "):");
    }

    /// <summary>How to start this program from the current folder.</summary>
    private static string Program() =>
        File.Exists(Path.Combine("Hub.Simulator", "Hub.Simulator.csproj")) ? "dotnet run --project Hub.Simulator -- " : "Hub.Simulator ";

    private static string DataFlag(CliContext context)
    {
        if (!context.IsFolderGiven)
        {
            return "";
        }

        string folder = Path.GetFullPath(context.Folder);
        return " --data " + (ForeignText.IsPlain(folder) ? folder : OperatingSystem.IsWindows() ? "\"" + folder + "\"" : "'" + folder.Replace("'", "'\\''", StringComparison.Ordinal) + "'");
    }
}
