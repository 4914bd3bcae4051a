using System.Collections;
using System.Collections.Generic;
using System.CommandLine;
using Hub.Core.Configuration;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>printers list</summary>
internal static class PrintersListVerb
{
    public static Command Create(VerbConsole console) =>
        CliApp.Verb("list", "List the configured printers; secrets are never shown", [], console, Run);

    private static int Run(CliContext context)
    {
        using HubSession session = context.OpenSession(LogLevel.Warning);
        PrintersVerbs.ShowHosted(context, session.Config.Warnings);
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, session.Hub.Hal.JsonDocuments.Write(new Hashtable { ["printers"] = PrinterEntries.Shown(session.Config) }), indented: false);
        }
        else if (session.Config.Printers.Length == 0)
        {
            context.Say("no printers yet: 'printers add' adds one");
        }
        else
        {
            context.Console.Ansi.Write(Table(session.Config.Printers).Render(context.Console.Ansi.Profile.Width, context.Console.Ansi.Profile.Capabilities.Unicode));
            context.Console.Ansi.WriteLine();
        }

        return ExitCodes.Done;
    }

    private static TextTable Table(IEnumerable<PrinterConfig> printers)
    {
        TextTable table = new(
            new TextColumn("PRINTER", 8), new TextColumn("NAME", 6), new TextColumn("TYPE"), new TextColumn("ADDRESS", 12), new TextColumn("LOGIN"), new TextColumn("ENABLED"));
        foreach (PrinterConfig printer in printers)
        {
            table.Add(
                new TextCell(printer.Id),
                new TextCell(printer.Name == printer.Id ? "" : printer.Name),
                new TextCell(printer.Type),
                new TextCell(printer.Url ?? printer.Host ?? ""),
                new TextCell(Login(printer)),
                printer.Enabled ? new TextCell("yes") : new TextCell("no", new Style(Color.Yellow)));
        }

        return table;
    }

    private static string Login(PrinterConfig printer) =>
        printer.AccessCode != null ? "access code" : printer.ApiKey != null ? "key" : printer.Password != null ? "password" : "none";
}
