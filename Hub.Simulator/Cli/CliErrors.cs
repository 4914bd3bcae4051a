using System;
using System.IO;
using System.Text.RegularExpressions;
using Hub.Core.Errors;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Turns any exception into one line on stderr, with --json a document on stdout, and an exit code.</summary>
internal static partial class CliErrors
{
    public static int Report(Exception exception, VerbConsole console, bool json, bool verbose)
    {
        VerbException error = Classify(exception);
        string message = InOneLine(error.Message);
        bool isNamed = error.Printer == null || message.StartsWith(error.Printer + ": ", StringComparison.Ordinal);
        string line = isNamed ? message : OneLine.Of(error.Printer + ": " + message);
        TryWrite(() => console.Error.WriteLine(verbose ? line + Environment.NewLine + exception : line));
        if (json)
        {
            TryWrite(() => JsonOutput.Write(console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("error");
                writer.WriteString("code", error.Code);
                writer.WriteString("message", message);
                if (error.Printer != null)
                {
                    writer.WriteString("printer", error.Printer);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }));
        }

        return error.ExitCode;
    }

    /// <summary>A parser's message without values that may be secret ("--api-kye=KEY").</summary>
    public static string Clean(string parseError) => OptionValue().Replace(parseError, "$1'");

    private static VerbException Classify(Exception exception) => exception switch
    {
        VerbException e => e,
        HubException e => VerbException.Of(e, null),
        OperationCanceledException => VerbException.Stopped(),

        // File errors are HubExceptions at this point.
        IOException or UnauthorizedAccessException => new VerbException(ExitCodes.Failed, "output_failed", "cannot write to stdout: " + exception.Message),
        _ => new VerbException(
            ExitCodes.Failed, ErrorCodes.Name(ErrorCode.Internal), "unexpected fault, please report it (--verbose shows more): " + exception.Message),
    };

    /// <summary>Many messages contain user input, which must not control the terminal.</summary>
    private static string InOneLine(string text) => OneLine.Of(LineBreaks().Replace(text, " ").Trim());

    private static void TryWrite(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Closed or full: only the exit code can report it.
        }
    }

    [GeneratedRegex(@"\s*[\r\n]+\s*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex("('--?[^'=:]+)[=:][^']*'")]
    private static partial Regex OptionValue();
}
