using System.Collections.Generic;
using System.CommandLine;
using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers test PRINTER</summary>
internal static class PrintersTestVerb
{
    private const int DefaultTimeoutSeconds = 30;

    public static Command Create(VerbConsole console)
    {
        Argument<string> id = new("PRINTER") { Description = "The printer's id" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "When to give up");
        return CliApp.Verb("test", "Check step by step whether a printer can be used", [id, timeout], console, context =>
            Run(context, context.Get(id), context.Get(timeout)));
    }

    private static int Run(CliContext context, string id, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        PrinterConfig printer = PrinterLink.Find(session, id);
        using IConnectionTest test = PrinterSystems.HasUrl(printer.Type)
            ? new ConnectionTest(session, printer, timeoutSeconds, context.Cancel)
            : new BambuConnectionTest(session, printer, timeoutSeconds, context.Cancel);
        List<(string Name, string Result, VerbException? Error)> done = [];
        foreach (TestStep step in test.Steps)
        {
            context.ThrowIfStopped();
            (string result, VerbException? error) = step.Run();
            done.Add((step.Name, result, error));
            if (!context.Json)
            {
                context.Say($"{(error == null ? "ok    " : "failed")}  {step.Name,-8}  {result}");
                context.Console.Out.Flush();
            }

            if (error != null)
            {
                break;
            }
        }

        VerbException? failure = done[^1].Error;
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, writer => WriteJson(writer, id, done));
        }

        return failure?.ExitCode ?? ExitCodes.Done;
    }

    private static void WriteJson(Utf8JsonWriter writer, string id, List<(string Name, string Result, VerbException? Error)> steps)
    {
        writer.WriteStartObject();
        writer.WriteString("printer", id);
        writer.WriteBoolean("ok", steps[^1].Error == null);
        writer.WriteStartArray("steps");
        foreach ((string name, string result, VerbException? error) in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("step", name);
            writer.WriteBoolean("ok", error == null);
            writer.WriteString("message", result);
            if (error != null)
            {
                writer.WriteString("error_code", error.Code);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
