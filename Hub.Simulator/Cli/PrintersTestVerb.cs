using System.Collections.Generic;
using System.CommandLine;
using System.Text.Json;
using Hub.Core.ConnectionTest;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers test PRINTER</summary>
internal static class PrintersTestVerb
{
    private const int DefaultTimeoutSeconds = 30;

    public static Command Create(VerbConsole console)
    {
        Argument<string> id = new("PRINTER") { Description = "The printer's id" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "Time limit");
        return CliApp.Verb("test", "Test the connection to a printer, step by step", [id, timeout], console, context =>
            Run(context, context.Get(id), context.Get(timeout)));
    }

    private static int Run(CliContext context, string id, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        PrinterConfig printer = PrinterSession.Find(session, id);
        Steps steps = new(context, printer);
        try
        {
            session.Hub.Test(printer, timeoutSeconds * 1000, steps, context.Cancel);
        }
        catch (HubException e) when (e.Code == ErrorCode.Cancelled)
        {
            throw VerbException.Stopped();
        }

        VerbException? failure = steps.Done[^1].Error;
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, writer => WriteJson(writer, id, steps.Done));
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

    /// <summary>Shows each step as it ends.</summary>
    private sealed class Steps(CliContext context, PrinterConfig printer) : ITestListener
    {
        public List<(string Name, string Result, VerbException? Error)> Done { get; } = [];

        public void StepEnded(TestStep step)
        {
            VerbException? error = step.Error == null ? null : PrinterErrors.Explain(step.Error, printer);
            string result = error?.Message ?? step.Message;
            Done.Add((step.Code, result, error));
            if (!context.Json)
            {
                context.Say($"{(error == null ? "ok    " : "failed")}  {step.Code,-8}  {result}");
                context.Console.Out.Flush();
            }
        }
    }
}
