using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Simulator.Terminal;

/// <summary>What a table shows of a printer, already rounded: equal rows need no redraw.</summary>
internal sealed record StatusRow(
    string Id, string Name, PrinterState State, string Job, int Percent, string Left, string Nozzle, string Bed, string Message, bool NeedsPerson = false, bool IsOld = false)
{
    private const string Unchecked = "certificate not checked (--insecure)";

    /// <summary>
    /// The state; with a question mark when it is the last known one of a printer that does not answer, and with a reminder when the bed waits
    /// to be cleared.
    /// </summary>
    public string Shown => PrinterStates.Name(State) + (IsOld ? "?" : "") + (WaitsForClearBed ? ", clear bed" : "");

    /// <summary>True when nobody has reported the bed clear since the last job.</summary>
    public bool WaitsForClearBed { get; private init; }

    /// <summary>The message without the parts that are specific to this printer, so that equal messages can be merged.</summary>
    public string Common { get; private init; } = "";

    /// <summary>The loaded materials: those in use, else all.</summary>
    public string Filament { get; private init; } = "";

    private const char TagSurrogate = '\uDB40';

    public static StatusRow Of(PrinterSnapshot snapshot) =>
        Of(snapshot.Config, snapshot.Status, FarmSummary.NeedsPerson(snapshot)) with
        {
            IsOld = FarmSummary.IsNotAnswering(snapshot),
            WaitsForClearBed = snapshot.Bed == BedState.Occupied,
        };

    public static StatusRow Of(PrinterConfig printer, PrinterStatus status, bool needsPerson) => new(
        printer.Id,
        printer.Name == printer.Id ? "" : printer.Name,
        status.State,
        Printable(status.Job),
        double.IsNaN(status.ProgressPercentage) ? -1 : (int)Math.Clamp(status.ProgressPercentage, 0, 100),
        TimeLeft(status.RemainingTimeSeconds),
        Temperature(status.Nozzle, status.NozzleTarget),
        Temperature(status.Bed, status.BedTarget),
        printer.Enabled ? MessageOf(printer, status) : "disabled",
        needsPerson)
    {
        Common = SharedMessage.Of(MessageOf(printer, status), printer),
        Filament = FilamentTable.Summary(status),
    };

    /// <summary>The problem, and a reminder that the printer's certificate is not checked, as the user chose.</summary>
    private static string MessageOf(PrinterConfig printer, PrinterStatus status)
    {
        string problem = Printable(status.ErrorMessage ?? status.ErrorCode);
        bool isInsecure = printer.Tls is { Insecure: true } && !status.TlsVerified && (printer.Url == null || printer.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return !isInsecure ? problem : problem.Length == 0 ? Unchecked : problem + "; " + Unchecked;
    }

    /// <summary>Text from printers and files must neither control the terminal nor be invisible.</summary>
    public static string Printable(string? text) =>
        text == null ? "" : IsPlain(text) ? text : string.Create(text.Length, text, static (into, from) =>
        {
            for (int i = 0; i < into.Length; i++)
            {
                bool isTag = from[i] == TagSurrogate || (i > 0 && from[i - 1] == TagSurrogate);
                into[i] = isTag || OneLine.IsUnfit(from[i]) ? ' ' : from[i];
            }
        });

    private static bool IsPlain(string text)
    {
        foreach (char c in text)
        {
            if (c == TagSurrogate || OneLine.IsUnfit(c))
            {
                return false;
            }
        }

        return true;
    }

    public static string TimeLeft(int seconds, bool withSeconds = false) => seconds switch
    {
        < 0 => "",
        < 60 when withSeconds => $"{seconds}s",
        < 60 => "<1m",
        < 3600 => $"{seconds / 60}m",
        < 360000 => $"{seconds / 3600}h{seconds / 60 % 60:00}m",
        _ => $"{seconds / 86400}d",
    };

    private static string Temperature(double actual, double target) =>
        double.IsNaN(actual) ? "" : double.IsNaN(target) || target <= 0 ? $"{actual:0}" : $"{actual:0}/{target:0}";
}
