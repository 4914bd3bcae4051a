using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Hub.Core.Printers;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>What is loaded in a printer, one line for each slot.</summary>
internal static class FilamentTable
{
    private const string Unknown = "?";
    private const int FirstLite = 24;
    private const int FirstHt = 128;
    private const int LastHt = 135;

    /// <summary>The materials in use, or all of them: few words for a column.</summary>
    public static string Summary(PrinterStatus status)
    {
        List<string> active = [];
        List<string> all = [];
        for (int i = 0; i < status.Filaments.Count; i++)
        {
            Filament filament = status.Filaments[i];
            if (filament.Type == null)
            {
                continue;
            }

            AddOnce(all, filament.Type);
            if (filament.IsActive == TriState.Yes)
            {
                AddOnce(active, filament.Type);
            }
        }

        return StatusRow.Printable(string.Join(", ", active.Count > 0 ? active : all));
    }

    /// <summary>Appends the lines after a line break, if the printer reports any slot.</summary>
    public static void AppendTo(Paragraph paragraph, PrinterConfig printer, PrinterStatus status, int width, bool unicode)
    {
        if (status.Filaments.Count == 0)
        {
            return;
        }

        bool isBambu = printer.Type == PrinterTypes.Bambu;
        TextTable table = new(
            new TextColumn("SLOT"), new TextColumn(""), new TextColumn("FILAMENT", 8), new TextColumn("COLOR", 7, IsOptional: true),
            new TextColumn("LEFT"), new TextColumn("NOZZLE", IsOptional: true), new TextColumn("", IsOptional: true));
        for (int i = 0; i < status.Filaments.Count; i++)
        {
            Filament filament = status.Filaments[i];
            bool isEmpty = filament.IsEmpty == TriState.Yes;
            table.Add(
                new TextCell(filament.Slot.ToString(CultureInfo.InvariantCulture)),
                new TextCell(isBambu ? NameOf(filament.Slot) : ""),
                new TextCell(isEmpty ? "empty" : filament.Type ?? Unknown, isEmpty ? new Style(Color.Grey) : null),
                new TextCell(filament.Colors == null ? "" : string.Join(' ', filament.Colors)),
                new TextCell(filament.RemainingPercent < 0 ? "" : $"{filament.RemainingPercent}%"),
                new TextCell(filament.Nozzle ?? ""),
                new TextCell(filament.IsActive == TriState.Yes ? "in use" : "", new Style(Color.Green)));
        }

        paragraph.Append("\n\n" + printer.Id + ":\n");
        table.AppendTo(paragraph, width, unicode);
    }

    /// <summary>A slot as the printer's screen names it.</summary>
    private static string NameOf(int slot) => slot switch
    {
        < FirstLite => $"{(char)('A' + (slot / 4))}{(slot % 4) + 1}",
        < FirstHt => $"Lite {slot - FirstLite + 1}",
        <= LastHt => $"HT-{(char)('A' + slot - FirstHt)}",
        _ => "external",
    };

    private static void AddOnce(List<string> texts, string text)
    {
        if (!texts.Contains(text))
        {
            texts.Add(text);
        }
    }
}
